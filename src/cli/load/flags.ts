import { type Command, Option } from 'commander';
import { collect } from '../terminal/collect.ts';
import { refuseMissingOptions } from './oha-options.ts';

/** Declares what `pitwall load` takes. */
export const addFlags = (command: Command): Command => {
  for (const add of [addAmount, addRequests, addTarget, addChecks, addOutput]) add(command);
  return refuseMissingOptions(command);
};

const addAmount = (command: Command): Command =>
  command
    .optionsGroup('How much:')
    .option('-n <requests>', 'number of requests: 200, 10k, 1m (default: 200)')
    .option('-z <duration>', 'time to send requests for, instead of -n: 10s, 3m')
    .option('-c <connections>', 'connections', '50')
    .option('-p <streams>', 'requests at a time on each HTTP/2 connection', '1')
    .option('-q <rate>', 'open loop: requests per second, whatever the answers take')
    .addOption(
      new Option('--arrivals <kind>', 'open loop: how requests are spaced')
        .choices(['constant', 'poisson'])
        .default('constant'),
    )
    .option('--stages <ramps>', 'open loop that ramps: 10s:100,30s:1000 (duration, rate at its end)')
    .option('--burst-delay <duration>', 'open loop of bursts: the time from one to the next (without -q)')
    .option('--burst-rate <requests>', 'open loop of bursts: requests in each (default: 1)')
    .option('--warmup <duration>', 'load before the measurement, which does not count')
    .option('-w, --wait-ongoing-requests-after-deadline', 'closed loop: wait for the last answers')
    .option('-t, --timeout <duration>', 'time limit of each request (default: 10s)')
    .option('--worker-threads, --workers <threads>', 'threads that share the connections and the rate', '1')
    .option('--seed <number>', 'random seed of everything that is drawn', '1');

const addRequests = (command: Command): Command =>
  command
    .optionsGroup('What to send:')
    .option('-m, --method <method>', 'HTTP method')
    .option('-H, --header <header>', '"Name: value"; may be repeated', collect)
    .option('-A, --accept <type>', 'Accept header')
    .option('-T, --content-type <type>', 'Content-Type header')
    .option('-a, --basic-auth <user:password>', 'Authorization header')
    .option('-d, --body <text>', 'request body')
    .option('-F, --form <part>', 'form field as curl has it: a=b, a=@file, a=<file; may be repeated', collect)
    .option('-D, --body-file <file>', 'request body from a file')
    .option('-Z, --body-lines <file>', 'request bodies from a file, one a line')
    .option('--urls-from-file', 'the URL is a file of URLs of one server, one a line')
    .option('--rand-regex-url', 'the URL is a regular expression that URLs are drawn from')
    .option('--max-repeat <count>', 'most repetitions of *, + and {n,} beyond the least', '4')
    .option('--dump-urls <count>', 'print so many of the URLs, and load nothing')
    .option('--requests <file>', 'several requests from a YAML or JSON file')
    .addOption(
      new Option('--order <order>', 'of several requests: drawn by weight, or one after another')
        .choices(['mix', 'sequence'])
        .default('mix'),
    )
    .option('--cookies', 'each connection sends back the cookies that it is given')
    .option('-r, --redirect <count>', 'follow so many redirects of a request to the same server')
    .option('--host <host>', 'Host header')
    .option('--disable-compression', 'do not ask for compressed answers')
    .option('--http2', 'speak HTTP/2')
    .option('--http-version <version>', '1.1 or 2')
    .option('--disable-keepalive', 'a new connection for each request');

const addTarget = (command: Command): Command =>
  command
    .optionsGroup('Where to:')
    .option(
      '--connect-to <rule>',
      'HOST:PORT:TARGET_HOST:TARGET_PORT instead of what the name resolves to; may be repeated',
      collect,
    )
    .option('--no-pre-lookup', 'resolve the name for each connection, not once')
    .option('--unix-socket <path>', 'connect to a unix socket')
    .option('--ipv4', 'resolve to IPv4 only')
    .option('--ipv6', 'resolve to IPv6 only')
    .option('-x, --proxy <url>', 'HTTP proxy, which https:// goes through in a tunnel')
    .option('--proxy-header <header>', '"Name: value" for the proxy; may be repeated', collect)
    .option('--connect-timeout <duration>', 'of each dial (default: as -t, with its request)')
    .option('--insecure', 'TLS: accept any certificate')
    .option('--cacert <file>', 'TLS: an authority to trust beside the known ones')
    .option('--cert <file>', 'TLS: certificate of the client, with --key')
    .option('--key <file>', 'TLS: its private key')
    .option('--sni <name>', 'TLS: server name to ask for');

const addChecks = (command: Command): Command =>
  command
    .optionsGroup('What is right:')
    .option('--expect-status <list>', 'statuses that are ok: 200,404,500-599 (default: 200-399)')
    .option('--expect-bytes <length>', 'length of every body')
    .option('--expect-sha256 <hex>', 'hash of every body')
    .option('--expect-json <file>', 'JSON that bodies must contain')
    .option('--expect-json-ratio <share>', 'share of the bodies that are compared with it', '0.01')
    .option('--fail-if <condition>', 'exit 3 when it holds: "p(99) > 200"; may be repeated', collect, [])
    .option('--find-rate <condition>', 'search the highest rate at which it holds: "p(99) < 50"');

const addOutput = (command: Command): Command =>
  command
    .optionsGroup('Output:')
    .option('--no-tui', 'no live view')
    .option('--no-ceiling', 'do not hold a busy client against a server that does nothing')
    .option('--debug', 'send one request, and print it and its answer')
    .option('-o, --output <file>', 'write the result to a file')
    .addOption(
      new Option('--format, --output-format <format>').choices(['text', 'json', 'csv', 'hdr', 'quiet']).default('text'),
    )
    .option('-j, --json', 'the same as --format json')
    .option('--stats-success-breakdown', 'show also the times of answers that were refused for their status')
    .option('-u, --time-unit <unit>', 'unit of times in the text: ns, us, ms, s, m, h')
    .addOption(new Option('--no-color, --disable-color', 'the text has none').hideHelp())
    .addOption(new Option('--latency-correction', 'the open loop always times from the planned send').hideHelp());
