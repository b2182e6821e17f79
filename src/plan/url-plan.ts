import { PitwallError } from '../base/index.ts';
import { type Conditions, makeConditions } from './conditions.ts';
import { applyOverrides, makeSchedule, type PlanOverrides, type Schedule } from './schedule.ts';
import { planFileSchema } from './schema.ts';

/** A server that runs already, and the request that it is loaded with. */
export interface UrlTarget {
  /** What it is called in the table: as given (`name=URL`), or host, port and path. */
  readonly name: string;
  /** As it may be shown: without a password, a user or the values of its query. */
  readonly shown: string;
  readonly host: string;
  readonly port: number;
  /** What the server is told as `Host`. */
  readonly authority: string;
  readonly isTls: boolean;
  /** Path and query. */
  readonly path: string;
  /** `user:password` of the URL. */
  readonly credentials?: string;
}

/** A race of running servers: there is nothing to build or to start, and nothing around them. */
export interface UrlPlan extends Schedule, UrlConditions {
  readonly name: string;
  readonly targets: UrlTargets;
  /** Sent to each of them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  readonly body: string | undefined;
  /** Whether the certificates of HTTPS servers must be good. */
  readonly isVerified: boolean;
}

/** A race is of two at least. */
export type UrlTargets = readonly [UrlTarget, UrlTarget, ...UrlTarget[]];

/** The conditions that pitwall sets in such a race; all others are the servers' own. */
type UrlConditions = Pick<Conditions, 'durationMs' | 'warmupMs' | 'settleMs' | 'connections' | 'timeoutMs'>;

export interface UrlPlanOptions {
  readonly overrides: Omit<PlanOverrides, 'only' | 'scale'>;
  /** Lines such as `Accept: text/html`. */
  readonly headers?: readonly string[];
  /** @default GET, or POST with a body */
  readonly method?: string;
  readonly body?: string;
  readonly isVerified: boolean;
}

/** More cannot be told apart on a page, and each takes minutes. */
const mostTargets = 20;

/** Whether an argument of `pitwall race` is a URL, with a name before it or not. */
export const isUrlArgument = (text: string): boolean => /^(?:[^=/]*=)?https?:\/\//i.test(text);

/**
 * Plans a race of servers that run already.
 * @param given `URL` or `name=URL`, two at least.
 * @throws PitwallError `usage.invalid`.
 */
export const planUrls = (given: readonly string[], options: UrlPlanOptions): UrlPlan => {
  const targets = nameTargets(given.map(readTarget));
  const [first, second, ...others] = targets;
  if (first === undefined || second === undefined) {
    throw refuse(
      `One URL has nobody to race against: give a second one (pitwall race ${given[0] ?? 'URL_A'} URL_B), or measure it alone with \`pitwall load ${given[0] ?? 'URL'}\`.`,
    );
  }
  if (targets.length > mostTargets) throw refuse(`${targets.length} URLs are more than ${mostTargets}.`);
  const file = applyOverrides(planFileSchema.parse({ workload: '-', candidates: ['-'] }), options.overrides);
  const { durationMs, warmupMs, settleMs, connections, timeoutMs } = makeConditions(file);
  return {
    name: 'urls',
    targets: [first, second, ...others],
    headers: Object.fromEntries((options.headers ?? []).map(readHeader)),
    method: readMethod(options.method ?? (options.body === undefined ? 'GET' : 'POST')),
    body: options.body,
    isVerified: options.isVerified,
    ...makeSchedule(file),
    durationMs,
    warmupMs,
    settleMs,
    connections,
    timeoutMs,
  };
};

interface ReadTarget extends Omit<UrlTarget, 'name'> {
  readonly givenName: string | undefined;
}

const readTarget = (text: string): ReadTarget => {
  const [, givenName, address = text] = /^([^=/]*)=(https?:\/\/.*)$/is.exec(text) ?? [];
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw refuse(`"${text.slice(0, 200)}" is not a URL such as http://localhost:8080/path, or name=URL.`);
  }
  if (givenName !== undefined && (givenName.trim() === '' || givenName.length > 100)) {
    throw refuse(`"${givenName.slice(0, 100)}" is no name for ${url.origin}: 1 to 100 characters.`);
  }
  const isTls = url.protocol === 'https:';
  return {
    givenName,
    shown: `${url.origin}${url.pathname}${hideQuery(url)}`,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    authority: url.host,
    isTls,
    path: `${url.pathname}${url.search}`,
    ...(url.username === '' && url.password === ''
      ? {}
      : { credentials: `${decode(url.username)}:${decode(url.password)}` }),
  };
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse('The user or password in a URL has a % that is no escape: write it as %25.');
  }
};

/** Keys of a query say what is asked for; values can be somebody's token. */
const hideQuery = ({ search, searchParams }: URL): string =>
  search === '' ? '' : `?${[...new Set(searchParams.keys())].map((key) => `${encodeURIComponent(key)}=…`).join('&')}`;

/** Host, port and path say which server it is; what two have in common is not needed, but two names must differ. */
const nameTargets = (targets: readonly ReadTarget[]): readonly UrlTarget[] => {
  const names = targets.map(
    ({ givenName, host, port, path }) =>
      givenName?.trim() ?? `${host}:${port}${path.replace(/\?.*$/s, '') === '/' ? '' : path.replace(/\?.*$/s, '')}`,
  );
  const fileNames = names.map((name) => name.replace(/[^A-Za-z0-9._-]+/g, '-'));
  return targets.map(({ givenName: _, ...target }, index) => {
    const first = fileNames.indexOf(fileNames[index]!);
    if (first !== index) {
      throw refuse(
        `Two of the servers are called ${names[index]}: give them names of their own, such as before=${targets[first]!.shown} after=${target.shown}.`,
      );
    }
    return { name: names[index]!, ...target };
  });
};

const readHeader = (line: string): readonly [string, string] => {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(line);
  if (match === null)
    throw refuse('--header takes a line such as "Accept: text/html"; this one has no name and colon.');
  return [match[1]!, match[2]!];
};

const readMethod = (text: string): string => {
  if (/^[A-Z]{1,20}$/.test(text)) return text;
  throw refuse(`--method ${text.slice(0, 40)}: it must be a method such as GET.`);
};

const refuse = (message: string): PitwallError => new PitwallError('usage.invalid', message);
