import { PitwallError } from '../../base/index.ts';
import type { StageTools } from '../../components/index.ts';
import type { CommandHost } from '../../hosts/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { MissingTool } from '../../result/index.ts';
import { installCommand, type Part, type PartName, parts } from '../../setup/index.ts';

/**
 * The optional parts that the plan wants: those that this machine has, and how to install the others.
 * @throws PitwallError `stage.tool-missing` when `strict` and one is missing.
 */
export const findTools = async (
  plan: Plan,
  host: CommandHost,
  { strict, env }: { readonly strict: boolean; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<{ readonly tools: StageTools; readonly missing: readonly MissingTool[] }> => {
  const find = ({ variable, command }: Part): Promise<string | undefined> =>
    host.which((variable === undefined ? undefined : env[variable]) ?? command);
  const tools: StageTools = { haproxy: await find(parts.haproxy), pgbouncer: await find(parts.pgbouncer) };
  const wanted: readonly { readonly tool: PartName; readonly isWanted: boolean; readonly path: string | undefined }[] =
    [
      { tool: 'haproxy', isWanted: plan.proxy !== undefined, path: tools.haproxy },
      { tool: 'pgbouncer', isWanted: plan.pooler !== undefined, path: tools.pgbouncer },
      // The delays of links between namespaces are the kernel's, and pings say what they are.
      {
        tool: 'ping',
        isWanted: plan.hosts === 'namespaces' && Object.keys(plan.links).length > 0,
        path: await host.which('ping'),
      },
    ];
  const missing = wanted
    .filter(({ isWanted, path }) => isWanted && path === undefined)
    .map(({ tool }): MissingTool => ({ tool, install: installCommand(tool) }));
  if (strict && missing.length > 0) {
    const list = missing.map(({ tool, install }) => `${tool} (${install})`).join(', ');
    throw new PitwallError('stage.tool-missing', `The plan wants what is not installed: ${list}.`);
  }
  return { tools, missing };
};
