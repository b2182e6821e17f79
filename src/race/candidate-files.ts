import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatText } from '../load/index.ts';
import { formatPsrecordHeader, formatPsrecordRow } from '../observe/index.ts';
import type { RoundEvidence } from './round.ts';

/** Two files a candidate in the seed's own formats, beside race.json. */
export interface CandidateFiles {
  /** Adds a round: NAME.oha.txt gets its summary, NAME.psrecord.log its samples with the elapsed time running on. */
  append(candidate: string, block: number, evidence: RoundEvidence): void;
}

const psrecord = { includeIo: false, format: 'plain' } as const;

export const createCandidateFiles = (folder: string): CandidateFiles => {
  /** Where the next round's samples begin on each candidate's time axis. */
  const offsetsMs = new Map<string, number>();
  return {
    append(candidate, block, { load, usage }) {
      appendFileSync(join(folder, `${candidate}.oha.txt`), `# block ${block}\n${formatText(load)}\n`);
      const server = usage.find((component) => component.name === 'candidate');
      if (server === undefined) return;
      const logFile = join(folder, `${candidate}.psrecord.log`);
      if (!existsSync(logFile)) appendFileSync(logFile, formatPsrecordHeader(psrecord));
      const offsetMs = offsetsMs.get(candidate) ?? 0;
      const rows = server.samples.map((sample) =>
        formatPsrecordRow({ ...sample, atMs: sample.atMs + offsetMs }, psrecord),
      );
      appendFileSync(logFile, rows.join(''));
      offsetsMs.set(candidate, offsetMs + (server.samples.at(-1)?.atMs ?? 0));
    },
  };
};
