import { createRequire } from 'node:module';

/** More than a person writes. The parser's own limit is the end of the process, which nothing can catch, at some 16,000. */
const mostOpenBrackets = 500;

/** Whether a YAML text has so many lists and maps within each other that no parser should see it. The lexer alone does not mind. */
export const hasDeepBrackets = (text: string): boolean => {
  // Loaded here: not every program that reads files reads YAML.
  const { Lexer }: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  let open = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') open += 1;
    else if (token === ']' || token === '}') open -= 1;
    if (open > mostOpenBrackets) return true;
  }
  return false;
};
