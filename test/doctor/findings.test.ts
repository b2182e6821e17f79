import { expect, test } from 'vitest';
import { collectFindings, type Finding } from '../../src/doctor/index.ts';

const quiet = {
  idle: { busyRatio: 0.03, stealRatio: 0, memoryPressureRatio: 0 },
  work: { medianMs: 1.2, slowestOfTenRatio: 0.04 },
  wake: { medianMs: 0.1, p99Ms: 0.3 },
  ceilingPerS: 60_000,
};
const everything = {
  postgres: '14.23',
  tools: [{ name: 'haproxy', use: 'the proxy', install: 'apt-get install haproxy', path: '/usr/sbin/haproxy' }],
  candidates: [{ name: 'shop', missing: [] }],
  noise: quiet,
};
const statesOf = (findings: readonly Finding[]) => new Set(findings.map(({ state }) => state));

test('a quiet machine that has everything gives nothing to do', () => {
  const findings = collectFindings(everything);
  expect(statesOf(findings)).toEqual(new Set(['ok']));
  expect(findings.every(({ advice }) => advice === undefined)).toBe(true);
});

test('what is missing is named with the command that installs it', () => {
  const { path: _path, ...haproxy } = everything.tools[0]!;
  const candidates = [{ name: 'shop', missing: ['cargo', 'node'] }];
  const findings = collectFindings({ ...everything, tools: [haproxy], candidates });
  const notes = findings.filter(({ state }) => state === 'note');
  expect(notes.map(({ advice }) => advice)).toEqual([
    'apt-get install haproxy',
    expect.stringContaining('npx pitwall setup'),
  ]);
  expect(notes[1]!.text).toContain('cargo and node');
});

test('without Postgres no race can run', () => {
  expect(collectFindings({ ...everything, postgres: undefined })[0]).toMatchObject({ state: 'bad' });
});

test.each([{ busyRatio: 0.4 }, { stealRatio: 0.05 }, { memoryPressureRatio: 0.2 }])(
  'what a gate would withhold verdicts for is bad: %o',
  (share) => {
    const noise = { ...quiet, idle: { ...quiet.idle, ...share } };
    const bad = collectFindings({ ...everything, noise }).filter(({ state }) => state === 'bad');
    expect(bad).toHaveLength(1);
    expect(bad[0]!.text).toContain('no verdict');
    expect(bad[0]!.advice).toBeDefined();
  },
);

test('what the machine does not say is no fault of it', () => {
  const findings = collectFindings({ ...everything, noise: { ...quiet, idle: {} } });
  expect(statesOf(findings)).toEqual(new Set(['ok', 'note']));
});
