// Makes the pictures of the README from a real race: `npm run docs:assets [RACE]`, by default the latest in results/.
// docs/assets/ gets the race as a terminal shows it while it runs and at its end, its overview, its table and a picture
// of report.html.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { drawRace } from '../dist/cli/race/screen.js';
import { afterMessage, emptyLiveState, formatRaceText, raceView } from '../dist/report/index.js';
import { findRace, readRace } from '../dist/result/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const assets = join(root, 'docs', 'assets');
const race = process.argv[2] ?? 'latest';

const pitwall = (...args) =>
  execFileSync(process.execPath, [join(root, 'dist', 'cli', 'main.js'), ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1_048_576,
  });
const report = (format, ...more) => pitwall('report', race, '--format', format, ...more);

const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Colours of a terminal, by the codes that pitwall's own text has. */
const tones = {
  1: 'font-weight="700"',
  2: 'fill="#8b949e"',
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
  33: 'fill="#e3b341"',
  36: 'fill="#79c0ff"',
};

const coded = new RegExp(`(${String.fromCharCode(27)}\\[[0-9]+m)`);

/** A line with its colours as spans. */
const spans = (line) => {
  let tone = '';
  return line
    .split(coded)
    .map((part) => {
      const code = coded.test(part) ? part.slice(2, -1) : undefined;
      if (code === undefined)
        return tone === '' || part === '' ? escapeXml(part) : `<tspan ${tone}>${escapeXml(part)}</tspan>`;
      // What ends a colour or a weight ends all of it: pitwall never nests them over text.
      tone = tones[code] === undefined ? '' : `${tone} ${tones[code]}`.trim();
      return '';
    })
    .join('');
};

/** Lines as a terminal window. */
const terminalSvg = (title, columns, lines) => {
  const [width, height] = [Math.ceil(columns * 7.9 + 40), lines.length * 18 + 56];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="#c9d1d9">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="#161b22"/>`,
    ...['#ff5f56', '#ffbd2e', '#27c93f'].map(
      (ink, index) => `<circle cx="${22 + 18 * index}" cy="20" r="5.5" fill="${ink}"/>`,
    ),
    ...lines.map((line, index) => `<text x="20" y="${50 + 18 * index}" xml:space="preserve">${spans(line)}</text>`),
    '</svg>\n',
  ].join('\n');
};

const command = (text) => `\u001b[32m$ ${text}\u001b[39m`;

/** The end of a race as a terminal of 100 columns shows it. */
const endSvg = (result) => {
  const columns = 100;
  const view = raceView(result);
  const text = formatRaceText(view, {
    columns,
    hasColors: true,
    closing: [
      { label: 'Report', text: `results/${result.id}/report.html` },
      { label: 'More', text: 'npx pitwall explain latest' },
    ],
  });
  return terminalSvg(view.headline.sentence, columns, [command('npm start'), '', ...text.trimEnd().split('\n')]);
};

/** The grid in the middle of a race, drawn again from what the race kept of its rounds. */
const runningSvg = ({ plan, candidates }) => {
  const names = candidates.map(({ name }) => name);
  const rounds = candidates
    .flatMap(({ name, rounds: own }) => own.map((round) => ({ candidate: name, round })))
    .sort((a, b) => a.round.startedAt.localeCompare(b.round.startedAt));
  const played = Math.floor(rounds.length * 0.6);
  const roundMs =
    (Date.parse(rounds.at(-1).round.startedAt) - Date.parse(rounds[0].round.startedAt)) / (rounds.length - 1);
  const messages = rounds.slice(0, played + 1).flatMap(({ candidate, round }, index) => [
    {
      kind: 'round-started',
      candidate,
      block: round.block,
      blocks: plan.blocks,
      played: index,
      rounds: rounds.length,
      secondsLeft: Math.round(((rounds.length - index) * roundMs) / 1_000),
    },
    ...(index < played
      ? [
          {
            kind: 'round-ended',
            candidate,
            block: round.block,
            outcome: round.outcome,
            requestsPerSecond: round.requestsPerSecond,
            remarks: (round.gates ?? []).filter(({ ok }) => !ok).map(({ name }) => name),
          },
        ]
      : (round.timeline ?? []).slice(0, -1).map(({ ok, p99Ms }, second) => ({
          kind: 'tick',
          candidate,
          elapsedMs: 1_000 * (second + 1),
          requestsPerSecond: ok,
          p99Ms,
        }))),
  ]);
  const head = {
    name: plan.name,
    about: '',
    conditions: `${plan.connections} connections · ${plan.blocks} blocks of ${plan.durationMs / 1_000} s · ${names.length} candidates`,
    candidates: names,
    blocks: plan.blocks,
  };
  const state = messages.reduce(afterMessage, emptyLiveState(plan.blocks));
  const columns = 100;
  return terminalSvg('A race while it runs', columns, [
    command('npm start'),
    '',
    ...drawRace(head, state, { columns, hasColors: true }),
  ]);
};

const takePicture = async (file) => {
  const folder = mkdtempSync(join(tmpdir(), 'docs-assets-'));
  try {
    const page = join(folder, 'report.html');
    report('html', '--out', page);
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
    const view = await browser.newPage({ viewport: { width: 1_100, height: 1_400 } });
    await view.goto(pathToFileURL(page).href);
    await view.waitForTimeout(500);
    await view.screenshot({ path: file });
    await browser.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
};

mkdirSync(assets, { recursive: true });
const result = readRace(findRace('results', race));
writeFileSync(join(assets, 'running.svg'), runningSvg(result));
writeFileSync(join(assets, 'terminal.svg'), endSvg(result));
writeFileSync(join(assets, 'race.svg'), report('svg'));
writeFileSync(join(assets, 'race.md'), report('md'));
await takePicture(join(assets, 'report.png'));
process.stdout.write(`docs/assets: running.svg, terminal.svg, race.svg, race.md, report.png from ${race}\n`);
