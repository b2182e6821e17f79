import { readFileSync } from 'node:fs';
import * as hdr from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { csvFormat, formatHdr, formatJson, formatText, timeUnitNamed } from '../../../src/load/index.ts';
import { formatBytes, timeUnitFor } from '../../../src/load/text/units.ts';
import { Histogram } from '../../../src/stats/index.ts';
import { resultWith } from './results.ts';

/** Digits become 9, bars and paddings one of their kind: what is left is the shape. */
const readShape = (text: string): string =>
  text
    .replace(/\d+(\.\d+)?/g, (number) => number.replace(/^\d+/, '9').replace(/\d/g, '9'))
    .replace(/■+/g, '■')
    .replace(/ {2,}/g, '  ')
    .replace(/\] +\|/g, '] |')
    .replace(/\|■?$/gm, '|')
    .replace(/\b[KM]iB\b/g, 'KiB');

describe('the text', () => {
  test("is oha's, line for line, up to what oha doesn't say", () => {
    const oha = readFileSync(new URL('fixtures/oha-1.16.txt', import.meta.url), 'utf8');
    const times = Array.from({ length: 200 }, (_, index) => 0.1 + index / 50);
    const ours = formatText(resultWith(times), { timeUnit: timeUnitNamed('ms')! });
    const shapes = [readShape(ours), readShape(oha)].map((shape) => shape.split('\n'));
    const ohaLines = oha.trimEnd().split('\n').length;
    expect(shapes[0]!.slice(0, ohaLines)).toEqual(shapes[1]!.slice(0, ohaLines));
  });

  test('shows the figures where oha does', () => {
    expect(formatText(resultWith(Array.from({ length: 200 }, (_, index) => 1 + index)))).toBe(
      readFileSync(new URL('fixtures/text.txt', import.meta.url), 'utf8'),
    );
  });

  test('has dashes where nothing was answered, not NaN and infinity', () => {
    const text = formatText(
      resultWith([], {
        counts: { ok: 0, wrong: 0, status: 0, reset: 7, timeout: 0, cutOff: 0, neverSent: 0 },
        errors: { 'connection refused': 7 },
      }),
    );
    expect(text).not.toMatch(/NaN|[Ii]nf/);
    expect(text).toContain('\nError distribution:\n  [7] connection refused\n');
    expect(text).toContain('  Success rate:\t0.00%\n');
  });

  // oha divides successes + errors + aborted requests by the time, and its success rate knows no wrong answers.
  test('counts only ok requests in the rate', () => {
    const text = formatText(
      resultWith([1, 1], { counts: { ok: 2, wrong: 0, status: 1, reset: 1, timeout: 0, cutOff: 50, neverSent: 0 } }),
    );
    expect(text).toContain('  Requests/sec:\t1.0000\n');
    expect(text).toContain('  Success rate:\t50.00%\n');
    expect(text).toContain('  ok 2, wrong 0, status 1, reset 1, timeout 0, cut off 50, never sent 0\n');
  });

  test('explains the open loop where response and service times part', () => {
    const service = resultWith(Array.from({ length: 100 }, () => 1));
    const response = resultWith(Array.from({ length: 100 }, (_, index) => 1 + index));
    const open = (responseMs: typeof response.latencyMs) =>
      formatText({ ...service, responseMs, scheduleDelayMs: service.latencyMs });
    expect(open(response.latencyMs)).toContain('They part where');
    expect(open(service.latencyMs)).not.toContain('They part where');
    expect(open(service.latencyMs)).toContain('  service time');
  });

  test('says which checks failed', () => {
    const flag = { name: 'client-cpu' as const, ok: false, value: 1, limit: 0.8, explain: 'It was busy.' };
    expect(formatText(resultWith([1], { flags: [flag] }))).toContain(
      'Not to be trusted:\n  client-cpu: It was busy.\n',
    );
  });

  test.each([
    { ns: 0, unit: 'ns' },
    { ns: 999, unit: 'ns' },
    { ns: 1_000, unit: 'us' },
    { ns: 5e6, unit: 'ms' },
    { ns: 1e9, unit: 'sec' },
    { ns: 1e10, unit: '10 sec' },
    { ns: 6e10, unit: 'min' },
    { ns: 6e11, unit: '10 min' },
    { ns: 4e12, unit: 'hr' },
  ])('takes $unit for $ns ns', ({ ns, unit }) => expect(timeUnitFor(ns).name).toBe(unit));

  test.each([
    { bytes: 0, text: '0 B' },
    { bytes: 1023.9, text: '1023 B' },
    { bytes: 1024, text: '1.00 KiB' },
    { bytes: 3_500, text: '3.42 KiB' },
    { bytes: 2 ** 31, text: '2.00 GiB' },
  ])('writes $bytes bytes as $text', ({ bytes, text }) => expect(formatBytes(bytes)).toBe(text));
});

describe('the JSON', () => {
  test("has oha's keys, in seconds, and the whole result", () => {
    const document = JSON.parse(formatJson(resultWith([1, 2, 3, 4])));
    expect(Object.keys(document)).toEqual([
      'summary',
      'metrics',
      'responseTimeHistogram',
      'latencyPercentiles',
      'firstByteHistogram',
      'firstBytePercentiles',
      'rps',
      'details',
      'statusCodeDistribution',
      'errorDistribution',
      'pitwall',
    ]);
    expect(document.summary).toEqual({
      successRate: 1,
      total: 2,
      slowest: 0.004,
      fastest: 0.001,
      average: 0.0025,
      requestsPerSec: 2,
      totalData: 14_000,
      sizePerRequest: 3_500,
      sizePerSec: 7_000,
    });
    expect(Object.keys(document.latencyPercentiles)).toEqual([
      'p10',
      'p25',
      'p50',
      'p75',
      'p90',
      'p95',
      'p99',
      'p99.9',
      'p99.99',
    ]);
    expect(document.rps).toMatchObject({ mean: 100, min: 90, max: 110 });
    expect(document.details.DNSDialup).toEqual({ average: 0.0025, fastest: 0.0015, slowest: 0.0035 });
    expect(document.pitwall.timeline).toHaveLength(3);
  });

  test('has null where nothing was answered', () => {
    const document = JSON.parse(formatJson(resultWith([])));
    expect(document.summary).toMatchObject({ slowest: null, fastest: null, average: null, sizePerRequest: null });
    expect(document.latencyPercentiles.p99).toBeNull();
  });
});

test('the CSV has a row in seconds for each answer', () => {
  const row = {
    startNs: 1_500_000,
    dnsNs: 1_000,
    dialNs: 2_000,
    requestIndex: 0,
    firstByteNs: 3_000,
    durationNs: 4_000,
    bytes: 10,
    status: 200,
  };
  const { header, formatRow } = csvFormat({ requests: [] });
  expect(header + formatRow(row)).toBe(
    'request-start,DNS,DNS+dialup,Response-delay,request-duration,bytes,status\n0.0015,0.000001,0.000003,0.000003,0.000004,10,200\n',
  );
});

test("the percentile spectrum is HdrHistogram's, point for point", () => {
  const ours = new Histogram();
  const theirs = hdr.build({
    highestTrackableValue: 3_600_000_000_000,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
  });
  for (let index = 1; index <= 1_000; index++) {
    ours.record(index * index * 1_000);
    theirs.recordValue(index * index * 1_000);
  }
  // Ours knows the slowest exactly, theirs to its cell.
  const points = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([value]) => /^\d/.test(value ?? ''))
      .map(([value, ratio, count]) => [Math.min(1_000, Number(value)).toFixed(2), Number(ratio).toFixed(9), count]);
  expect(points(formatHdr(ours))).toEqual(points(theirs.outputPercentileDistribution(5, 1e6)));
});

test('the size per request is of all answers, whatever their status', () => {
  const result = resultWith([1, 2], { statusCodes: { 200: 2, 404: 2 }, bodyBytes: 2_000 });
  expect(formatText(result)).toContain('  Size/request:\t500 B\n');
  expect(JSON.parse(formatJson(result)).summary.sizePerRequest).toBe(500);
  const onlyErrors = resultWith([], { statusCodes: { 404: 4 }, bodyBytes: 2_000 });
  expect(formatText(onlyErrors)).toContain('  Size/request:\t500 B\n');
});
