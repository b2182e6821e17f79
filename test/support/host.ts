import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentProgram } from '../../src/agent/index.ts';
import { startAgentChild } from '../../src/hosts/agent-child.ts';
import type { Host } from '../../src/hosts/index.ts';

export interface TestHost extends AsyncDisposable {
  readonly host: Host;
  /** Where the agent keeps its folder. */
  readonly tmp: string;
  /** What is in there. */
  left(): readonly string[];
}

/** A host whose agent keeps its files below a temporary folder of the test's own. */
export const startTestHost = async (): Promise<TestHost> => {
  const tmp = mkdtempSync(join(tmpdir(), 'host-test-'));
  const host = await startAgentChild({
    name: 'test',
    address: '127.0.0.1',
    command: [process.execPath, agentProgram],
    env: { ...process.env, TMPDIR: tmp },
  });
  return {
    host,
    tmp,
    left: () => readdirSync(tmp),
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      rmSync(tmp, { recursive: true, force: true });
    },
  };
};

/** Runs a line of JavaScript. */
export const script = (code: string): [string, ...string[]] => [process.execPath, '-e', code];
