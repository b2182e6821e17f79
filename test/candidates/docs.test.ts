import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { candidateSchema } from '../../src/plan/candidate.ts';
import { loadCandidate } from '../../src/plan/index.ts';

const root = join(import.meta.dirname, '../..');
const manual = readFileSync(join(root, 'docs/candidates.md'), 'utf8');

test.each(readdirSync(join(root, 'candidates')))(
  'the manual lists %s with the round trips that it expects',
  async (name) => {
    const { turnarounds } = await loadCandidate(join(root, 'candidates', name));
    expect(manual).toContain(`| \`${name}\` | ${turnarounds} |`);
  },
);

const { start, ...keys } = candidateSchema.shape;

test.each([...Object.keys(keys), ...Object.keys(start.shape).map((key) => `start.${key}`)])(
  'the manual explains the key %s',
  (key) => expect(manual).toContain(`| \`${key}\` |`),
);
