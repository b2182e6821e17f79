import { readFile } from 'node:fs/promises';
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type ErrorCode, PitwallError } from '../base/index.ts';

/** Reads a YAML file and checks it against a schema; the error names file, line, column and what is allowed. */
export const readYamlFile = async <T>(file: string, schema: z.ZodType<T>, code: ErrorCode): Promise<T> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new PitwallError(code, `${file}: cannot be read.`, { cause });
  }
  return parseYaml(text, file, schema, code);
};

/** The pure part of `readYamlFile`. */
export const parseYaml = <T>(text: string, file: string, schema: z.ZodType<T>, code: ErrorCode): T => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntaxError = document.errors[0];
  if (syntaxError !== undefined) {
    const { line, col } = lines.linePos(syntaxError.pos[0]);
    throw new PitwallError(code, `${file}:${line}:${col}: ${syntaxError.message}`);
  }
  const parsed = schema.safeParse(document.toJS() ?? {}, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const messages = parsed.error.issues.map((issue) => {
    const { line, col } = lines.linePos(offsetOf(document, issue));
    const where = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
    return `${file}:${line}:${col}: ${where}${issue.message}`;
  });
  throw new PitwallError(code, messages.join('\n  '));
};

/** zod's own words, except where they do not say what is allowed. */
const describeIssue = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code === 'unrecognized_keys') {
    const allowed = (issue.inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
    const names = allowed === undefined ? '' : ` Allowed here: ${Object.keys(allowed).sort().join(', ')}.`;
    return `unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}.${names}`;
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) return `is missing (expected ${issue.expected}).`;
  return undefined;
};

/** Where in the text an issue points: the unknown key itself, else the deepest value that exists on its path. */
const offsetOf = (document: Document, issue: z.core.$ZodIssue): number => {
  if (issue.code === 'unrecognized_keys') {
    const parent = issue.path.length === 0 ? document.contents : document.getIn(issue.path as unknown[], true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === issue.keys[0]);
      if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
    }
  }
  for (let depth = issue.path.length; depth >= 0; depth -= 1) {
    const path = issue.path.slice(0, depth);
    const node = path.length === 0 ? document.contents : document.getIn(path as unknown[], true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
};
