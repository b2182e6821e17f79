import { z } from 'zod';
import { PitwallError } from '../../base/index.ts';

/** @throws PitwallError `host.protocol` that says what of it is wrong. */
export const parseMessage = <T>(schema: z.ZodType<T>, message: unknown): T => {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  throw new PitwallError('host.protocol', `A message is not what it should be: ${z.prettifyError(parsed.error)}`);
};
