import { PitwallError } from '../../base/index.ts';
import { basicAuthorization, readCredentials } from './credentials.ts';
import type { LoadJob } from './job.ts';
import { parseHeader } from './parse.ts';
import { type HeaderField, mergeHeaders } from './request-headers.ts';

/** The options that say where connections go. */
export interface TargetOptions {
  /** The first that matches holds. */
  readonly connectTo?: readonly string[];
  readonly unixSocket?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  /** False: a name is resolved for each connection. */
  readonly preLookup?: boolean;
  readonly proxy?: string;
  readonly proxyHeader?: readonly string[];
}

/** Throws `load.invalid`. */
export const parseUrl = (text: string): URL => {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new PitwallError('load.invalid', `"${text}" is not a URL such as http://127.0.0.1:8080/path.`);
  }
  return url;
};

/** Where the connections go. Throws `load.invalid`. */
export const findTarget = (url: URL, options: TargetOptions): LoadJob['target'] => {
  if (options.proxy !== undefined) return proxyTarget(options.proxy, options);
  if (options.unixSocket !== undefined) return { socketPath: options.unixSocket };
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return {
    ...(connectTo(url.hostname, port, options.connectTo ?? []) ?? { host: withoutBrackets(url.hostname), port }),
    ...resolution(options),
  };
};

const resolution = ({ ipv4, ipv6, preLookup }: TargetOptions) => ({
  ...(ipv4 === true ? { family: 4 as const } : ipv6 === true ? { family: 6 as const } : {}),
  ...(preLookup === false && { isResolvedEachTime: true }),
});

const proxyTarget = (proxy: string, options: TargetOptions): LoadJob['target'] => {
  if (options.unixSocket !== undefined || (options.connectTo ?? []).length > 0) {
    throw new PitwallError('load.invalid', '-x says where to connect to: leave out --connect-to and --unix-socket.');
  }
  const { hostname, port } = parseProxy(proxy);
  return { host: withoutBrackets(hostname), port: port === '' ? 80 : Number(port), ...resolution(options) };
};

/** The fields for the proxy: those given, and its URL's credentials. Throws `load.invalid`. */
export const proxyHeaders = (proxy: string, given: readonly string[]): readonly HeaderField[] => {
  const credentials = readCredentials(parseProxy(proxy));
  const usual: HeaderField[] =
    credentials === undefined ? [] : [['Proxy-Authorization', basicAuthorization(credentials)]];
  return mergeHeaders(usual, given.map(parseHeader));
};

const parseProxy = (text: string): URL => {
  const url = parseUrl(text);
  if (url.protocol === 'http:') return url;
  throw new PitwallError('load.invalid', `Proxies are spoken to without TLS: ${text} should begin with http://.`);
};

/** `example.org:443:localhost:8443` as curl and oha have it; empty parts of the first pair match everything. */
const connectTo = (
  host: string,
  port: number,
  rules: readonly string[],
): { readonly host: string; readonly port: number } | undefined =>
  rules
    .map(parseConnectTo)
    .filter(({ from }) => (from.host === '' || from.host === host) && (from.port === '' || Number(from.port) === port))
    .map(({ to }) => ({
      host: withoutBrackets(to.host === '' ? host : to.host),
      port: to.port === '' ? port : Number(to.port),
    }))[0];

const parseConnectTo = (rule: string) => {
  const groups = /^(\[[^\]]*\]|[^:]*):(\d*):(\[[^\]]*\]|[^:]*):(\d*)$/.exec(rule);
  if (groups === null) {
    throw new PitwallError('load.invalid', `"${rule}" is not of the form HOST:PORT:TARGET_HOST:TARGET_PORT.`);
  }
  const [, fromHost = '', fromPort = '', toHost = '', toPort = ''] = groups;
  return { from: { host: fromHost, port: fromPort }, to: { host: toHost, port: toPort } };
};

export const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, '');

/** Connections are of one server. */
export const sameServer = (first: URL, url: URL): URL => {
  if (url.origin === first.origin) return url;
  throw new PitwallError('load.invalid', `One load has one server: ${url.origin} is another than ${first.origin}.`);
};

/** Path and query as they were given: `url.search` forgets an empty query. */
export const findPath = ({ href, hash, protocol }: URL): string => {
  const withoutHash = hash === '' ? href.replace(/#$/, '') : href.slice(0, -hash.length);
  return withoutHash.slice(withoutHash.indexOf('/', protocol.length + 2));
};
