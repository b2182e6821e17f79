import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDemands, whatIf } from '../../src/explain/index.ts';
import { formatHtml, raceView } from '../../src/report/index.ts';
import type { RaceResult } from '../../src/result/index.ts';
import { accessibilityFaults, keepPicture, openPage, paintedPixels, startBrowser } from '../support/browser.ts';
import { describeWith } from '../support/parts.ts';
import { repository } from '../support/race-folder.ts';
import { hostileTold, toldRace } from '../support/told-race.ts';

describeWith(['chromium'], 'report.html in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-test-'));
  const race = toldRace();
  let browser: Browser;
  let seed: string;
  let hostile: string;

  const writeReport = (name: string, result: RaceResult): string => {
    const read = (file: string): string => readFileSync(join(repository, 'dist', 'web', file), 'utf8');
    const file = join(folder, name);
    const assets = { script: read('report.js'), style: read('report.css') };
    writeFileSync(file, formatHtml(raceView(result, { times: '×' }), assets));
    return pathToFileURL(file).href;
  };

  beforeAll(async () => {
    browser = await startBrowser();
    seed = writeReport('seed.html', race);
    hostile = writeReport('hostile.html', toldRace(hostileTold, { durationMs: 5_000, blocks: 3 }));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  test('draws every chart with data, complains of nothing and fetches nothing', async () => {
    await using watched = await openPage(browser);
    const { page, complaints, requests } = watched;
    await page.goto(seed);
    await page.waitForSelector('#time-chart canvas');
    expect(await page.locator('h1').textContent()).toMatch(/^starlette-asyncpg serves 1\.8\d× axum-bb8 .* because/);
    const marks = (section: string, mark: string) => page.locator(`#${section} svg.wide .${mark} > *`).count();
    expect(await marks('result', 'mean')).toBe(3);
    expect(await marks('result', 'interval')).toBe(3);
    expect(await marks('blocks', 'round')).toBe(30);
    expect(await marks('blocks', 'block')).toBe(20);
    expect(await marks('latency', 'band')).toBe(3);
    expect(await marks('wire', 'turn')).toBe(2 * (10 + 20 + 16));
    expect(await marks('use', 'use')).toBe(15);
    expect(await page.locator('#time .small .layer > *').count()).toBe(15);
    expect(await page.locator('#time .small .curve > *').count()).toBe(3 * (2 + 5 + 1));
    expect(await page.locator('#use .small .use > *').count()).toBeGreaterThan(10);
    expect(await page.locator('#use').textContent()).toContain('◀ binds');
    expect(await paintedPixels(page, '#time-chart')).toBeGreaterThan(3_000);
    expect(await paintedPixels(page, '#model-chart')).toBeGreaterThan(3_000);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([seed]);
  });

  test('predicts with its sliders what the model predicts', async () => {
    await using watched = await openPage(browser);
    const { page, complaints } = watched;
    await page.goto(seed);
    await page.locator('#model-candidate').selectOption({ label: 'axum-bb8' });
    const answer = page.locator('#model-answer strong');
    const before = Number(await answer.getAttribute('data-value'));
    const roundTrips = page.locator('input[name="roundTrips"]');
    await roundTrips.focus();
    for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowLeft');
    expect(await roundTrips.getAttribute('aria-valuetext')).toBe('10');
    const after = Number(await answer.getAttribute('data-value'));
    const read = readDemands(race, 'axum-bb8');
    if (read.kind === 'missing') throw new Error(read.why);
    const { requestsPerSecond } = whatIf(read.demands, { roundTrips: 10 }, read.measured.requestsPerSecond);
    expect(after).toBeCloseTo(requestsPerSecond.value, 6);
    expect(after).toBeGreaterThan(1.6 * before);
    for (let step = 0; step < 9; step++) await page.keyboard.press('ArrowLeft');
    expect(await page.locator('#model-answer').textContent()).toMatch(
      /^axum-bb8, changed: withheld, 1 round trips per request is beyond what the model was checked for \(20, and a factor of 2/,
    );
    await page.locator('#model-reset').click();
    expect(Number(await answer.getAttribute('data-value'))).toBeCloseTo(before, 6);
    expect(complaints).toEqual([]);
  });

  test('shows another figure of each second when it is asked for', async () => {
    await using watched = await openPage(browser);
    const { page, complaints } = watched;
    await page.goto(seed);
    await page.waitForSelector('#time-chart canvas');
    const picture = () => page.locator('#time-chart canvas').screenshot();
    const rates = await picture();
    for (const figure of ['p99', 'waiting at the proxy', 'CPU', 'memory']) {
      const before = await picture();
      await page.getByRole('radio', { name: figure, exact: true }).check();
      await expect.poll(async () => (await picture()).equals(before)).toBe(false);
    }
    const candidate = await picture();
    await page.locator('#time-component').selectOption('database');
    await expect.poll(async () => (await picture()).equals(candidate)).toBe(false);
    await page.getByRole('radio', { name: 'requests/s', exact: true }).check();
    await expect.poll(async () => (await picture()).equals(rates)).toBe(true);
    expect(await page.locator('#time-component').isDisabled()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('marks where a round changes its level, in the picture and in words', async () => {
    const [first, ...others] = race.candidates;
    const [round, ...rounds] = first!.rounds;
    const timeline = round!.timeline!.map((window, second) =>
      second < 40 ? window : { ...window, ok: window.ok / 2 },
    );
    const gates = [{ name: 'steady-state', ok: false, effect: 'withholds' as const, value: 1, limit: 0 }];
    const unsteady = { ...first!, rounds: [{ ...round!, timeline, gates }, ...rounds] };
    await using watched = await openPage(browser);
    const { page, complaints } = watched;
    await page.goto(writeReport('unsteady.html', { ...race, candidates: [unsteady, ...others] }));
    await page.waitForSelector('#time-chart canvas');
    expect(await page.locator('#time .change > *').count()).toBe(1);
    expect(await page.locator('#time .bad').textContent()).toMatch(
      /changed its level: from \S+ to \S+ a second after 40 s/,
    );
    expect(complaints).toEqual([]);
  });

  test('hands out the race that it was made from', async () => {
    await using watched = await openPage(browser);
    const { page } = watched;
    await page.goto(seed);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'race.json' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${race.id}-race.json`);
    expect(JSON.parse(readFileSync(await download.path(), 'utf8'))).toEqual(JSON.parse(JSON.stringify(race)));
  });

  test.each([
    { name: 'a phone', width: 400, colorScheme: 'light' as const },
    { name: 'a phone in the dark', width: 400, colorScheme: 'dark' as const },
    { name: 'a wide screen', width: 1_600, colorScheme: 'light' as const },
    { name: 'a wide screen in the dark', width: 1_600, colorScheme: 'dark' as const },
  ])('fits $name, and axe finds nothing wrong', async ({ width, colorScheme }) => {
    await using watched = await openPage(browser, { viewport: { width, height: 900 }, colorScheme });
    const { page } = watched;
    await page.goto(seed);
    await page.waitForSelector('#time-chart canvas');
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await accessibilityFaults(page)).toEqual([]);
    await keepPicture(page, `report-${width}-${colorScheme}`);
  });

  test('prints: details are open and nothing that needs a hand is there', async () => {
    await using watched = await openPage(browser);
    const { page } = watched;
    await page.goto(seed);
    await page.waitForSelector('#time-chart canvas');
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.length).toBeGreaterThan(50_000);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#model-sliders').isVisible()).toBe(false);
  });

  test('is readable without its script', async () => {
    await using watched = await openPage(browser, { javaScriptEnabled: false });
    const { page } = watched;
    await page.goto(seed);
    expect(await page.locator('h1').textContent()).toContain('starlette-asyncpg serves');
    expect(await page.locator('#latency svg.wide').isVisible()).toBe(true);
  });

  test('shows hostile names, statements and texts as text', async () => {
    await using watched = await openPage(browser, { viewport: { width: 400, height: 900 } });
    const { page, complaints, requests } = watched;
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => void dialogs.push(dialog.message()));
    await page.goto(hostile);
    await page.waitForSelector('#time-chart canvas');
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await page.locator('main img, main iframe, main script, main a').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toContain('<img src=x onerror=alert(1)>|pipe| @everyone serves');
    expect(await page.locator('code').first().textContent()).toContain('<b onclick="x()">');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
    expect(dialogs).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([hostile]);
    await keepPicture(page, 'report-hostile');
  });
});
