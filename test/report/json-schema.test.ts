import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportJsonSchema } from '../../src/report/index.ts';
import { repository } from '../support/race-folder.ts';

// After a change of the schema: npm run docs:schemas
test('docs/report.schema.json is the schema that reports are checked against', () => {
  expect(JSON.parse(readFileSync(join(repository, 'docs', 'report.schema.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(reportJsonSchema())),
  );
});
