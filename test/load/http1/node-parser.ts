/** The parser of node's own HTTP client (llhttp), as the oracle of ours. It is reached by an undocumented module, in tests only. */
import { createRequire } from 'node:module';

interface NodeParser {
  initialize(type: number, resource: object): void;
  execute(bytes: Uint8Array): number | Error;
  finish(): number | Error | undefined;
  [callback: number]: unknown;
}

interface NodeParserClass {
  new (): NodeParser;
  readonly RESPONSE: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}

export interface ParsedAnswer {
  readonly outcome: 'done' | 'more' | 'broken';
  readonly status: number;
  readonly isKeptAlive: boolean;
  readonly body: Buffer;
  /** What is wrong with a broken answer. */
  readonly problem: string;
}

export const parseWithNode = (bytes: Uint8Array, isHead: boolean, isClosed: boolean): ParsedAnswer => {
  const { HTTPParser } = createRequire(import.meta.url)('node:_http_common') as { HTTPParser: NodeParserClass };
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.RESPONSE, {});
  const body: Buffer[] = [];
  let status = 0;
  let isKeptAlive = false;
  let isDone = false;
  parser[HTTPParser.kOnHeadersComplete] = (...parts: unknown[]) => {
    if (isDone) return 0;
    status = parts[5] as number;
    isKeptAlive = parts[8] as boolean;
    // 2 skips the body and what follows of the connection, as node's client does for an upgrade; 1 skips the body.
    if (status === 101) return 2;
    return isHead && status >= 200 ? 1 : 0;
  };
  parser[HTTPParser.kOnBody] = (part: Uint8Array) => void (isDone || body.push(Buffer.from(part)));
  parser[HTTPParser.kOnMessageComplete] = () => {
    if (status >= 200 || status === 101) isDone = true;
  };
  let result = parser.execute(bytes);
  if (!isDone && !(result instanceof Error) && isClosed) result = parser.finish() ?? 0;
  const problem = result instanceof Error ? String((result as Error & { readonly reason?: string }).reason) : '';
  const outcome = isDone ? 'done' : result instanceof Error ? 'broken' : 'more';
  return { outcome, status, isKeptAlive, body: Buffer.concat(body), problem };
};
