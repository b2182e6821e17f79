import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planJsonSchema } from '../../src/plan/index.ts';
import { raceResultJsonSchema } from '../../src/result/index.ts';
import { repository } from '../support/race-folder.ts';

// After a change of the schemas: npm run docs:schemas
test.each([
  ['plan.schema.json', planJsonSchema],
  ['race.schema.json', raceResultJsonSchema],
])('docs/%s is the schema that the code checks against', (file, schema) => {
  expect(JSON.parse(readFileSync(join(repository, 'docs', file), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(schema())),
  );
});
