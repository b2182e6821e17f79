import { Command, InvalidArgumentError } from 'commander';
import { describeThrown, PitwallError, present } from '../base/index.ts';
import { explainRace } from '../explain/index.ts';
import { findFlag, type PlanOverrides } from '../plan/index.ts';
import { formatRaceText, type RaceTextOptions, type RaceView, raceView } from '../report/index.ts';
import { compareRaces, findRace, type RaceResult, raceFolders, readRace } from '../result/index.ts';
import { formatChanges } from './race/changes.ts';
import { writeHtmlReport } from './race/html-report.ts';
import { planRace, type RaceSettings } from './race/plan-race.ts';
import { createRaceProgress } from './race/progress.ts';
import { requestFlagNames, type UrlRaceFlags } from './race/url-race.ts';
import { collect } from './terminal/collect.ts';
import { type CommandContext, exitCode, type Io } from './terminal/io.ts';
import { openRacePage } from './web/race-page.ts';

/** Most flags are overrides of the plan by their own names. */
interface RaceFlags extends UrlRaceFlags, Omit<PlanOverrides, 'until'> {
  readonly untilDecided?: true;
  readonly aa?: string;
  readonly resume?: string;
  readonly repeat?: string;
  readonly results: string;
  readonly databaseUser: string;
  readonly candidateUser: string;
  readonly strict?: true;
  readonly setup: boolean;
  readonly json?: true;
  readonly web?: true | number;
}

const examples =
  '\nExamples:\n  pitwall race\n  pitwall race plans/original.yaml --only axum-bb8,starlette-asyncpg\n  pitwall race plans/quick.yaml --blocks 2 --duration 3s --json\n  pitwall race plans/original.yaml --precision 3% --aa axum-bb8\n  pitwall race --until-decided --time 10m\n  pitwall race --resume latest\n  pitwall race --resume latest --blocks 12\n  pitwall race http://localhost:8080/items http://localhost:8081/items\n  pitwall race before=https://a.example/items after=https://b.example/items --blocks 10\n';

export const raceCommand = ({ io, setExitCode }: CommandContext): Command =>
  new Command('race')
    .description('Race the candidates of a plan, or servers that run already, and print the table.')
    .argument(
      '[plan-or-urls...]',
      'a plan file, or two or more URLs (or name=URL); without it pitwall.yaml of this folder, or plans/quick.yaml, the original post’s race in short',
    )
    .option('--blocks <n>', 'rounds of each candidate; with --resume, how many it is to have then', wholeNumber)
    .option('--rounds <n>', 'the same as --blocks', wholeNumber)
    .option('--precision <share>', 'add blocks until every throughput ratio is known to ± this, e.g. 3%')
    .option('--until-decided', 'add blocks until the fastest is known, or as fast as the others within the margin')
    .option('--time <time>', 'what --until-decided allows for its blocks, e.g. 10m; 5m unless the plan says otherwise')
    .option('--max-blocks <n>', 'where --precision and --until-decided stop adding', wholeNumber)
    .option('--margin <share>', 'differences within it count as the same, e.g. 5%; 2% unless the plan says otherwise')
    .option('--retries <n>', 'refused or failed rounds of a candidate that are played again', wholeNumber)
    .option('--duration <time>', 'timed part of a round, e.g. 5s or 1m')
    .option('--warmup <time>', 'load before the timed part')
    .option('--connections <n>', 'connections of the load generator', wholeNumber)
    .option('--scale <n>', 'size of the data set', wholeNumber)
    .option('--seed <n>', 'random seed for the order of the rounds', wholeNumber)
    .option('--only <names>', 'candidates to keep, separated by commas', (text) => text.split(','))
    .option('--aa <candidate>', 'enter this candidate twice: what the two differ by is the noise of the race')
    .option(
      '--resume <race>',
      'go on with a race that was interrupted, or with --blocks one that is over: its path, name or `latest`',
    )
    .option('--repeat <race>', 'run a race again as it was, and compare the two')
    .option('--results <folder>', 'where the race leaves its files', defaultResults)
    .option('--database-user <name>', 'runs the database when pitwall is root', 'nobody')
    .option('--candidate-user <name>', 'runs the candidates when pitwall is root', 'daemon')
    .option('-H, --header <header>', 'a race of URLs: "Name: value"; may be repeated', collect)
    .option('-m, --method <method>', 'a race of URLs: HTTP method')
    .option('-d, --body <text>', 'a race of URLs: request body')
    .option('--insecure', 'a race of URLs: accept any certificate')
    .option('--strict', 'refuse to race without HAProxy or PgBouncer')
    .option('--no-setup', 'install nothing: race with what is there (so does PITWALL_SETUP=off)')
    .option('--web [port]', 'show the race in a browser while it runs, then its report; on loopback', wholeNumber)
    .option('--json', 'print the result as JSON, and nothing else on standard output')
    .addHelpText('after', examples)
    .action(async (args: readonly string[], flags: RaceFlags & { readonly rounds?: number }) => {
      const { results, json, web, repeat } = flags;
      const { overrides, before, prolongTo } = readSettings(flags);
      const { head, run } = await planRace(args, {
        ...flags,
        io,
        overrides,
        ...present('before', before),
        ...present('prolongTo', prolongTo),
      } satisfies RaceSettings);
      const progress = createRaceProgress(io, head);
      await using live = web === undefined ? undefined : await openRacePage(head, web === true ? 0 : web, io);
      try {
        const { folder, result } = await run((event) => {
          progress.show(event);
          live?.show(event);
        });
        const view = raceView(result);
        const report = tryToWrite(folder, view);
        await live?.end(view.headline.sentence, report.html);
        progress.close();
        if (json)
          io.stdout(`${JSON.stringify({ ...result, explanations: explainRace(result).explanations }, null, 2)}\n`);
        else io.stdout(`\n${formatRaceText(view, endOptions(io, { folder, results, view, report: report.text }))}`);
        if (repeat !== undefined && before !== undefined && !json) {
          io.stdout(`\n${formatChanges(compareRaces(before.result, result))}`);
        }
        tellFailures(result, { io, setExitCode });
      } catch (error) {
        await live?.fail(error);
        throw error;
      } finally {
        progress.close();
      }
    });

/** A race with a candidate that failed ends with an error code; that nothing raced at all is said. */
const tellFailures = ({ candidates }: RaceResult, { io, setExitCode }: CommandContext): void => {
  if (candidates.some(({ status }) => status === 'failed')) setExitCode(exitCode.failed);
  if (candidates.some(({ summary }) => summary !== undefined)) return;
  io.stderr('pitwall: nothing raced: no candidate has a measured round.\n');
  setExitCode(exitCode.failed);
};

/** What changes the race, apart from how it is run and shown; and the race that it goes on from. */
const readSettings = (flags: RaceFlags & { readonly rounds?: number }) => {
  const { results, databaseUser: _d, candidateUser: _c, strict: _s, setup: _t, json: _j, web: _w, ...rest } = flags;
  const { resume, repeat, rounds, untilDecided, ...own } = rest;
  const changes = Object.entries({
    ...own,
    ...present('blocks', own.blocks ?? rounds),
    ...(untilDecided === undefined ? {} : { until: 'decided' }),
  });
  const given: RaceResult['overrides'] = Object.fromEntries(changes.filter(([key]) => !requestFlagNames.has(key)));
  if (resume !== undefined) {
    const { blocks, ...changed } = given;
    if (blocks !== undefined && (blocks < 1 || blocks > mostBlocks)) {
      throw new PitwallError('usage.invalid', `--blocks ${blocks}: it must be from 1 to ${mostBlocks}.`);
    }
    const before = findBefore(results, resume, changed);
    return { before, overrides: before.result.overrides, prolongTo: blocks };
  }
  if (repeat === undefined) return { before: undefined, overrides: given, prolongTo: undefined };
  const before = findBefore(results, repeat, given);
  const { overrides, looks, plan } = before.result;
  // A race that was prolonged is repeated with the blocks that it has.
  const wasProlonged = looks !== undefined && plan.until === undefined;
  return {
    before,
    overrides: { ...overrides, ...(wasProlonged ? { blocks: plan.blocks } : {}) },
    prolongTo: undefined,
  };
};

/** A race that was measured is told even where its report cannot be written. */
const tryToWrite = (folder: string, view: RaceView): { readonly text: string; readonly html: string | undefined } => {
  try {
    const { path, html } = writeHtmlReport(folder, view);
    return { text: path, html };
  } catch (error) {
    return { text: `not written: ${describeThrown(error)}`, html: undefined };
  }
};

/** A terminal has a width; in a file or a pipe a line is as long as it has to be. */
const endOptions = (
  { stdoutIsTty, columns, color }: Io,
  { folder, results, view, report }: Ending,
): RaceTextOptions => ({
  ...(stdoutIsTty ? { columns: Math.max(narrowest, columns - 1) } : {}),
  hasColors: color,
  closing: [
    { label: 'Report', text: report },
    { label: 'More', text: `npx pitwall explain ${results === defaultResults ? 'latest' : folder}` },
    ...describeGoingOn(view, { folder, results }),
  ],
});

interface Ending {
  readonly folder: string;
  readonly results: string;
  readonly view: RaceView;
  readonly report: string;
}

/** The command that adds the blocks which would tell, where so many make sense. */
const describeGoingOn = (
  { race, headline: { moreBlocks } }: RaceView,
  { folder, results }: { readonly folder: string; readonly results: string },
): NonNullable<RaceTextOptions['closing']> => {
  if (race.outcome !== 'done' || moreBlocks === undefined) return [];
  const blocks = countPlayed(race) + moreBlocks;
  if (blocks > mostBlocks) return [];
  const isLatest = results === defaultResults && raceFolders(results).at(-1) === folder;
  return [{ label: 'Go on', text: `npx pitwall race --resume ${isLatest ? 'latest' : folder} --blocks ${blocks}` }];
};

const countPlayed = ({ candidates }: RaceResult): number =>
  Math.max(0, ...candidates.flatMap(({ rounds }) => rounds.map(({ block }) => block)));

/** As in a plan. */
const mostBlocks = 1_000;

const narrowest = 40;
const defaultResults = 'results';

/** The race to resume or repeat. It is taken as it was, so flags that would change it are refused. */
const findBefore = (
  results: string,
  race: string,
  given: object,
): { readonly folder: string; readonly result: RaceResult } => {
  const [changed] = Object.keys(given);
  if (changed !== undefined) {
    throw new PitwallError(
      'usage.invalid',
      `${findFlag(changed)} does not go with --resume or --repeat: the race is as it was.`,
    );
  }
  const folder = findRace(results, race);
  return { folder, result: readRace(folder) };
};

const wholeNumber = (text: string): number => {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};
