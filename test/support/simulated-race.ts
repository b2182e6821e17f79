import { createRandom, decideFamily, judgeFamily, type Random } from '../../src/stats/index.ts';

/** Races that end when they are decided, on made-up rounds, through the code that judges real ones. */
export interface SimulatedRaces {
  /** Rates of the candidates; the first is the fastest or as fast as any. */
  readonly truth: readonly number[];
  /** Standard deviation of a round's log, of each candidate or of all. */
  readonly noise: number | readonly number[];
  readonly horizon: number;
  readonly races: number;
  /** @default 0.02 */
  readonly margin?: number;
  /** The last look, for time alone, comes after so many blocks. @default the horizon */
  readonly lastAt?: number;
  /** What a round adds to the log of its rate, of variance 1. @default normal */
  readonly draw?: (random: Random) => number;
  readonly seed?: number;
}

/** Shares of the races. */
export interface StoppingErrors {
  /** Any pair whose printed interval excludes its true ratio, or whose false difference is named as a lead. */
  readonly error: number;
  /** A candidate is named the best and is not. */
  readonly wrongLeader: number;
  /** The first is named the best. */
  readonly rightLeader: number;
  readonly decided: number;
  /** All printed intervals hold their true ratios. */
  readonly covered: number;
  readonly medianBlocks: number;
}

const fewest = 3;

export const simulateRaces = (options: SimulatedRaces): StoppingErrors => {
  const { races, seed = 16 } = options;
  const random = createRandom(seed);
  const counts = { error: 0, wrongLeader: 0, rightLeader: 0, decided: 0, covered: 0 };
  const blocks: number[] = [];
  for (let race = 0; race < races; race += 1) {
    const end = playRace(options, random);
    for (const [name, holds] of Object.entries(end.holds)) counts[name as keyof typeof counts] += holds ? 1 : 0;
    blocks.push(end.blocks);
  }
  const share = (count: number): number => count / races;
  return {
    error: share(counts.error),
    wrongLeader: share(counts.wrongLeader),
    rightLeader: share(counts.rightLeader),
    decided: share(counts.decided),
    covered: share(counts.covered),
    medianBlocks: blocks.sort((a, b) => a - b)[Math.floor(races / 2)]!,
  };
};

const playRace = (options: SimulatedRaces, random: Random) => {
  const { truth, noise, horizon, margin = 0.02, lastAt = horizon, draw = (one) => one.normal(0, 1) } = options;
  const table: number[][] = [];
  const at: number[] = [];
  const fastest = Math.max(...truth);
  for (let blocks = 1; ; blocks += 1) {
    const shared = random.normal(0, 0.2);
    table.push(
      truth.map((rate, index) => {
        const stdev = typeof noise === 'number' ? noise : noise[index]!;
        return rate * Math.exp(shared + stdev * draw(random));
      }),
    );
    if (blocks < fewest) continue;
    at.push(blocks);
    const isLast = blocks >= lastAt;
    const judged = judgeFamily(table, { better: 'higher', margin, looks: { at, horizon, isLast } });
    const { isDecided } = decideFamily(judged, 'higher')!;
    if (!isDecided && !isLast) continue;
    const covered = judged.pairs.every(({ a, b, interval }) => {
      const ratio = truth[a]! / truth[b]!;
      return interval!.low <= ratio && ratio <= interval!.high;
    });
    const leader = judged.best?.best;
    const wrongLeader = leader !== undefined && truth[leader]! < fastest;
    // A lead over an equal one is an error, whichever of the two it is.
    const falseLead = judged.best?.over.some(({ other }) => truth[other]! >= truth[leader!]!) === true;
    return {
      blocks,
      holds: { error: falseLead || !covered, wrongLeader, rightLeader: leader === 0, decided: isDecided, covered },
    };
  }
};
