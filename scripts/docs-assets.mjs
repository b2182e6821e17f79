// Makes the pictures of the README from a real race: `npm run docs:assets [RACE]`, by default the latest in results/.
// docs/assets/ gets the end of the race as a terminal shows it, its overview, its table and a picture of report.html.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

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

/** Breaks long lines as a terminal of that many columns does, but between words. */
const wrap = (line, columns) => {
  const lines = [];
  const indent = /^ */.exec(line)[0];
  let rest = line;
  while (rest.length > columns) {
    const at = rest.lastIndexOf(' ', columns);
    const cut = at > indent.length ? at : columns;
    lines.push(rest.slice(0, cut));
    rest = `${indent}  ${rest.slice(cut).trimStart()}`;
  }
  return [...lines, rest];
};

/** Text as a terminal window. The first line is the command, the second the verdict. */
const terminalSvg = (command, text) => {
  const columns = Math.max(
    100,
    ...text
      .split('\n')
      .filter((line) => /^\S+ {2,}/.test(line))
      .map((line) => line.length),
  );
  const lines = [`$ ${command}`, '', ...text.trimEnd().split('\n')].flatMap((line) => wrap(line, columns));
  const [width, height] = [columns * 7.9 + 40, lines.length * 18 + 56];
  const rows = lines.map((line, index) => {
    const tone = index === 0 ? ' fill="#7ee787"' : index === 2 ? ' fill="#ffffff" font-weight="700"' : '';
    return `<text x="20" y="${50 + 18 * index}"${tone} xml:space="preserve">${escapeXml(line)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="#c9d1d9">`,
    `<title>${escapeXml(lines[2] ?? command)}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="#161b22"/>`,
    ...['#ff5f56', '#ffbd2e', '#27c93f'].map(
      (ink, index) => `<circle cx="${22 + 18 * index}" cy="20" r="5.5" fill="${ink}"/>`,
    ),
    ...rows,
    '</svg>\n',
  ].join('\n');
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
writeFileSync(join(assets, 'terminal.svg'), terminalSvg('npm start', report('text')));
writeFileSync(join(assets, 'race.svg'), report('svg'));
writeFileSync(join(assets, 'race.md'), report('md'));
await takePicture(join(assets, 'report.png'));
process.stdout.write(`docs/assets: terminal.svg, race.svg, race.md, report.png from ${race}\n`);
