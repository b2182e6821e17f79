import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { simulateStopping } from './stopping.ts';
import { judgeUnit, ratioOf, runTruthRace, type UnitAnswer, unitEntries } from './truth-race.ts';

/*
 * Pitwall measures servers whose answer is known, through the whole of itself: equal servers must not be told apart more
 * often than the error level says, an injected difference must lie in the interval, and a drift of the machine must be
 * flagged and leave the ratio alone. Races that end when they are decided are simulated. Rounds are short, and so are rough: it is the errors that are tested, not the precision.
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

/** What a sound pitwall keeps to in 19 of 20 runs: two standard deviations of a binomial count. 4 to 16 of 200 at .05. */
const findBounds = (count: number, share: number): readonly [number, number] => {
  const reach = 2 * Math.sqrt(count * share * (1 - share));
  return [Math.max(0, Math.ceil(count * share - reach)), Math.min(count, Math.floor(count * share + reach))];
};
/** Intervals of 95 % over the truth: at least so many. */
const leastCovered = 0.9;

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
const sum = (of: (answer: UnitAnswer) => boolean) => answers.filter(of).length;
const tallies = () => ({
  toldApart: sum(({ isFalsePositive }) => isFalsePositive),
  covered3: sum(({ covers3 }) => covers3),
  covered5: sum(({ covers5 }) => covers5),
});
for (let seed = kept.length + 1; answers.length < comparisons; seed += 1) {
  const units = Array.from({ length: Math.min(unitsPerRace, comparisons - answers.length) }, (_, index) => index + 1);
  const race = await runTruthRace({ entries: units.flatMap(unitEntries), blocks, durationMs, seed });
  const found = units.map((unit) => judgeUnit(race, unit));
  if (values.answers !== undefined) appendFileSync(values.answers, `${JSON.stringify(found)}\n`);
  answers.push(...found);
  const { toldApart, covered3, covered5 } = tallies();
  const soFar = `told apart ${toldApart}, covered ${covered3} (3 %) and ${covered5} (5 %)`;
  process.stdout.write(`${answers.length} of ${comparisons} comparisons: ${soFar}\n`);
}
const count = answers.length;
const { toldApart, covered3, covered5 } = tallies();
const enough: readonly [number, number] = [Math.ceil(leastCovered * count), count];
report('equal servers told apart at .05', toldApart, count, findBounds(count, 0.05));
report('3 % injected, covered by the 95 % interval', covered3, count, enough);
report('5 % injected, covered by the 95 % interval', covered5, count, enough);

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
  report('5 % injected under drift, covered', covered, drifts, [Math.ceil(leastCovered * drifts), drifts]);
}
for (const { what, value, races, bounds } of simulateStopping()) report(what, value, races, bounds);
process.exitCode = failures === 0 ? 0 : 1;
