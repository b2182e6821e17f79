import { describe, expect, test } from 'vitest';
import { jobFromOptions, type LoadOptions } from '../../../src/load/index.ts';
import {
  parseCount,
  parseDurationMs,
  parseHeader,
  parseRate,
  parseStages,
  parseStatuses,
} from '../../../src/load/job/parse.ts';
import { parseRequestFile } from '../../../src/load/job/request-file.ts';

describe('values of options', () => {
  test.each([
    { parse: parseDurationMs, text: '10s', value: 10_000 },
    { parse: parseDurationMs, text: '500ms', value: 500 },
    { parse: parseDurationMs, text: '1m30s', value: 90_000 },
    { parse: parseDurationMs, text: '2', value: 2_000 },
    { parse: parseDurationMs, text: '1500us', value: 1.5 },
    { parse: parseDurationMs, text: '20msec', value: 20 },
    { parse: parseDurationMs, text: '2 minutes', value: 120_000 },
    { parse: parseDurationMs, text: '1minute 30 seconds', value: 90_000 },
    { parse: parseDurationMs, text: '1day', value: 86_400_000 },
    { parse: parseCount, text: '10k', value: 10_000 },
    { parse: parseCount, text: '1m', value: 1_000_000 },
    { parse: parseCount, text: '1.5k', value: 1_500 },
    { parse: parseRate, text: '2.5k', value: 2_500 },
    { parse: parseRate, text: '0.5', value: 0.5 },
    {
      parse: parseStages,
      text: '10s:100,30s:1000',
      value: [
        { durationMs: 10_000, ratePerS: 100 },
        { durationMs: 30_000, ratePerS: 1_000 },
      ],
    },
    { parse: parseHeader, text: 'a: b: c', value: ['a', 'b: c'] },
    { parse: parseStatuses, text: '200,500-502', value: [200, 500, 501, 502] },
  ])('$text', ({ parse, text, value }) => expect(parse(text)).toEqual(value));

  test.each([
    { parse: parseDurationMs, text: '10 parsecs' },
    { parse: parseDurationMs, text: '' },
    { parse: parseDurationMs, text: '10s5' },
    { parse: parseDurationMs, text: 's' },
    { parse: parseDurationMs, text: '1ss' },
    { parse: parseCount, text: '0' },
    { parse: parseCount, text: '1.5' },
    { parse: parseRate, text: '-1' },
    { parse: parseStages, text: '10s' },
    { parse: parseHeader, text: 'oops' },
    { parse: parseStatuses, text: '99' },
  ])('$text is refused, and the message says what is taken', ({ parse, text }) => {
    expect(() => parse(text)).toThrow(/such as/);
  });
});

const options: LoadOptions = {
  c: '50',
  p: '1',
  arrivals: 'constant',
  keepalive: true,
  order: 'mix',
  workers: '1',
  seed: '1',
  expectJsonRatio: '0.01',
};

describe('a job from options', () => {
  test.each([
    { url: 'http://a.test', target: { host: 'a.test', port: 80 }, authority: 'a.test', path: '/' },
    { url: 'https://a.test/x?y=z#no', target: { host: 'a.test', port: 443 }, authority: 'a.test', path: '/x?y=z' },
    { url: '127.0.0.1:8080/a', target: { host: '127.0.0.1', port: 8080 }, authority: '127.0.0.1:8080', path: '/a' },
    { url: 'http://[::1]:8080/', target: { host: '::1', port: 8080 }, authority: '[::1]:8080', path: '/' },
  ])('$url', ({ url, target, authority, path }) => {
    const job = jobFromOptions(url, options, {});
    expect([job.target, job.authority, job.requests[0]?.path]).toEqual([target, authority, path]);
    expect(job.tls !== undefined).toBe(url.startsWith('https'));
  });

  test.each([
    { rule: 'a.test:80:localhost:8080', target: { host: 'localhost', port: 8080 } },
    { rule: '::localhost:8080', target: { host: 'localhost', port: 8080 } },
    { rule: 'a.test:80:[::1]:', target: { host: '::1', port: 80 } },
    { rule: 'b.test:80:localhost:8080', target: { host: 'a.test', port: 80 } },
  ])('--connect-to $rule', ({ rule, target }) => {
    const job = jobFromOptions('http://a.test/', { ...options, connectTo: [rule] }, {});
    expect([job.target, job.authority]).toEqual([target, 'a.test']);
  });

  test('--connect-to may be repeated: the first that matches holds, and each is looked at', () => {
    const connectTo = ['b.test:80:one:1', 'a.test:80:two:2', '::three:3'];
    expect(jobFromOptions('http://a.test/', { ...options, connectTo }, {}).target).toEqual({ host: 'two', port: 2 });
    expect(() => jobFromOptions('http://a.test/', { ...options, connectTo: ['::x:1', 'oops'] }, {})).toThrow(/oops/);
  });

  test.each([
    { given: {}, model: { kind: 'closed', connections: 50 }, stop: { requests: 200 } },
    { given: { c: '500' }, model: { kind: 'closed', connections: 500 }, stop: { requests: 200 } },
    {
      given: { c: '500', q: '100' },
      model: { kind: 'open', connections: 500, ratePerS: 100, arrivals: 'constant' },
      stop: { requests: 200 },
    },
    {
      given: { c: '500', stages: '2s:600' },
      model: { kind: 'stages', connections: 500, arrivals: 'constant', stages: [{ durationMs: 2_000, ratePerS: 600 }] },
      stop: { durationMs: 2_000 },
    },
    {
      given: { n: '100', stages: '2s:600' },
      model: { kind: 'stages', connections: 50, arrivals: 'constant', stages: [{ durationMs: 2_000, ratePerS: 600 }] },
      stop: { requests: 100 },
    },
    { given: { n: '10' }, model: { kind: 'closed', connections: 10 }, stop: { requests: 10 } },
    {
      given: { n: '10', burstDelay: '2s', burstRate: '5' },
      model: { kind: 'bursts', connections: 10, size: 5, everyMs: 2_000 },
      stop: { requests: 10 },
    },
    {
      given: { z: '1s', q: '100', burstDelay: '2s' },
      model: { kind: 'open', connections: 50, ratePerS: 100, arrivals: 'constant' },
      stop: { durationMs: 1_000 },
    },
    {
      given: { q: '100', z: '5s' },
      model: { kind: 'open', connections: 50, ratePerS: 100, arrivals: 'constant' },
      stop: { durationMs: 5_000 },
    },
    {
      given: { stages: '1s:10,2s:20' },
      model: {
        kind: 'stages',
        connections: 50,
        arrivals: 'constant',
        stages: [
          { durationMs: 1_000, ratePerS: 10 },
          { durationMs: 2_000, ratePerS: 20 },
        ],
      },
      stop: { durationMs: 3_000 },
    },
  ])('$given', ({ given, model, stop }) => {
    const job = jobFromOptions('http://a.test/', { ...options, ...given }, {});
    expect([job.model, job.stop]).toEqual([model, stop]);
  });

  test.each([
    { name: 'a URL of another kind', url: 'ftp://a.test/', given: {} },
    { name: 'a path with a line break', url: 'http://a.test/', given: { host: '' } },
    { name: 'two ends', url: 'http://a.test/', given: { n: '10', z: '1s' } },
    { name: 'two rates', url: 'http://a.test/', given: { q: '1', stages: '1s:1' } },
    { name: 'HTTP/3', url: 'http://a.test/', given: { httpVersion: '3' } },
    { name: 'more workers than connections', url: 'http://a.test/', given: { c: '1', workers: '2' } },
    { name: 'a header with a line break', url: 'http://a.test/', given: { header: ['a: b\r\nc: d'] } },
    { name: 'streams of HTTP/1.1', url: 'http://a.test/', given: { p: '2' } },
  ])('refuses $name', ({ url, given }) => {
    expect(() => jobFromOptions(url, { ...options, ...given }, {})).toThrow(
      expect.objectContaining({ code: 'load.invalid' }),
    );
  });
});

describe('a file of requests', () => {
  test('is YAML or JSON, and needs a path only', () => {
    const expected = [
      { method: 'GET', path: '/a', headers: {}, route: 'GET /a' },
      { method: 'POST', path: '/b', headers: { a: 'b' }, weight: 3, route: 'POST /b' },
    ];
    expect(parseRequestFile('- path: /a\n- {method: POST, path: /b, headers: {a: b}, weight: 3}\n', 'f')).toEqual(
      expected,
    );
    expect(parseRequestFile(JSON.stringify(expected), 'f')).toEqual(expected);
  });

  test.each(['', '[]', 'a: 1', '- paht: /a', '- path: [1', '- {path: /a, weight: 0}'])('%j is refused', (text) => {
    expect(() => parseRequestFile(text, 'requests.yaml')).toThrow(/^requests\.yaml is /);
  });
});
