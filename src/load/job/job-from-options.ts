import { PitwallError } from '../../base/index.ts';
import { basicAuthorization, readCredentials } from './credentials.ts';
import { type LoadJob, type LoadModel, loadJob } from './job.ts';
import { parseCount, parseDurationMs, parseHeader, parseRate, parseStages, parseStatuses } from './parse.ts';
import { type HeaderField, headerFields, mergeHeaders } from './request-headers.ts';
import {
  findPath,
  findTarget,
  parseUrl,
  proxyHeaders,
  sameServer,
  type TargetOptions,
  withoutBrackets,
} from './target.ts';
import type { LoadRequest } from './types.ts';

/** The options of `pitwall load` as they stand on the command line. */
export interface LoadOptions extends TargetOptions {
  readonly n?: string;
  readonly c: string;
  readonly p: string;
  readonly z?: string;
  readonly q?: string;
  readonly arrivals: 'constant' | 'poisson';
  readonly stages?: string;
  readonly burstDelay?: string;
  readonly burstRate?: string;
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
  readonly waitOngoingRequestsAfterDeadline?: boolean;
  readonly urlsFromFile?: boolean;
  readonly order: 'mix' | 'sequence';
  readonly cookies?: boolean;
  readonly insecure?: boolean;
  readonly sni?: string;
  readonly redirect?: string;
  readonly connectTimeout?: string;
  readonly debug?: boolean;
  readonly workers: string;
  readonly seed: string;
  readonly expectStatus?: string;
  readonly expectBytes?: string;
  readonly expectSha256?: string;
  readonly expectJson?: string;
  readonly disableCompression?: boolean;
  readonly expectJsonRatio: string;
}

/** What files hold: read before, so that this module stays pure. */
export interface LoadFiles {
  readonly body?: Buffer;
  /** Of -F: what `body` is. */
  readonly formType?: string;
  /** Of --cert and --key. PEM. */
  readonly client?: { readonly certificate: string; readonly key: string };
  /** The lines of -Z: each goes out in a request of its own. */
  readonly bodies?: readonly string[];
  /** Of --urls-from-file or --rand-regex-url, beside the first. */
  readonly urls?: readonly string[];
  readonly requests?: readonly LoadRequest[];
  readonly caPem?: string;
  readonly expectJson?: unknown;
}

const defaultRequests = 200;
/** What oha sends: servers that compress do so for most clients. */
const codings = 'gzip, compress, deflate, br';
const userAgent = 'pitwall';
const defaultTimeoutMs = 10_000;

/** Makes a job of a URL and the options of the command line. Throws `load.invalid`. */
export const jobFromOptions = (url: string, options: LoadOptions, files: LoadFiles): LoadJob => {
  const at = parseUrl(url);
  const isTls = at.protocol === 'https:';
  const stop = findStop(options);
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
    target: findTarget(at, options),
    authority: options.host ?? at.host,
    ...(isTls && {
      tls: {
        isVerified: options.insecure !== true,
        ...(files.caPem !== undefined && { ca: files.caPem }),
        ...(files.client !== undefined && { client: files.client }),
        // Not of --host: that is what the server is told, not who it is.
        serverName: options.sni ?? withoutBrackets(at.hostname),
      },
    }),
    ...(isTls &&
      options.proxy !== undefined && {
        tunnel: {
          authority: `${at.hostname}:${at.port === '' ? 443 : at.port}`,
          headers: proxyHeaders(options.proxy, options.proxyHeader ?? []),
        },
      }),
    protocol: isHttp2(options) ? 'h2' : 'http/1.1',
    streamsPerConnection: parseCount(options.p),
    requests: listRequests(at, options, files),
    order: options.order,
    // More connections than requests were asked for would stay idle. A number that nobody asked for caps nothing.
    model: buildModel(
      options,
      options.n !== undefined && 'requests' in stop ? Math.min(connections, stop.requests) : connections,
    ),
    stop,
    warmupMs: options.warmup === undefined ? 0 : parseDurationMs(options.warmup),
    timeoutMs: options.timeout === undefined ? defaultTimeoutMs : parseDurationMs(options.timeout),
    ...(options.connectTimeout !== undefined && { connectTimeoutMs: parseDurationMs(options.connectTimeout) }),
    redirects: options.redirect === undefined ? 0 : wholeNumber('-r', options.redirect),
    isKeptAlive: options.keepalive,
    waitsAtEnd: options.waitOngoingRequestsAfterDeadline === true,
    keepsCookies: options.cookies === true,
    workers: parseCount(options.workers),
    seed: wholeNumber('--seed', options.seed),
    ...(options.expectStatus !== undefined && { expectStatus: parseStatuses(options.expectStatus) }),
    ...(Object.keys(validators).length > 0 && { validators }),
  });
};

const buildModel = (options: LoadOptions, connections: number): LoadModel => {
  const { arrivals } = options;
  if (options.stages !== undefined) {
    if (options.q !== undefined) throw new PitwallError('load.invalid', '-q and --stages both say the rate; use one.');
    if (options.burstDelay !== undefined)
      throw new PitwallError('load.invalid', '--burst-delay and --stages both say when requests are due; use one.');
    return { kind: 'stages', connections, arrivals, stages: parseStages(options.stages) };
  }
  const isRated = options.q !== undefined && !/^0+(\.0+)?$/.test(options.q);
  // As oha has it: a rate takes precedence over bursts.
  if (options.burstDelay !== undefined && !isRated) {
    const size = options.burstRate === undefined ? 1 : parseCount(options.burstRate);
    return { kind: 'bursts', connections, size, everyMs: parseDurationMs(options.burstDelay) };
  }
  // As oha has it: no limit.
  return isRated
    ? { kind: 'open', connections, ratePerS: parseRate(options.q!), arrivals }
    : { kind: 'closed', connections };
};

/** The stages end by themselves, or after -n or -z if that is earlier. */
const findStop = ({ n, z, stages }: LoadOptions): LoadJob['stop'] => {
  if (n !== undefined && z !== undefined)
    throw new PitwallError('load.invalid', '-n and -z both say when to stop; use one.');
  if (z !== undefined) return { durationMs: parseDurationMs(z) };
  if (n !== undefined) return { requests: parseCount(n) };
  return stages === undefined ? { requests: defaultRequests } : { durationMs: stagesMs(stages) };
};

const stagesMs = (text: string): number => parseStages(text).reduce((sum, { durationMs }) => sum + durationMs, 0);

const isHttp2 = ({ http2, httpVersion }: LoadOptions): boolean => {
  if (httpVersion !== undefined && !['1.1', '2', '2.0'].includes(httpVersion)) {
    throw new PitwallError('load.invalid', `HTTP version ${httpVersion} is not spoken; 1.1 and 2 are.`);
  }
  return http2 === true || httpVersion === '2' || httpVersion === '2.0';
};

const listRequests = (url: URL, options: LoadOptions, files: LoadFiles): LoadRequest[] => {
  const requests = directRequests(url, options, files);
  if (options.proxy === undefined || url.protocol === 'https:') return requests;
  if (isHttp2(options))
    throw new PitwallError('load.invalid', 'HTTP/2 goes through a proxy in a tunnel, for https:// only.');
  // A proxy is told the whole URL (RFC 9112, 3.2.2).
  const forProxy = proxyHeaders(options.proxy, options.proxyHeader ?? []);
  return requests.map((request) => ({
    ...request,
    path: `${url.origin}${request.path}`,
    headers: mergeHeaders(headerFields(request.headers), forProxy),
  }));
};

const directRequests = (
  url: URL,
  options: LoadOptions,
  { body, formType, bodies, urls, requests }: LoadFiles,
): LoadRequest[] => {
  const given = (options.header ?? []).map(parseHeader);
  const usual = usualHeaders(url, options, formType);
  if (requests !== undefined) {
    return requests.map((request) => ({
      ...request,
      headers: mergeHeaders(usual, given, headerFields(request.headers)),
    }));
  }
  const request = {
    method: formType !== undefined && (options.method ?? 'GET') === 'GET' ? 'POST' : (options.method ?? 'GET'),
    path: findPath(url),
    headers: mergeHeaders(usual, given),
    ...(body !== undefined && { bodyBase64: body.toString('base64') }),
  };
  if (bodies !== undefined) return bodies.map((text) => ({ ...request, body: text }));
  return [request, ...(urls ?? []).map((text) => ({ ...request, path: findPath(sameServer(url, parseUrl(text))) }))];
};

/** What the command line sends unless -H says otherwise. */
const usualHeaders = (url: URL, options: LoadOptions, formType: string | undefined): readonly HeaderField[] => {
  const credentials = options.basicAuth ?? readCredentials(url);
  const contentType = options.contentType ?? formType;
  const usual: HeaderField[] = [['Accept', options.accept ?? '*/*']];
  // Bodies are not decompressed: those that are looked into are asked for as they are.
  if (options.disableCompression !== true && !looksIntoBodies(options)) usual.push(['Accept-Encoding', codings]);
  usual.push(['User-Agent', userAgent]);
  if (contentType !== undefined) usual.push(['Content-Type', contentType]);
  if (credentials !== undefined) usual.push(['Authorization', basicAuthorization(credentials)]);
  return usual;
};

const looksIntoBodies = ({ expectBytes, expectSha256, expectJson }: LoadOptions): boolean =>
  expectBytes !== undefined || expectSha256 !== undefined || expectJson !== undefined;

const wholeNumber = (name: string, text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number))
    throw new PitwallError('load.invalid', `${name} takes a whole number, not "${text}".`);
  return number;
};
