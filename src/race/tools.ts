import { PitwallError } from '../base/index.ts';
import type { Plan } from '../plan/index.ts';
import type { MissingTool } from '../result/index.ts';
import type { Host, StageTools } from '../stage/index.ts';

/**
 * The optional parts that the plan wants: those that this machine has, and how to install the others.
 * @throws PitwallError `stage.tool-missing` when `strict` and one is missing.
 */
export const findTools = (
  plan: Plan,
  host: Host,
  { strict, env }: { readonly strict: boolean; readonly env: Readonly<Record<string, string | undefined>> },
): { readonly tools: StageTools; readonly missing: readonly MissingTool[] } => {
  const find = (variable: string, command: string): string | undefined => host.which(env[variable] ?? command);
  const tools: StageTools = {
    haproxy: find('PITWALL_HAPROXY', 'haproxy'),
    pgbouncer: find('PITWALL_PGBOUNCER', 'pgbouncer'),
  };
  const wanted = [
    { tool: 'haproxy', package: 'haproxy', isWanted: plan.proxy !== undefined, path: tools.haproxy },
    { tool: 'pgbouncer', package: 'pgbouncer', isWanted: plan.pooler !== undefined, path: tools.pgbouncer },
    // The delays of links between namespaces are the kernel's, and pings say what they are.
    {
      tool: 'ping',
      package: 'iputils-ping',
      isWanted: plan.hosts === 'namespaces' && Object.keys(plan.links).length > 0,
      path: host.which('ping'),
    },
  ];
  const missing = wanted
    .filter(({ isWanted, path }) => isWanted && path === undefined)
    .map(({ tool, ...its }): MissingTool => ({ tool, install: `sudo apt-get install -y ${its.package}` }));
  if (strict && missing.length > 0) {
    const list = missing.map(({ tool, install }) => `${tool} (${install})`).join(', ');
    throw new PitwallError('stage.tool-missing', `The plan wants what is not installed: ${list}.`);
  }
  return { tools, missing };
};
