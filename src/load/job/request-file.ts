import { parse } from 'yaml';
import { z } from 'zod';
import { describeThrown, PitwallError } from '../../base/index.ts';
import { hasDeepBrackets } from '../../files/index.ts';
import type { HeaderField } from './request-headers.ts';
import type { LoadRequest } from './types.ts';

const schema = z
  .array(
    z.strictObject({
      method: z.string().default('GET'),
      path: z.string(),
      headers: z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])).default({}),
      body: z.string().optional(),
      bodyBase64: z.base64().optional(),
      weight: z.number().positive().optional(),
      route: z.string().optional(),
    }),
  )
  .min(1);

/**
 * Reads a file of requests, YAML or JSON: a list of `method`, `path`, `headers`, `body` or `bodyBase64`, and `weight`; only `path` is
 * needed. A header that comes more than once has a list of values. Throws `load.invalid`.
 */
export const parseRequestFile = (text: string, name: string): LoadRequest[] => {
  if (hasDeepBrackets(text)) throw new PitwallError('load.invalid', `${name} is nested too deeply.`);
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new PitwallError('load.invalid', `${name} is neither YAML nor JSON: ${describeThrown(error)}`, {
      cause: error,
    });
  }
  const parsed = schema.safeParse(document);
  if (parsed.success)
    return parsed.data.map(({ headers, ...request }) => ({
      ...request,
      headers: readFields(headers),
      route: request.route ?? nameRoute(request),
    }));
  throw new PitwallError('load.invalid', `${name} is not a list of requests:\n${z.prettifyError(parsed.error)}`);
};

/** A query rarely makes another route. */
const nameRoute = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path.replace(/\?.*/s, '')}`.slice(0, 200);

const readFields = (headers: Readonly<Record<string, string | readonly string[]>>): LoadRequest['headers'] => {
  const isPlain = (entry: [string, string | readonly string[]]): entry is [string, string] =>
    typeof entry[1] === 'string';
  const entries = Object.entries(headers);
  if (entries.every(isPlain)) return Object.fromEntries(entries);
  return entries.flatMap(([name, values]) => [values].flat().map((value): HeaderField => [name, value]));
};
