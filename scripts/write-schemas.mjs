// Writes the JSON Schemas that editors and readers of results use, from the schemas in the code.
import { writeFileSync } from 'node:fs';
import { planJsonSchema } from '../dist/plan/index.js';
import { reportJsonSchema } from '../dist/report/index.js';
import { raceResultJsonSchema } from '../dist/result/index.js';

const write = (name, schema) =>
  writeFileSync(new URL(`../docs/${name}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);

write('plan.schema.json', planJsonSchema());
write('race.schema.json', raceResultJsonSchema());
write('report.schema.json', reportJsonSchema());
