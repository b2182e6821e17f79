import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { judgeUnit, ratioOf, runTruthRace, type UnitAnswer, unitEntries } from './truth-race.ts';

/*
 * Pitwall measures servers whose answer is known, through the whole of itself: equal servers must not be told apart more
 * often than the error level says, an injected difference must lie in the interval, and a drift of the machine must be
 * flagged and leave the ratio alone. Rounds are short, and so are rough: it is the errors that are tested, not the precision.
 *
 *     npm run selftest [-- COMPARISONS DRIFTS] [--answers FILE]
 *
 * 200 and 10 by default, about an hour and a half on two cores. With --answers each race's answers are kept in FILE (JSON lines) and
 * not played again: the whole can be had in parts.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { answers: { type: 'string' } } });
const comparisons = Number(positionals[0] ?? 200);
const drifts = Number(positionals[1] ?? 10);
const unitsPerRace = 5;
const blocks = 5;
const durationMs = 250;

/** Standard deviations of a binomial count around its mean that a sound pitwall stays within, 99.7 % of the time. */
const tolerance = 3;
const boundsOf = (count: number, share: number): readonly [number, number] => {
  const reach = tolerance * Math.sqrt(count * share * (1 - share));
  return [Math.max(0, Math.floor(count * share - reach)), Math.min(count, Math.ceil(count * share + reach))];
};

let failures = 0;
const report = (what: string, value: number, count: number, [low, high]: readonly [number, number]): void => {
  const ok = value >= low && value <= high;
  if (!ok) failures += 1;
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${what}: ${value} of ${count} (expected ${low} to ${high})\n`);
};

/** Of the races that an earlier part played, in the order of their seeds. */
const readKept = (file: string | undefined): UnitAnswer[][] =>
  file === undefined || !existsSync(file)
    ? []
    : readFileSync(file, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as UnitAnswer[]);

const kept = readKept(values.answers);
const answers: UnitAnswer[] = kept.flat().slice(0, comparisons);
for (let seed = kept.length + 1; answers.length < comparisons; seed += 1) {
  const units = Array.from({ length: Math.min(unitsPerRace, comparisons - answers.length) }, (_, index) => index + 1);
  const race = await runTruthRace({ entries: units.flatMap(unitEntries), blocks, durationMs, seed });
  const found = units.map((unit) => judgeUnit(race, unit));
  if (values.answers !== undefined) appendFileSync(values.answers, `${JSON.stringify(found)}\n`);
  answers.push(...found);
  process.stderr.write(`${answers.length} of ${comparisons} comparisons\n`);
}
const count = answers.length;
const sum = (of: (answer: UnitAnswer) => boolean) => answers.filter(of).length;
report(
  'equal servers told apart at .05',
  sum(({ isFalsePositive }) => isFalsePositive),
  count,
  boundsOf(count, 0.05),
);
report(
  '3 % injected, covered by the 95 % interval',
  sum(({ covers3 }) => covers3),
  count,
  boundsOf(count, 0.95),
);
report(
  '5 % injected, covered by the 95 % interval',
  sum(({ covers5 }) => covers5),
  count,
  boundsOf(count, 0.95),
);

let flagged = 0;
let covered = 0;
for (let seed = 1; seed <= drifts; seed += 1) {
  const [same, , , plus5] = unitEntries(1);
  const race = await runTruthRace({ entries: [same!, plus5!], blocks: 8, durationMs: 1_000, seed, slowPerS: 0.02 });
  flagged += race.gates.some(({ name, ok }) => name === 'drift' && !ok) ? 1 : 0;
  const { low, high } = ratioOf(race, plus5!.name, same!.name);
  covered += low <= 1.05 && 1.05 <= high ? 1 : 0;
  process.stderr.write(`${seed} of ${drifts} drifts\n`);
}
if (drifts > 0) {
  report('drift of 2 % a second flagged', flagged, drifts, [drifts, drifts]);
  report('5 % injected under drift, covered', covered, drifts, boundsOf(drifts, 0.95));
}
process.exitCode = failures === 0 ? 0 : 1;
