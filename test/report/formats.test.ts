import { describe, expect, test } from 'vitest';
import {
  formatHtml,
  formatMarkdown,
  formatPercentilesCsv,
  formatReportJson,
  formatRoundsCsv,
  formatSvg,
  pictureNames,
  raceView,
} from '../../src/report/index.ts';
import { hostileTold, seedTold, toldRace } from '../support/told-race.ts';

const view = raceView(toldRace(seedTold, { durationMs: 5_000 }));
const hostile = raceView(toldRace(hostileTold, { durationMs: 5_000, blocks: 3 }));
const assets = { script: 'void 0;', style: 'p{margin:0}' };

describe('Markdown', () => {
  test('has the verdict, a row a candidate and pictures', () => {
    const text = formatMarkdown(view, [{ file: 'report-rates.svg', alt: 'Requests a second' }]);
    expect(text).toMatch(/^\*\*starlette-asyncpg serves/);
    expect(text.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(4);
    expect(text).toContain('![Requests a second](report-rates.svg)');
  });

  test('shows hostile names as text: no markup, link, mention or table cell comes out of them', () => {
    const text = formatMarkdown(hostile);
    expect(text).not.toMatch(/<(?!\/?sub>)/);
    expect(text).not.toMatch(/(?<!\\)\[click\]/);
    expect(text).not.toContain('@everyone');
    for (const row of text.split('\n').filter((line) => line.startsWith('| '))) {
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(10);
    }
  });
});

describe('CSV', () => {
  test('has a line a round and a line a percentile, as RFC 4180 wants them', () => {
    expect(formatRoundsCsv(view).trimEnd().split('\r\n')).toHaveLength(1 + 3 * 10);
    const [header, first] = formatPercentilesCsv(view).split('\r\n');
    expect(header).toBe('race,candidate,requests,percentile,latencyMs,lowestRoundMs,highestRoundMs,supported');
    expect(first).toMatch(/^2026-01-01T00-00-00-told-0001,starlette-asyncpg,\d+,0,[\d.]+,[\d.]+,[\d.]+,yes$/);
  });

  test('quotes what needs it, and takes the formula out of text', () => {
    const text = formatRoundsCsv(hostile);
    expect(text).toContain(`"'=HYPERLINK(""http://evil.test"")"`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\x00-\x09\x0b\x0c\x0e-\x1f]/);
  });
});

describe('JSON', () => {
  test('has every comparison, the percentiles and what limits it', () => {
    const report = JSON.parse(formatReportJson(view));
    expect(report.version).toBe(1);
    expect(report.order).toEqual(['starlette-asyncpg', 'axum-bb8', 'django-psycopg']);
    expect(report.comparisons).toHaveLength(3 * 5);
    expect(report.models.map((model: { bottleneck: string[] }) => model.bottleneck)).toEqual([
      ['pool'],
      ['pool'],
      ['workers'],
    ]);
  });
});

describe('SVG', () => {
  test.each(pictureNames)('the picture %s has marks and the verdict', (name) => {
    const svg = formatSvg(view, [name]);
    expect(svg).toContain('starlette-asyncpg serves');
    expect(svg!.match(/<(circle|path|line|rect)\b/g)!.length).toBeGreaterThan(5);
  });

  test('shows hostile names as text', () => {
    expect(formatSvg(hostile, pictureNames)).not.toMatch(/<(script|img|b)\b/);
  });
});

describe('HTML', () => {
  test('shows hostile names, statements and texts as text', () => {
    const page = formatHtml(hostile, assets);
    expect(page.match(/<script\b/g)).toHaveLength(2);
    expect(page).not.toMatch(/<(img|b onclick|iframe)\b/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(page).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f]/);
  });

  test('has a policy that lets nothing be fetched, and no style or script but its own', () => {
    const page = formatHtml(view, assets);
    const policy = /content="(default-src[^"]+)"/.exec(page)![1];
    expect(policy).toMatch(
      /^default-src &#39;none&#39;; script-src &#39;sha256-\S+&#39;; style-src &#39;sha256-\S+&#39;; img-src data:; base-uri/,
    );
    expect(page).not.toMatch(/ style="/);
    expect(page).not.toMatch(/ on[a-z]+="/);
    expect(page).not.toMatch(/(?:src|href)="(?!#|data:)/);
  });

  test('stays below 1 MiB for ten rounds of nine candidates', () => {
    const nine = Array.from({ length: 9 }, (_, index) => ({
      name: `candidate-${index}`,
      requestsPerSecond: 300 + 20 * index,
      roundTrips: 10 + index,
    }));
    const page = formatHtml(raceView(toldRace(nine)), { script: 'x'.repeat(90_000), style: 'x'.repeat(10_000) });
    expect(Buffer.byteLength(page)).toBeLessThan(1_048_576);
  });
});
