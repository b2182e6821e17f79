import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { describeThrown, type ErrorCode, PitwallError } from '../base/index.ts';
import { hasDeepBrackets, readRegularFile } from '../files/index.ts';

/** A checked document, which can still say where a value of it was written. */
export interface LocatedYaml<T> {
  readonly value: T;
  /** `file:line:column` of a value, or of the nearest one around it that is written. */
  where(path: readonly PropertyKey[]): string;
  /** The keys of the map at a path as they are written; none where there is no map. */
  keysAt(path: readonly PropertyKey[]): readonly string[];
}

/** People write these files: beyond it something else was named by mistake. */
const mostBytes = 2 ** 20;

/** Reads a YAML file and checks it against a schema; the error names file, line, column and what is allowed. */
export const readYamlFile = <T>(file: string, schema: z.ZodType<T>, code: ErrorCode): LocatedYaml<T> => {
  let text: string;
  try {
    text = readRegularFile(file, mostBytes).toString('utf8');
  } catch (cause) {
    throw new PitwallError(code, `${file}: cannot be read.`, { cause });
  }
  return parseLocatedYaml(text, file, schema, code);
};

/** A file may hold anything, of any length: what is quoted of it is cut. */
export const shorten = (text: string, most = longestQuote): string =>
  text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;

const [longestQuote, longestKey, longestMessage] = [200, 60, 600];
const [mostMessages, mostKeys] = [20, 5];

/** So many mistakes at once, a line each; who has more corrects these first. */
export const joinMessages = (messages: readonly string[]): string => {
  const more = messages.length - mostMessages;
  return [...messages.slice(0, mostMessages), ...(more > 0 ? [`and ${more} more mistakes`] : [])].join('\n  ');
};

/** The pure part of `readYamlFile`. */
const parseLocatedYaml = <T>(text: string, file: string, schema: z.ZodType<T>, code: ErrorCode): LocatedYaml<T> => {
  const lines = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const document = parse(text, lines, file, code);
  const syntaxError = document.errors[0];
  if (syntaxError !== undefined)
    throw new PitwallError(code, `${at(syntaxError.pos[0])}: ${shorten(findReason(syntaxError))}`);
  const parsed = schema.safeParse(readContent(document, file, code) ?? {}, { error: describeIssue });
  if (!parsed.success) {
    const messages = parsed.error.issues
      .flatMap(explainUnion)
      .map(
        (issue) =>
          `${at(findIssueOffset(document, issue))}: ${shorten(`${describePath(issue.path)}${issue.message}`, longestMessage)}`,
      );
    throw new PitwallError(code, joinMessages(messages));
  }
  return {
    value: parsed.data,
    where: (path) => at(findOffset(document, path)),
    keysAt: (path) => listKeys(document, path),
  };
};

/** A value of several forms, none of which it has, is explained by the form that it comes nearest to, unless the union has words of its own. */
const explainUnion = (issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] => {
  if (issue.code !== 'invalid_union' || issue.message !== withoutWords) return [issue];
  const [nearest] = issue.errors.toSorted((a, b) => countMistakes(a) - countMistakes(b));
  return nearest === undefined
    ? [issue]
    : nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(explainUnion);
};

/** What zod says of a union by itself. */
const withoutWords = 'Invalid input';
/** A form of another type altogether is farther away than any with wrong keys. */
const otherType = 1_000;

const countMistakes = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.reduce((count, issue) => {
    if (issue.code === 'unrecognized_keys') return count + issue.keys.length;
    return count + (issue.path.length === 0 && issue.code === 'invalid_type' ? otherType : 1);
  }, 0);

const listKeys = (document: Document, path: readonly PropertyKey[]): readonly string[] => {
  const node = path.length === 0 ? document.contents : document.getIn(path as unknown[], true);
  return isMap(node) ? node.items.map(({ key }) => String(isScalar(key) ? key.value : key)) : [];
};

/** The parser is recursive: lists within lists within lists exhaust its stack, and brackets a memory that ends the process. */
const parse = (text: string, lineCounter: LineCounter, file: string, code: ErrorCode): Document => {
  if (hasDeepBrackets(text)) throw new PitwallError(code, `${file}: nested too deeply.`);
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false });
  } catch (cause) {
    throw new PitwallError(code, `${file}: ${shorten(findReason(cause))}.`);
  }
};

const findReason = (thrown: unknown): string => (isStackFull(thrown) ? 'nested too deeply' : describeThrown(thrown));

/** The parser makes an error of its own of some of them. */
const isStackFull = (thrown: unknown): boolean =>
  thrown instanceof RangeError || describeThrown(thrown).includes('Maximum call stack size');

/** Aliases are resolved here: to nothing that has an anchor, or to so much that the parser gives up. */
const readContent = (document: Document, file: string, code: ErrorCode): unknown => {
  try {
    return document.toJS();
  } catch (cause) {
    throw new PitwallError(code, `${file}: ${shorten(findReason(cause))}.`);
  }
};

/** Checks what was not written in a file, and names what is wrong by its key alone. */
export const checkValue = <T>(
  value: unknown,
  schema: z.ZodType<T>,
  code: ErrorCode,
  findName: (path: readonly PropertyKey[]) => string,
): T => {
  const parsed = schema.safeParse(value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  throw new PitwallError(
    code,
    joinMessages(
      parsed.error.issues.map((issue) => `${findName(issue.path)}: ${shorten(issue.message, longestMessage)}`),
    ),
  );
};

const describePath = (path: readonly PropertyKey[]): string => (path.length > 0 ? `${path.join('.')}: ` : '');

/** zod's own words, except where they do not say what is allowed. */
export const describeIssue = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code === 'unrecognized_keys') {
    const allowed = (issue.inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
    const names = allowed === undefined ? '' : ` Allowed here: ${Object.keys(allowed).sort().join(', ')}.`;
    const keys = issue.keys.slice(0, mostKeys).map((key) => `"${shorten(key, longestKey)}"`);
    const more = issue.keys.length > mostKeys ? ` and ${issue.keys.length - mostKeys} more` : '';
    return `unknown key ${keys.join(', ')}${more}.${names}`;
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) return `is missing (expected ${issue.expected}).`;
  return undefined;
};

/** Where in the text an issue points: the unknown key itself, else the deepest value that exists on its path. */
const findIssueOffset = (document: Document, issue: z.core.$ZodIssue): number => {
  if (issue.code === 'unrecognized_keys') {
    const parent = issue.path.length === 0 ? document.contents : document.getIn(issue.path as unknown[], true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === issue.keys[0]);
      if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
    }
  }
  return findOffset(document, issue.path);
};

const findOffset = (document: Document, path: readonly PropertyKey[]): number => {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const part = path.slice(0, depth);
    const node = part.length === 0 ? document.contents : document.getIn(part as unknown[], true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
};
