import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { openLivePage } from '../../src/cli/web/live-page.ts';
import type { LiveHead, LiveMessage } from '../../src/report/index.ts';
import { accessibilityFaults, keepPicture, openPage, paintedPixels, startBrowser } from '../support/browser.ts';
import { describeWith } from '../support/parts.ts';
import { makeRaceFolder, repository } from '../support/race-folder.ts';
import { startPitwall } from '../support/run-pitwall.ts';

const hostile = '<img src=x onerror=alert(1)>';
const head: LiveHead = {
  name: 'test',
  about: 'Which is fastest?',
  conditions: '50 connections',
  candidates: ['starlette-asyncpg', hostile],
  blocks: 3,
};

const started = (candidate: string, block: number, played: number): LiveMessage => ({
  kind: 'round-started',
  candidate,
  block,
  blocks: 3,
  played,
  rounds: 6,
  secondsLeft: 40,
});

const ended = (
  candidate: string,
  block: number,
  requestsPerSecond: number,
  remarks: readonly string[] = [],
): LiveMessage => ({
  kind: 'round-ended',
  candidate,
  block,
  outcome: 'measured',
  requestsPerSecond,
  remarks,
});

describeWith(['chromium'], 'the live page in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const assets = () => {
    const read = (file: string): string => readFileSync(join(repository, 'dist', 'web', file), 'utf8');
    return { script: read('live.js'), style: read('live.css') };
  };

  test.each([
    { width: 400, colorScheme: 'dark' as const },
    { width: 1_600, colorScheme: 'light' as const },
  ])(
    'shows rounds, the second that passes, and texts as text: $width px, $colorScheme',
    async ({ width, colorScheme }) => {
      await using live = await openLivePage(0, head, assets(), systemClock);
      await using watched = await openPage(browser, { viewport: { width, height: 900 }, colorScheme });
      const { page, complaints, requests } = watched;
      live.send(started('starlette-asyncpg', 1, 0));
      live.send(ended('starlette-asyncpg', 1, 495));
      live.send(started(hostile, 1, 1));
      await page.goto(live.url);
      await expect.poll(() => page.locator('#link').textContent()).toBe('live');
      for (let second = 1; second <= 5; second++) {
        live.send({
          kind: 'tick',
          candidate: hostile,
          elapsedMs: 1_000 * second,
          requestsPerSecond: 250 + second,
          p99Ms: 190,
        });
      }
      await expect
        .poll(() => page.locator('#now').textContent())
        .toBe(`${hostile}, block 1: 255 requests/s, p99 190 ms`);
      expect(await paintedPixels(page, '#now-chart')).toBeGreaterThan(500);
      expect(await page.locator('#rounds tbody tr').allTextContents()).toEqual([
        'starlette-asyncpg495··',
        `${hostile}···`,
      ]);
      live.send(ended(hostile, 1, 253, ['client-cpu: the load generator was the bottleneck']));
      await expect.poll(() => page.locator('#rounds').textContent()).toContain('253 !');
      expect(await page.locator('#warnings').textContent()).toContain('client-cpu');
      expect(await page.locator('main img').count()).toBe(0);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
      expect(new Set(requests)).toEqual(new Set([live.url, `${live.url}events`]));
      await keepPicture(page, `live-${width}-${colorScheme}`);
    },
  );

  test('of a real race ends in the race’s report', async () => {
    using folder = makeRaceFolder({ one: 'none', two: 'none' }, { duration: '1500ms' });
    const running = startPitwall(['race', folder.plan, '--results', folder.results, '--web'], {
      env: { TMPDIR: folder.tmp },
    });
    await running.saw(/Watch it at \S+\n/);
    const url = /Watch it at (\S+)/.exec(running.output.stderr)![1]!;
    await using watched = await openPage(browser);
    const { page, complaints } = watched;
    await page.goto(url);
    await page.waitForURL(`${url}report`, { timeout: 80_000 });
    await page.waitForSelector('#time-chart canvas');
    expect(await page.locator('h1').textContent()).toMatch(/one|two/);
    expect(await running.exited).toBe(0);
    expect(complaints).toEqual([]);
  });
});
