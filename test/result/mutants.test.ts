import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PitwallError } from '../../src/base/index.ts';
import { adviseCandidate, explainRace } from '../../src/explain/index.ts';
import {
  formatExplanations,
  formatMarkdown,
  formatPercentilesCsv,
  formatRaceDetails,
  formatRaceText,
  formatReportJson,
  formatRoundsCsv,
  formatSvg,
  pictureNames,
  raceView,
} from '../../src/report/index.ts';
import { assembleResult, type RaceResult, readRace, readResultFile } from '../../src/result/index.ts';
import { formatLine } from '../../src/result/journal-line.ts';
import { createRandom } from '../../src/stats/index.ts';
import { mutate } from '../support/mutate.ts';
import { seedTold, toldRecords } from '../support/told-race.ts';

/** FUZZ_FILES=10000 looks further; the seed keeps the ordinary run the same for everybody. */
const files = Number(process.env['FUZZ_FILES'] ?? 25);
const seed = Number(process.env['FUZZ_SEED'] ?? 7);
const mostGrowthMib = 400;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'result-mutants-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const records = toldRecords(seedTold.slice(0, 2), { blocks: 3, durationMs: 5_000 });

/** All that reads a race. */
const readByAll = (race: RaceResult): void => {
  const view = raceView(race);
  formatRaceText(view);
  formatRaceDetails(race);
  formatMarkdown(view);
  formatReportJson(view);
  formatRoundsCsv(view);
  formatPercentilesCsv(view);
  for (const name of pictureNames) formatSvg(view, [name]);
  const { explanations, missing } = explainRace(race);
  const explained = explanations.map((one) => {
    const advice = adviseCandidate(race, one);
    return { explained: one, first: advice.first, advice };
  });
  formatExplanations(explained, missing);
};

test.each([
  [
    'a journal with fitting sums',
    records as unknown as object,
    (mutant: unknown) => {
      const race = join(folder, 'race');
      mkdirSync(race, { recursive: true });
      let sum = '';
      const lines = (Array.isArray(mutant) ? mutant : [mutant]).map((record) => {
        const next = formatLine(record ?? {}, sum);
        sum = next.sum;
        return `${next.line}\n`;
      });
      writeFileSync(join(race, 'journal.jsonl'), lines.join(''));
      return readRace(race);
    },
  ],
  [
    'race.json',
    assembleResult(records) as object,
    (mutant: unknown) => {
      writeFileSync(join(folder, 'race.json'), JSON.stringify(mutant));
      return readResultFile(join(folder, 'race.json'));
    },
  ],
])(
  `${files} mutants of %s are read to the end or refused by one error with the place`,
  (_, original, read) => {
    readByAll(read(original));
    const random = createRandom(seed);
    const before = process.memoryUsage().rss;
    let refused = 0;
    for (let index = 0; index < files; index += 1) {
      const mutant = mutate(original, random);
      try {
        readByAll(read(mutant));
      } catch (error) {
        refused += 1;
        const about = `mutant ${index} of seed ${seed}`;
        if (!(error instanceof PitwallError)) throw new Error(about, { cause: error });
        expect(error.code, about).toMatch(/^(result|explain)\./);
        expect(error.message, about).toMatch(/journal\.jsonl|race\.json/);
        expect(error.message.length, about).toBeLessThan(5_000);
      }
    }
    expect(refused).toBeGreaterThan(0);
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(mostGrowthMib);
  },
  7_200_000,
);
