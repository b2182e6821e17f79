import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStoredRaces } from '../../src/cli/web/shelf.ts';
import type { WebServer } from '../../src/cli/web/web-server.ts';
import { createJournal } from '../../src/result/index.ts';
import { accessibilityFaults, keepPicture, openPage, startBrowser } from '../support/browser.ts';
import { describeWith } from '../support/parts.ts';
import { repository } from '../support/race-folder.ts';
import { startPitwall } from '../support/run-pitwall.ts';
import { hostileTold, seedTold, type Told, toldRecords } from '../support/told-race.ts';

describeWith(['chromium'], 'the pages over stored races in Chromium', () => {
  const results = mkdtempSync(join(tmpdir(), 'shelf-test-'));
  let browser: Browser;
  let storedRaces: WebServer;

  const store = (id: string, told: readonly Told[]): void => {
    using journal = createJournal(join(results, id));
    for (const record of toldRecords(told, { id, durationMs: 3_000, blocks: 5 })) journal.append(record);
  };

  beforeAll(async () => {
    store('2026-01-01T00-00-00-old-0001', seedTold);
    store(
      '2026-02-01T00-00-00-new-0002',
      seedTold.map((told) => ({
        ...told,
        requestsPerSecond: told.requestsPerSecond * (told.name === 'axum-bb8' ? 1.1 : 1),
      })),
    );
    store('2026-03-01T00-00-00-odd-0003', hostileTold);
    mkdirSync(join(results, 'broken'));
    writeFileSync(join(results, 'broken', 'journal.jsonl'), 'no journal\n');
    const read = (file: string): string => readFileSync(join(repository, 'dist', 'web', file), 'utf8');
    storedRaces = await openStoredRaces(0, results, {
      report: { script: read('report.js'), style: read('report.css') },
    });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await storedRaces[Symbol.asyncDispose]();
    rmSync(results, { recursive: true });
  });

  test.each([400, 1_600])('list, filter, show a trend and a report at %d px', async (width) => {
    await using watched = await openPage(browser, { viewport: { width, height: 900 } });
    const { page, complaints } = watched;
    await page.goto(storedRaces.url);
    expect(await page.locator('tbody th').allTextContents()).toEqual([
      expect.stringContaining('odd-0003'),
      expect.stringContaining('new-0002'),
      expect.stringContaining('old-0001'),
    ]);
    expect(await page.locator('.cautions').textContent()).toContain('broken');
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await accessibilityFaults(page)).toEqual([]);
    await keepPicture(page, `shelf-${width}`);

    await page.getByLabel('Words in a race').fill('axum told');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(await page.locator('tbody tr').count()).toBe(2);

    await page.getByRole('link', { name: 'axum-bb8' }).first().click();
    expect(await page.locator('h1').textContent()).toBe('axum-bb8');
    expect(await page.locator('svg.wide .mean > *').count()).toBe(2);
    expect(await accessibilityFaults(page)).toEqual([]);
    await keepPicture(page, `trend-${width}`);

    await page.getByRole('link', { name: /old-0001/ }).click();
    await page.waitForSelector('#time-chart canvas');
    expect(await page.locator('h1').textContent()).toContain('starlette-asyncpg serves');
    expect(complaints).toEqual([]);
  });

  test('compare the two that are marked', async () => {
    await using watched = await openPage(browser);
    const { page, complaints } = watched;
    await page.goto(storedRaces.url);
    await page.getByLabel('before: 2026-01-01T00-00-00-old-0001').check();
    await page.getByLabel('after: 2026-02-01T00-00-00-new-0002').check();
    await page.getByRole('button', { name: 'Compare' }).click();
    const row = page.locator('tbody tr', { hasText: 'axum-bb8' }).first();
    expect(await row.textContent()).toMatch(/axum-bb8requestsPerSecond\+\d+\.?\d* % \[.*\]better/);
    expect(complaints).toEqual([]);
    await keepPicture(page, 'compare');
  });

  test('has no way to what is not a race', async () => {
    for (const path of ['race/..%2f..%2fetc%2fpasswd', 'race/broken', 'compare?before=x&after=y', 'journal.jsonl']) {
      const { status } = await fetch(`${storedRaces.url}${path}`);
      expect([400, 404]).toContain(status);
    }
  });

  test('end with the program that serves them', async () => {
    const running = startPitwall(['serve', '--results', results]);
    await expect.poll(() => running.output.stdout, { timeout: 20_000 }).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\S+\/\n$/);
    expect((await fetch(running.output.stdout.trim())).status).toBe(200);
    running.child.kill('SIGINT');
    expect(await running.exited).toBe(0);
  });
});
