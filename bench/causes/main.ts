import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { type CauseAnswer, runCauseRace } from './cause-race.ts';
import { type Cause, causes } from './plants.ts';

/*
 * Servers with a planted bottleneck, raced through the whole of pitwall: `explain` must name it in at least 95 % of the runs.
 * That it can't tell is counted apart. With a record, what was run is kept there, and a later call goes on where it ended.
 *
 *     npm run selftest:causes [-- RUNS [RECORD.jsonl]]     100 runs by default, 15 to 30 minutes on two cores
 */
const runs = Number(process.argv[2] ?? 100);
const record = process.argv[3];
const serversPerRace = 4;
/** Of 100 runs, so many must get the right name. */
const wanted = 0.95;

const readAnswers = (text: string): CauseAnswer[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CauseAnswer);

const answers = record !== undefined && existsSync(record) ? readAnswers(readFileSync(record, 'utf8')) : [];
while (answers.length < runs) {
  const race = Math.floor(answers.length / serversPerRace);
  const cause = causes[race % causes.length]!;
  const servers = Math.min(serversPerRace, runs - answers.length);
  const found = await runCauseRace(cause, servers, race + 1);
  answers.push(...found);
  if (record !== undefined) appendFileSync(record, found.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
  for (const { named, evidence } of found) {
    if (named !== cause) process.stderr.write(`${cause}: ${named ?? 'can’t tell'}: ${evidence}\n`);
  }
  process.stderr.write(`${answers.length} of ${runs} runs\n`);
}

const unsure = 'can’t tell';
const names: readonly string[] = [
  ...causes,
  ...new Set(answers.flatMap(({ named }) => (named === undefined || isCause(named) ? [] : [named]))),
  unsure,
];
const cell = (text: string): string => text.padEnd(20);
process.stdout.write(`${cell('planted / named')}${names.map(cell).join('')}\n`);
for (const cause of causes) {
  const own = answers.filter((answer) => answer.cause === cause);
  const counts = names.map((name) => own.filter(({ named = unsure }) => named === name).length);
  process.stdout.write(`${cell(cause)}${counts.map((count) => cell(count === 0 ? '.' : String(count))).join('')}\n`);
}
const right = answers.filter(({ cause, named }) => named === cause).length;
const cannot = answers.filter(({ named }) => named === undefined).length;
const isEnough = right >= wanted * answers.length;
process.stdout.write(
  `${isEnough ? 'ok  ' : 'FAIL'} named rightly: ${right} of ${answers.length}, wrongly ${answers.length - right - cannot}, can’t tell ${cannot}\n`,
);
process.exitCode = isEnough ? 0 : 1;

function isCause(name: string): name is Cause {
  return causes.some((cause) => cause === name);
}
