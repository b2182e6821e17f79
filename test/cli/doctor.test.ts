import { expect, test } from 'vitest';
import { runPitwall } from '../support/run-pitwall.ts';

interface Answer {
  readonly postgres: string;
  readonly candidates: readonly { readonly name: string }[];
  readonly noise?: { readonly ceilingPerS: number; readonly work: { readonly medianMs: number } };
  readonly findings: readonly { readonly state: string; readonly text: string }[];
}

test('what this machine has is found, and measured', async () => {
  const { code, stdout, stderr } = await runPitwall(['doctor', '--watch', '300ms', '--json']);
  const answer = JSON.parse(stdout) as Answer;
  const isBad = answer.findings.some(({ state }) => state === 'bad');
  expect(code, stderr).toBe(isBad ? 1 : 0);
  expect(answer.postgres).toMatch(/^\d+\.\d+$/);
  expect(answer.candidates.map(({ name }) => name)).toContain('axum-bb8');
  expect(answer.noise!.ceilingPerS).toBeGreaterThan(100);
  expect(answer.noise!.work.medianMs).toBeGreaterThan(0);
});

test('a candidate whose tools are not on the PATH is named with what installs them', async () => {
  const { stdout } = await runPitwall(['doctor', '--watch', '0s'], { env: { PATH: '/nowhere' } });
  expect(stdout).toMatch(/fastify-pg: would be skipped, for want of node and npm\n.*npx pitwall setup/);
  expect(stdout).not.toContain('Quiet enough');
});

test('a time that is none is a usage error', async () => {
  const { code, stderr } = await runPitwall(['doctor', '--watch', 'long']);
  expect(code).toBe(2);
  expect(stderr).toContain('It must be a duration');
});
