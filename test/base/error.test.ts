import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorCodes, PitwallError } from '../../src/base/index.ts';
import { repository } from '../support/race-folder.ts';

test('docs/errors.md lists every error code and no other', () => {
  const documented = [...readFileSync(join(repository, 'docs', 'errors.md'), 'utf8').matchAll(/^\| `([a-z.-]+)`/gm)];
  expect(documented.map((match) => match[1]).sort()).toEqual([...errorCodes].sort());
});

test('every code says what to do next', () => {
  for (const code of errorCodes) expect(new PitwallError(code, 'x').hint).toMatch(/^[A-Z].*\.$/s);
});
