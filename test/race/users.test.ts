import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeRaceFolder, type RaceFolder } from '../support/race-folder.ts';
import { startPitwall } from '../support/run-pitwall.ts';
import { processesNamed } from '../support/traces.ts';
import { until } from '../support/until.ts';

const isRoot = process.getuid?.() === 0;
const start = (folder: RaceFolder, ...flags: string[]) =>
  startPitwall(['race', folder.plan, '--results', folder.results, ...flags], {
    env: { TMPDIR: folder.tmp, AWS_SECRET_ACCESS_KEY: 'hidden' },
  });
const listLogs = (folder: RaceFolder): string => {
  const logs = join(folder.results, readdirSync(folder.results)[0]!, 'logs');
  return readdirSync(logs)
    .filter((name) => name.endsWith('-candidate.log'))
    .map((name) => readFileSync(join(logs, name), 'utf8'))
    .join('');
};
const uidsOf = (pids: readonly number[]) => [...new Set(pids.map((pid) => statSync(`/proc/${pid}`).uid))];

describe.skipIf(!isRoot)('a race by root', () => {
  test('runs candidates as a user that sees neither the machine’s secrets nor the database’s', async () => {
    using folder = makeRaceFolder({ snoop: 'snoops' }, { blocks: 1, duration: '4s' });
    const running = start(folder);
    await running.saw('round 1/1');
    const uidsNamed = (name: RegExp) =>
      until(`a process ${name}`, () => {
        const uids = uidsOf(processesNamed(folder.tmp, name));
        return uids.length > 0 && uids;
      });
    const [proxies, servers] = [await uidsNamed(/haproxy/), await uidsNamed(/items-server/)];
    expect(await running.exited).toBe(0);
    expect(proxies).toEqual([65_534]);
    expect(servers).toEqual([1]);
    const logs = listLogs(folder);
    expect(logs).toContain('snooped shadow: EACCES');
    expect(logs).toContain('snooped data: EACCES');
    expect(logs).toContain('snooped run: EACCES');
    expect(logs).toMatch(/snooped as 1 1 with /);
    expect(logs).not.toContain('AWS_SECRET_ACCESS_KEY');
    expect(logs).not.toContain('seen');
  });

  test('runs them as root where it is told to', async () => {
    using folder = makeRaceFolder({ snoop: 'snoops' }, { blocks: 1 });
    const running = start(folder, '--candidate-user', 'root');
    expect(await running.exited).toBe(0);
    expect(listLogs(folder)).toContain('snooped as 0');
  });
});
