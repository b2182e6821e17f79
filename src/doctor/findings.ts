import { formatShare } from '../base/index.ts';
import { otherProcessLimits } from '../race/index.ts';
import type { CandidateNeeds, Tool } from './needs.ts';
import type { Noise } from './noise.ts';

/** What was found: `ok`, `note` (races run, something is left out or wider) or `bad` (no race, or no verdict). */
export interface Finding {
  readonly group: 'tools' | 'candidates' | 'noise';
  readonly state: 'ok' | 'note' | 'bad';
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

export interface Examined {
  /** Version; undefined where there is none. */
  readonly postgres: string | undefined;
  readonly tools: readonly Tool[];
  readonly candidates: readonly CandidateNeeds[];
  /** Undefined where it was not measured. */
  readonly noise: Noise | undefined;
}

/** A tenth of all pieces of work longer than this widens every interval. */
const unevenRatio = 0.15;

/** What an examination says, in words. */
export const collectFindings = ({ postgres, tools, candidates, noise }: Examined): readonly Finding[] => [
  postgres === undefined
    ? {
        group: 'tools',
        state: 'bad',
        text: 'postgres: not installed for this platform',
        advice: 'run `npm ci` on Linux (x64 or arm64)',
      }
    : { group: 'tools', state: 'ok', text: `postgres ${postgres}, from npm` },
  ...tools.map(ofTool),
  ...candidates.map(ofCandidate),
  ...(noise === undefined ? [] : ofNoise(noise)),
];

const ofTool = ({ name, use, install, path }: Tool): Finding =>
  path === undefined
    ? { group: 'tools', state: 'note', text: `${name}: not installed (${use})`, advice: install }
    : { group: 'tools', state: 'ok', text: `${name}: ${path}` };

const ofCandidate = ({ name, missing }: CandidateNeeds): Finding =>
  missing.length > 0
    ? {
        group: 'candidates',
        state: 'note',
        text: `${name}: would be skipped, for want of ${missing.join(' and ')}`,
        advice: '`npx pitwall setup` installs what the candidates that come with pitwall need',
      }
    : { group: 'candidates', state: 'ok', text: name };

const ofNoise = ({ idle, work, wake, ceilingPerS }: Noise): readonly Finding[] => [
  ofShare(
    idle.busyRatio,
    otherProcessLimits.other,
    'of the machine is used by others',
    'end or move what runs beside it',
  ),
  ofShare(
    idle.stealRatio,
    otherProcessLimits.steal,
    'of its time the hypervisor gives to other guests',
    'choose another machine, or another hour',
  ),
  ofShare(
    idle.memoryPressureRatio,
    otherProcessLimits.memory,
    'of the time tasks wait for memory',
    'end what fills the memory',
  ),
  {
    group: 'noise',
    state: work.slowestOfTenRatio > unevenRatio ? 'note' : 'ok',
    text: `the same ${work.medianMs.toFixed(2)} ms of work take ${formatShare(work.slowestOfTenRatio)} longer in one case of ten`,
    ...(work.slowestOfTenRatio > unevenRatio ? { advice: 'expect wide intervals: more blocks, longer rounds' } : {}),
  },
  {
    group: 'noise',
    state: 'ok',
    text: `a sleep of 1 ms ends ${wake.medianMs.toFixed(2)} ms late, ${wake.p99Ms.toFixed(2)} ms at the 99th percentile`,
  },
  {
    group: 'noise',
    state: 'ok',
    text: `the load generator gets ${Math.round(ceilingPerS).toLocaleString('en')} requests/s from a server that does nothing`,
  },
];

/** What a gate withholds verdicts for. */
const ofShare = (share: number | undefined, limit: number, what: string, advice: string): Finding => {
  if (share === undefined) return { group: 'noise', state: 'note', text: `unknown: how much ${what}` };
  const bad = share > limit;
  return {
    group: 'noise',
    state: bad ? 'bad' : 'ok',
    text: `${formatShare(share)} ${what}${bad ? `: above ${formatShare(limit)} no verdict is given` : ''}`,
    ...(bad ? { advice } : {}),
  };
};
