import { describeThrown } from '../base/index.ts';

/** A package in one version, as `apt-get download` takes it. */
export interface AptPackage {
  readonly name: string;
  readonly version: string;
}

/**
 * What `apt-get install --simulate` would install: its lines `Inst NAME [OLD] (VERSION ORIGIN [ARCH])`, the same for
 * everything that the asked packages need and the machine lacks.
 */
export const parseSimulation = (text: string): readonly AptPackage[] =>
  [...text.matchAll(/^Inst (\S+)(?: \[[^\]]*\])? \((\S+) /gm)].map(([, name, version]) => ({
    name: name!,
    version: version!,
  }));

/** Keeps all that apt writes in a folder of the user's own: without root its usual folders are closed. */
export const ownAptOptions = (folder: string): readonly string[] => [
  '-o',
  `Dir::State=${folder}/state`,
  '-o',
  'Dir::State::status=/var/lib/dpkg/status',
  '-o',
  `Dir::Cache=${folder}/cache`,
  '-o',
  'Debug::NoLocking=1',
];

/** A machine without a way out says so within a minute, not after apt's own ten. */
export const impatient = [
  '-q',
  '-o',
  'Acquire::Retries=1',
  '-o',
  'Acquire::http::Timeout=15',
  '-o',
  'Acquire::https::Timeout=15',
  '-o',
  'DPkg::Lock::Timeout=60',
] as const;

/** Whether apt failed because another one is fetching its lists. */
export const isListsLocked = (error: unknown): boolean =>
  /Could not get lock \S*\/lists\/lock|Unable to lock directory \S*\/lists/.test(describeThrown(error));

/** The most that a reason takes of a line. */
const mostReasonLetters = 200;

/** Why apt, dpkg or pip failed, in one line: their last line of an error, else the first of the message. */
export const briefReason = (error: unknown): string => {
  const lines = describeThrown(error).split('\n');
  const said = lines.flatMap((line) => /(?:^|[\s|])(?:E|ERROR|dpkg(?:-deb)?: error|W): ?(.+)$/.exec(line)?.[1] ?? []);
  const reason = said.at(-1) ?? lines[0]!;
  return reason.length > mostReasonLetters ? `${reason.slice(0, mostReasonLetters)}...` : reason;
};
