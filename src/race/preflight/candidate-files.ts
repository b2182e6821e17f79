import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '../../base/index.ts';
import { formatText } from '../../load/index.ts';
import type { RoundResult } from '../../result/index.ts';
import { formatPsrecordHeader, formatPsrecordRow } from '../../telemetry/index.ts';
import type { RoundEvidence } from '../round/round.ts';

/** Two files per candidate in the original post's own formats, beside race.json. */
export interface CandidateFiles {
  /**
   * Adds a round: NAME.oha.txt gets its summary, NAME.psrecord.log its samples with the elapsed time running on.
   * @throws PitwallError `result.unwritable`.
   */
  append(candidate: string, round: RoundResult, evidence: RoundEvidence): void;
}

const psrecord = { includeIo: false, format: 'plain' } as const;

export const createCandidateFiles = (folder: string): CandidateFiles => {
  /** Where the next round's samples begin on each candidate's time axis. */
  const offsetsMs = new Map<string, number>();
  return {
    append(candidate, round, { load, usage }) {
      appendTo(join(folder, `${candidate}.oha.txt`), `# ${writeTitle(round)}\n${formatText(load)}\n`);
      const server = usage.find((component) => component.name === 'candidate');
      if (server === undefined) return;
      const logFile = join(folder, `${candidate}.psrecord.log`);
      const offsetMs = offsetsMs.get(candidate) ?? lastElapsedMs(logFile);
      const rows = server.samples.map((sample) =>
        formatPsrecordRow({ ...sample, atMs: sample.atMs + offsetMs }, psrecord),
      );
      appendTo(logFile, `${existsSync(logFile) ? '' : formatPsrecordHeader(psrecord)}${rows.join('')}`);
      offsetsMs.set(candidate, offsetMs + (server.samples.at(-1)?.atMs ?? 0));
    },
  };
};

const writeTitle = ({ block, attempt, outcome, reason }: RoundResult): string =>
  [
    `block ${block}`,
    ...(attempt === 1 ? [] : [`attempt ${attempt}`]),
    ...(outcome === 'measured' ? [] : [`${outcome}: ${reason?.split('\n')[0] ?? 'no reason given'}`]),
  ].join(', ');

const appendTo = (file: string, text: string): void => {
  try {
    appendFileSync(file, text);
  } catch (cause) {
    throw new PitwallError('result.unwritable', `${file} cannot be written.`, { cause });
  }
};

/** Where the log of a race that was interrupted ends; its last line can be cut short. */
const lastElapsedMs = (file: string): number => {
  if (!existsSync(file)) return 0;
  const seconds = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => Number.parseFloat(line))
    .filter((value) => Number.isFinite(value));
  return Math.max(0, ...seconds.slice(-2)) * 1_000;
};
