import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCandidate } from '../../src/plan/index.ts';

const root = join(import.meta.dirname, '../..');
const manual = readFileSync(join(root, 'docs/candidates.md'), 'utf8');

test.each(readdirSync(join(root, 'candidates')))(
  'the manual lists %s with the round trips that it expects',
  async (name) => {
    const { roundTrips } = await loadCandidate(join(root, 'candidates', name));
    const shown =
      typeof roundTrips === 'object'
        ? `${roundTrips.pooled}, without PgBouncer ${roundTrips.direct}`
        : String(roundTrips);
    expect(manual).toContain(`| \`${name}\` | ${shown} |`);
  },
);

test.each(
  'name about language requires prepare start.command start.env settings readyPath roundTrips versions variantOf differs'.split(
    ' ',
  ),
)('the manual explains the key %s', (key) => expect(manual).toContain(`| \`${key}\` |`));
