import { PitwallError } from '../base/index.ts';
import { parseDurationMs } from './duration.ts';
import { type PlanFile, planFileSchema } from './schema.ts';
import { checkValue, type LocatedYaml } from './yaml-file.ts';

/** How many rounds are played, and in which order. */
export interface Schedule {
  /** Rounds of each candidate; the least, where the variability or the verdict decides. */
  readonly blocks: number;
  /** Half-width of the rate's interval at which no block is added any more, as a share; undefined: exactly `blocks`. */
  readonly precision: number | undefined;
  /** Blocks are added until the race is decided, or these milliseconds are over; undefined: no verdict ends it. */
  readonly untilDecidedMs: number | undefined;
  /** Ratios within 1 / (1 + margin) and 1 + margin count as the same: 0.02 for 2 %. */
  readonly margin: number;
  readonly maxBlocks: number;
  /** How often a candidate's refused rounds are played again, in all. */
  readonly retries: number;
  readonly seed: number;
}

/** What the command line may change of a plan, in the plan's own words. */
export interface PlanOverrides {
  readonly blocks?: number;
  readonly precision?: string;
  readonly until?: 'decided';
  readonly time?: string;
  readonly margin?: string;
  readonly maxBlocks?: number;
  readonly retries?: number;
  readonly duration?: string;
  readonly warmup?: string;
  readonly connections?: number;
  readonly scale?: number;
  readonly seed?: number;
  /** Names of the entries to keep. */
  readonly only?: readonly string[];
}

/** Fewer blocks say too little about the variability for a verdict to rest on, and the first look would cost more than it gives. */
const fewestUntilDecided = 3;

export const makeSchedule = (plan: PlanFile): Schedule => {
  const untilDecidedMs = plan.until === undefined ? undefined : parseDurationMs(plan.time)!;
  const blocks = untilDecidedMs === undefined ? plan.blocks : Math.min(fewestUntilDecided, plan.maxBlocks);
  return {
    blocks,
    precision: plan.precision === undefined ? undefined : Number.parseFloat(plan.precision) / 100,
    untilDecidedMs,
    margin: Number.parseFloat(plan.margin) / 100,
    maxBlocks: Math.max(blocks, plan.maxBlocks),
    retries: plan.retries,
    seed: plan.seed,
  };
};

/**
 * Overrides pass the same checks as the file, so `--duration 5x` gets the file's own message. Of two ways to end a race that
 * exclude each other, the command line's counts.
 */
export const applyOverrides = (written: PlanFile, overrides: Omit<PlanOverrides, 'only'>): PlanFile => {
  if (Object.keys(overrides).length === 0) return written;
  requireOneEndOf(overrides, written);
  const { precision, until, ...rest } = written;
  const isOtherEnd = overrides.blocks !== undefined || overrides.precision !== undefined;
  return checkValue(
    {
      ...rest,
      ...(precision === undefined || overrides.until !== undefined ? {} : { precision }),
      ...(until === undefined || isOtherEnd ? {} : { until }),
      ...overrides,
    },
    planFileSchema,
    'usage.invalid',
    ([key]) => `the command line: ${findFlag(String(key))}`,
  );
};

const requireOneEndOf = (overrides: Omit<PlanOverrides, 'only'>, { until }: PlanFile): void => {
  const other =
    overrides.blocks !== undefined ? '--blocks' : overrides.precision !== undefined ? '--precision' : undefined;
  if (overrides.until !== undefined && other !== undefined) {
    throw new PitwallError(
      'usage.invalid',
      `--until-decided does not go with ${other}: the verdict ends the race, and --time and --max-blocks limit it.`,
    );
  }
  if (overrides.time !== undefined && overrides.until === undefined && (until === undefined || other !== undefined)) {
    throw new PitwallError(
      'usage.invalid',
      '--time goes with --until-decided only: a number of blocks takes the time that it takes.',
    );
  }
};

/** A plan that ends for a verdict has no other end. */
export const requireOneEnd = ({ value, where, keysAt }: LocatedYaml<PlanFile>): void => {
  const keys = keysAt([]);
  const other = ['blocks', 'precision'].find((key) => keys.includes(key));
  if (value.until !== undefined && other !== undefined) {
    throw new PitwallError(
      'plan.invalid',
      `${where([other])}: ${other} does not go with \`until: decided\`: the verdict ends the race, and \`time\` and \`maxBlocks\` limit it.`,
    );
  }
  if (value.until === undefined && keys.includes('time')) {
    throw new PitwallError('plan.invalid', `${where(['time'])}: time goes with \`until: decided\` only.`);
  }
};

/** `maxBlocks` is `--max-blocks` on the command line. */
export const findFlag = (key: string): string =>
  key === 'until' ? '--until-decided' : `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
