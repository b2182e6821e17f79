import { judgeUnit, ratioOf, runTruthRace, type UnitAnswer, unitEntries } from './truth-race.ts';

/*
 * Pitwall measures servers whose answer is known, through the whole of itself: equal servers must not be told apart more
 * often than the error level says, an injected difference must lie in the interval, and a drift of the machine must be
 * flagged and leave the ratio alone. Rounds are short, and so are rough: it is the errors that are tested, not the precision.
 *
 *     npm run selftest [-- COMPARISONS DRIFTS]     200 and 10 by default, about an hour and a half on two cores
 */
const comparisons = Number(process.argv[2] ?? 200);
const drifts = Number(process.argv[3] ?? 10);
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

const answers: UnitAnswer[] = [];
for (let seed = 1; answers.length < comparisons; seed += 1) {
  const units = Array.from({ length: Math.min(unitsPerRace, comparisons - answers.length) }, (_, index) => index + 1);
  const race = await runTruthRace({ entries: units.flatMap(unitEntries), blocks, durationMs, seed });
  answers.push(...units.map((unit) => judgeUnit(race, unit)));
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
