import { systemClock } from '../../base/index.ts';
import { cacheFolder } from '../../components/index.ts';
import type { Plan } from '../../plan/index.ts';
import {
  type ImpossiblePart,
  listPlanParts,
  type PartName,
  type SetUpMode,
  setUp,
  useTools,
} from '../../setup/index.ts';
import type { Io } from '../terminal/io.ts';

/** Installs what a race of this plan uses and this machine lacks, unless it was told not to. */
export const setUpForRace = async (
  plan: Plan,
  { io, isWanted }: { readonly io: Io; readonly isWanted: boolean },
): Promise<void> => {
  const cache = cacheFolder(io.env, process.getuid?.() === 0);
  if (!isWanted || isSetupOff(io.env)) {
    useTools(cache);
    return;
  }
  const { impossible } = await setUpParts(listPlanParts(plan), 'install', cache, io);
  for (const part of impossible) io.stderr(`${describeImpossible(part)} The race leaves out what needs it.\n`);
};

const isSetupOff = (env: Io['env']): boolean => env['PITWALL_SETUP'] === 'off';

export const setUpParts = (names: readonly PartName[], mode: SetUpMode, cache: string, io: Io) =>
  setUp({
    names,
    cacheFolder: cache,
    env: io.env,
    clock: systemClock,
    signal: io.signal,
    mode,
    say: (text) => io.stderr(`${text}\n`),
  });

/** What could not be had, why, and the command to try by hand, in one line. */
export const describeImpossible = ({ title, reason, command }: ImpossiblePart): string =>
  `Cannot set up ${title}: ${reason.replace(/[.:]?$/, '.')} By hand: ${command}.`;
