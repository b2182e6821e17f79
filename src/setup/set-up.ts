import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Clock, PitwallError } from '../base/index.ts';
import { findLacking, makeOnce } from '../components/index.ts';
import { localCommands, startLocalHost } from '../hosts/index.ts';
import { briefReason } from './apt-text.ts';
import { findMissing, type LookOptions, type SetupHost } from './find-parts.ts';
import { provideHaproxyWheel } from './haproxy-wheel.ts';
import { installAsRoot, updateLists } from './install-as-root.ts';
import { installCommand, type Part, type PartName } from './parts.ts';
import { readPastFailures } from './past-failures.ts';
import { provideCommands } from './provide.ts';
import { pathWithTools, type ToolsFolder, toolsFolder } from './tools-folder.ts';
import { createUnpacker, type Unpacker } from './unpack-for-user.ts';
import { triplets } from './wrappers.ts';

/** `install` leaves alone what failed within the last hour, `retry` tries that again, `look` installs nothing. */
export type SetUpMode = 'install' | 'retry' | 'look';

export interface SetUpOptions {
  /** What is wanted; what is there already is left alone. */
  readonly names: readonly PartName[];
  /** pitwall's cache. */
  readonly cacheFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly mode: SetUpMode;
  say(text: string): void;
}

/** A part that could not be had, why, and the command that a person would try. */
export interface ImpossiblePart {
  readonly name: PartName;
  readonly title: string;
  readonly reason: string;
  readonly command: string;
}

export interface SetUpOutcome {
  readonly installed: readonly PartName[];
  readonly impossible: readonly ImpossiblePart[];
}

/**
 * Installs what is wanted and missing: as root by apt, otherwise by unpacking Debian's packages into pitwall's cache.
 * From then on the PATH of this process leads to them. What cannot be had is part of the outcome, never an error.
 */
export const setUp = async (options: SetUpOptions): Promise<SetUpOutcome> => {
  const { names, clock, env } = options;
  const tools = toolsFolder(options.cacheFolder);
  usePath(tools);
  const missing = await findMissing(names, { host: localCommands, env, tools });
  if (missing.length === 0) return { installed: [], impossible: [] };
  if (options.mode === 'look') {
    return { installed: [], impossible: missing.map((part) => describeImpossible(part, 'set-up is turned off')) };
  }
  // It finds at once what is unpacked while it runs.
  await using host = await startLocalHost({
    ...process.env,
    PATH: pathWithTools(process.env['PATH'] ?? '', tools, true),
  });
  const find: FindOptions = { host, env, isRoot: process.getuid?.() === 0, tools };
  mkdirSync(tools.path, { recursive: true });
  const lock = join(tools.path, 'setup.lock');
  const onWait = () => options.say('Another pitwall is setting up; waiting for it.');
  return await makeOnce(lock, { clock, signal: options.signal, onWait }, async () => {
    usePath(tools);
    // Whoever held the lock may have brought it.
    return await provideAll(await findMissing(names, find), find, options);
  });
};

/** The programs of earlier set-ups, for commands that install nothing. */
export const useTools = (cacheFolder: string): void => usePath(toolsFolder(cacheFolder));

/** Everything that pitwall starts finds its programs by the PATH, so that is where what was unpacked belongs. */
const usePath = (tools: ToolsFolder): void => {
  process.env['PATH'] = pathWithTools(process.env['PATH'] ?? '', tools);
};

const provideAll = async (
  missing: readonly Part[],
  find: FindOptions,
  { clock, signal, say, mode }: SetUpOptions,
): Promise<SetUpOutcome> => {
  const failures = readPastFailures(find.tools, clock.unixMs());
  const provider = await createProvider(find, signal);
  const installed: PartName[] = [];
  const impossible: ImpossiblePart[] = [];
  const fail = (part: Part, reason: string): void => {
    impossible.push(describeImpossible(part, reason));
  };
  const fresh = missing.filter((part) => {
    const reason = mode === 'retry' ? undefined : failures.reasonFor(part.name);
    if (reason !== undefined) fail(part, `${reason} (tried within the last hour; \`npx pitwall setup\` tries again)`);
    return reason === undefined;
  });
  if (fresh.length > 0) {
    say(`Setting up ${fresh.map(({ title }) => title).join(', ')}, once (${provider.how}; --no-setup leaves it out).`);
  }
  for (const part of fresh) {
    signal.throwIfAborted();
    const reason = await tryToProvide(part, provider, find, signal);
    failures.remember(part.name, reason);
    if (reason !== undefined) fail(part, reason);
    else {
      installed.push(part.name);
      say(`${part.title}: ready`);
    }
  }
  // What apt installs as root is not interrupted; whoever wanted to stop hears of it here.
  signal.throwIfAborted();
  return { installed, impossible };
};

const describeImpossible = ({ name, title }: Part, reason: string): ImpossiblePart => ({
  name,
  title,
  reason,
  command: installCommand(name),
});

/** The reason why it could not be had; undefined where it is there now. */
const tryToProvide = async (
  part: Part,
  provider: Provider,
  find: FindOptions,
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (part.needsRoot === true && !find.isRoot) return 'only root can install it';
  try {
    await provider.provide(part);
    usePath(find.tools);
    return await findFault(part, find);
  } catch (error) {
    signal.throwIfAborted();
    return briefReason(error);
  }
};

/** Why a part that was just installed is of no use; undefined where it runs. What does not run is not left to be found. */
const findFault = async (part: Part, find: FindOptions): Promise<string | undefined> => {
  const { host, tools } = find;
  const path = await host.which(part.command);
  if (path === undefined || (await findMissing([part.name], find)).length > 0) {
    return `${part.title} was installed, and is still not found`;
  }
  try {
    await host.run([path, ...part.proof], { logFile: tools.logFile });
    return undefined;
  } catch (error) {
    if (dirname(path) === tools.bin) rmSync(path);
    return briefReason(error);
  }
};

/** Where to look, and whether apt may install. */
interface FindOptions extends LookOptions {
  readonly host: SetupHost;
  readonly isRoot: boolean;
  readonly tools: ToolsFolder;
}

interface Provider {
  /** For people. */
  readonly how: string;
  /** @throws PitwallError `setup.impossible` or `stage.died`. */
  provide(part: Part): Promise<void>;
}

const createProvider = async ({ host, isRoot, tools }: FindOptions, signal: AbortSignal): Promise<Provider> => {
  const triplet = triplets[process.arch];
  const lacking = await findLacking(host, ['apt-get', 'dpkg-deb']);
  if (lacking.length > 0 || triplet === undefined) {
    return {
      how: 'without apt',
      provide: async ({ name, title }) => {
        if (name !== 'haproxy') {
          throw new PitwallError('setup.impossible', `Without apt, pitwall cannot install ${title} by itself.`);
        }
        await provideHaproxyWheel(host, tools, signal);
      },
    };
  }
  if (isRoot) return aptProvider(host, tools, signal);
  let unpacker: Promise<Unpacker> | undefined;
  return {
    how: `Debian's packages, unpacked into ${tools.path}; nothing else on this machine changes`,
    provide: async ({ name, packages }) => {
      unpacker ??= createUnpacker(host, tools, signal);
      await firstThatWorks(packages, (choice) => unpacker!.then(({ unpack }) => unpack(choice)));
      await provideCommands(name, tools, triplet, host);
    },
  };
};

const aptProvider = (host: SetupHost, { logFile }: ToolsFolder, signal: AbortSignal): Provider => {
  let lists: Promise<string | undefined> | undefined;
  return {
    how: 'apt-get install',
    provide: async ({ packages }) => {
      lists ??= updateLists(host, [], { logFile, signal });
      const fault = await lists;
      try {
        await firstThatWorks(packages, (choice) => installAsRoot(host, choice, logFile));
      } catch (cause) {
        if (fault === undefined) throw cause;
        throw new PitwallError('setup.impossible', `${briefReason(cause)} (\`apt-get update\` had failed: ${fault})`, {
          cause,
        });
      }
    },
  };
};

/** @throws what the last choice throws. */
const firstThatWorks = async (
  choices: Part['packages'],
  work: (choice: readonly string[]) => Promise<void>,
): Promise<void> => {
  for (const [index, choice] of choices.entries()) {
    try {
      return await work(choice);
    } catch (error) {
      if (index === choices.length - 1) throw error;
    }
  }
};
