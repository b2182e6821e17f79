import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf, PitwallError } from '../base/index.ts';
import type { LoadRequest } from './types.ts';

const schema = z
  .array(
    z.strictObject({
      method: z.string().default('GET'),
      path: z.string(),
      headers: z.record(z.string(), z.string()).default({}),
      body: z.string().optional(),
      bodyBase64: z.base64().optional(),
      weight: z.number().positive().optional(),
    }),
  )
  .min(1);

/**
 * Reads a file of requests, YAML or JSON: a list of `method`, `path`, `headers`, `body` or `bodyBase64`, and `weight`; only `path` is
 * needed. Throws `load.invalid`.
 */
export const parseRequestFile = (text: string, name: string): LoadRequest[] => {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new PitwallError('load.invalid', `${name} is neither YAML nor JSON: ${messageOf(error)}`, { cause: error });
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw new PitwallError('load.invalid', `${name} is not a list of requests:\n${z.prettifyError(parsed.error)}`);
};
