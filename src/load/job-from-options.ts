import { PitwallError } from '../base/index.ts';
import { type LoadJob, type LoadModel, loadJob } from './job.ts';
import { parseCount, parseDurationMs, parseHeader, parseRate, parseStages, parseStatuses } from './parse.ts';
import type { LoadRequest } from './types.ts';

/** The options of `pitwall load` as they stand on the command line. */
export interface LoadOptions {
  readonly n?: string;
  readonly c: string;
  readonly p: string;
  readonly z?: string;
  readonly q?: string;
  readonly arrivals: 'constant' | 'poisson';
  readonly stages?: string;
  readonly warmup?: string;
  readonly timeout?: string;
  readonly method?: string;
  readonly header?: readonly string[];
  readonly accept?: string;
  readonly contentType?: string;
  readonly basicAuth?: string;
  readonly host?: string;
  readonly http2?: boolean;
  readonly httpVersion?: string;
  readonly keepalive: boolean;
  readonly order: 'mix' | 'sequence';
  readonly cookies?: boolean;
  readonly insecure?: boolean;
  readonly sni?: string;
  readonly connectTo?: string;
  readonly unixSocket?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly workers: string;
  readonly seed: string;
  readonly expectStatus?: string;
  readonly expectBytes?: string;
  readonly expectSha256?: string;
  readonly expectJsonRatio: string;
}

/** What files hold: read before, so that this module stays pure. */
export interface LoadFiles {
  readonly body?: Buffer;
  readonly requests?: readonly LoadRequest[];
  readonly caPem?: string;
  readonly expectJson?: unknown;
}

const defaultRequests = 200;
const defaultTimeoutMs = 10_000;

/** Makes a job of a URL and the options of the command line. Throws `load.invalid`. */
export const jobFromOptions = (url: string, options: LoadOptions, files: LoadFiles): LoadJob => {
  const at = parseUrl(url);
  const isTls = at.protocol === 'https:';
  const stop =
    options.z === undefined
      ? { requests: parseCount(options.n ?? String(defaultRequests)) }
      : { durationMs: parseDurationMs(options.z) };
  const connections = parseCount(options.c);
  const expectedBytes =
    options.expectBytes === undefined ? undefined : wholeNumber('--expect-bytes', options.expectBytes);
  const validators = {
    ...(expectedBytes !== undefined && { bodyBytes: expectedBytes }),
    ...(options.expectSha256 !== undefined && { sha256: options.expectSha256.toLowerCase() }),
    ...(files.expectJson !== undefined && {
      json: { ratio: Number(options.expectJsonRatio), contains: files.expectJson as never },
    }),
  };
  return loadJob({
    target: targetOf(at, options),
    authority: options.host ?? at.host,
    ...(isTls && {
      tls: {
        isVerified: options.insecure !== true,
        ...(files.caPem !== undefined && { ca: files.caPem }),
        ...(options.sni !== undefined && { serverName: options.sni }),
      },
    }),
    protocol: isHttp2(options) ? 'h2' : 'http/1.1',
    streamsPerConnection: parseCount(options.p),
    requests: requestsOf(at, options, files),
    order: options.order,
    // More connections than requests would stay idle.
    model: modelOf(options, 'requests' in stop ? Math.min(connections, stop.requests) : connections),
    stop: options.stages !== undefined && options.z === undefined ? { durationMs: stagesMs(options.stages) } : stop,
    warmupMs: options.warmup === undefined ? 0 : parseDurationMs(options.warmup),
    timeoutMs: options.timeout === undefined ? defaultTimeoutMs : parseDurationMs(options.timeout),
    isKeptAlive: options.keepalive,
    keepsCookies: options.cookies === true,
    workers: parseCount(options.workers),
    seed: wholeNumber('--seed', options.seed),
    ...(options.expectStatus !== undefined && { expectStatus: parseStatuses(options.expectStatus) }),
    ...(Object.keys(validators).length > 0 && { validators }),
  });
};

const parseUrl = (text: string): URL => {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new PitwallError('load.invalid', `"${text}" is not a URL such as http://127.0.0.1:8080/path.`);
  }
  return url;
};

const targetOf = (url: URL, options: LoadOptions): LoadJob['target'] => {
  if (options.unixSocket !== undefined) return { socketPath: options.unixSocket };
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const family = options.ipv4 === true ? { family: 4 as const } : options.ipv6 === true ? { family: 6 as const } : {};
  return {
    ...(connectTo(url.hostname, port, options.connectTo) ?? { host: withoutBrackets(url.hostname), port }),
    ...family,
  };
};

/** `example.org:443:localhost:8443` as curl and oha have it; empty parts of the first pair match everything. */
const connectTo = (
  host: string,
  port: number,
  rule: string | undefined,
): { readonly host: string; readonly port: number } | undefined => {
  if (rule === undefined) return undefined;
  const groups = /^(\[[^\]]*\]|[^:]*):(\d*):(\[[^\]]*\]|[^:]*):(\d*)$/.exec(rule);
  if (groups === null) {
    throw new PitwallError('load.invalid', `"${rule}" is not of the form HOST:PORT:TARGET_HOST:TARGET_PORT.`);
  }
  const [, fromHost, fromPort, toHost, toPort] = groups;
  if ((fromHost !== '' && fromHost !== host) || (fromPort !== '' && Number(fromPort) !== port)) return undefined;
  return {
    host: withoutBrackets(toHost === '' ? host : toHost!),
    port: toPort === '' ? port : Number(toPort),
  };
};

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, '');

const modelOf = (options: LoadOptions, connections: number): LoadModel => {
  const { arrivals } = options;
  if (options.stages !== undefined) {
    if (options.q !== undefined) throw new PitwallError('load.invalid', '-q and --stages both say the rate; use one.');
    return { kind: 'stages', connections, arrivals, stages: parseStages(options.stages) };
  }
  return options.q === undefined
    ? { kind: 'closed', connections }
    : { kind: 'open', connections, ratePerS: parseRate(options.q), arrivals };
};

const stagesMs = (text: string): number => parseStages(text).reduce((sum, { durationMs }) => sum + durationMs, 0);

const isHttp2 = ({ http2, httpVersion }: LoadOptions): boolean => {
  if (httpVersion !== undefined && !['1.1', '2'].includes(httpVersion)) {
    throw new PitwallError('load.invalid', `HTTP version ${httpVersion} is not spoken; 1.1 and 2 are.`);
  }
  return http2 === true || httpVersion === '2';
};

const requestsOf = (url: URL, options: LoadOptions, { body, requests }: LoadFiles): LoadRequest[] => {
  const headers = {
    ...(options.accept !== undefined && { Accept: options.accept }),
    ...(options.contentType !== undefined && { 'Content-Type': options.contentType }),
    ...(options.basicAuth !== undefined && {
      Authorization: `Basic ${Buffer.from(options.basicAuth).toString('base64')}`,
    }),
    ...Object.fromEntries((options.header ?? []).map(parseHeader)),
  };
  if (requests !== undefined)
    return requests.map((request) => ({ ...request, headers: { ...headers, ...request.headers } }));
  return [
    {
      method: options.method ?? 'GET',
      path: `${url.pathname}${url.search}`,
      headers,
      ...(body !== undefined && { bodyBase64: body.toString('base64') }),
    },
  ];
};

const wholeNumber = (name: string, text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number))
    throw new PitwallError('load.invalid', `${name} takes a whole number, not "${text}".`);
  return number;
};
