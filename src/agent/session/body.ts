import type { Readable } from 'node:stream';
import { PitwallError } from '../../base/index.ts';

/**
 * A whole JSON body.
 * @throws PitwallError `host.protocol` when it is too long or no JSON.
 */
export const collectBody = async (stream: Readable, maxBytes: number): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A stream that is destroyed has no way left to say what was wrong with the message.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new PitwallError('host.protocol', `A message is longer than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PitwallError('host.protocol', `A message is no JSON: ${JSON.stringify(text.slice(0, 80))}.`, { cause });
  }
};
