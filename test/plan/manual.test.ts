import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planJsonSchema } from '../../src/plan/index.ts';
import { repository } from '../support/race-folder.ts';

test('docs/plan.md explains every key of a plan and no other', () => {
  const manual = readFileSync(join(repository, 'docs', 'plan.md'), 'utf8');
  const explained = [...manual.matchAll(/^\| `([A-Za-z]+)` \|/gm)].map((match) => match[1]!);
  const { properties } = planJsonSchema() as { properties: Record<string, unknown> };
  expect(explained.sort()).toEqual(Object.keys(properties).sort());
});
