import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../support/race-folder.ts';
import { startPitwall } from '../support/run-pitwall.ts';
import { isRunning } from '../support/traces.ts';

const shell = (script: string) =>
  spawnSync('bash', ['-c', `set -o pipefail; ${script}`], {
    encoding: 'utf8',
    env: { ...process.env, NODE: process.execPath, PITWALL: join(repository, 'dist', 'cli', 'main.js') },
  });

describe('the program as a whole', () => {
  test('is not troubled by a reader that has had enough', () => {
    const { status, stderr } = shell('"$NODE" "$PITWALL" --help | true');
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('says that a full disk took no output, and exits with 1', () => {
    const { status, stderr } = shell('"$NODE" "$PITWALL" --help > /dev/full');
    expect(stderr).toMatch(/standard output cannot be written[\s\S]*ENOSPC[\s\S]*\[cli\.unwritable\]/);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(1);
  });

  test('keeps JSON alone on standard output while the recorded command prints', () => {
    const { stdout, stderr } = shell('"$NODE" "$PITWALL" record --json -- echo hello');
    expect(JSON.parse(stdout)).toMatchObject({ name: 'echo hello' });
    expect(stderr).toBe('hello\n');
  });

  test('ends the command that it records when nobody reads the samples any more', () => {
    const seconds = `60.${process.pid}`;
    const { stderr } = shell(`"$NODE" "$PITWALL" record --interval 0.1 -- sleep ${seconds} | head -2 > /dev/null`);
    expect(stderr).toBe('');
    expect(isRunning(`sleep ${seconds}`)).toBe(false);
  });

  test('does not advise to resume a race where there is none', async () => {
    const running = startPitwall(['doctor', '--watch', '60s']);
    await running.saw('Watching the machine');
    running.child.kill('SIGTERM');
    expect(await running.exited).toBe(130);
    expect(running.output.stderr).toContain('Interrupted by SIGTERM');
    expect(running.output.stderr).not.toContain('--resume');
  });
});
