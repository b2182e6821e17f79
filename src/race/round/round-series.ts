import type { RoundSeries } from '../../result/index.ts';
import type { ComponentUsage, UsageSample } from '../../telemetry/index.ts';
import type { QueueReadings } from './telemetry.ts';

/** Enough for a curve; a round of an hour must not fill the journal. */
const mostPoints = 120;

/**
 * The recorder's samples and the samplers' queues on the clock of the load's timeline, which starts with the warm-up.
 * Samples of a long round are joined, so that there are at most 120 of each.
 */
export const roundSeries = (
  usage: readonly ComponentUsage[],
  queues: readonly QueueReadings[],
  { startNs, warmupMs, elapsedMs }: { readonly startNs: number; readonly warmupMs: number; readonly elapsedMs: number },
): RoundSeries => {
  // One reading takes in all components, so their windows are the same.
  const chunks = splitChunks(usage[0]?.samples ?? []);
  return {
    atMs: chunks.map((chunk) => Math.round(warmupMs + chunk.at(-1)!.atMs)),
    components: usage.map(({ name, samples }) => {
      const own = splitChunks(samples);
      const memory = readMemory(samples);
      return {
        name,
        cpuCores: own.map((chunk, index) => round(coresIn(chunk, own[index - 1]?.at(-1)?.atMs ?? 0))),
        memory: memory.kind,
        memoryMiB: splitChunks(memory.miB).map((chunk) => round(chunk.at(-1)!)),
      };
    }),
    queues: queues.map(({ name, readings }) => {
      // The last reading is taken once the load has ended, when nobody waits.
      const own = splitChunks(readings.filter(({ atNs }) => atNs <= startNs + elapsedMs * 1e6));
      return {
        name,
        atMs: own.map((chunk) => Math.round(warmupMs + (chunk.at(-1)!.atNs - startNs) / 1e6)),
        waiting: own.map((chunk) => round(chunk.reduce((sum, { waiting }) => sum + waiting, 0) / chunk.length)),
      };
    }),
  };
};

const splitChunks = <T>(samples: readonly T[]): readonly (readonly T[])[] => {
  const size = Math.max(1, Math.ceil(samples.length / mostPoints));
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, index) =>
    samples.slice(index * size, (index + 1) * size),
  );
};

/**
 * Memory at each sample. The proportional size is dear to read, and is read now and then: between two readings it is the
 * resident size times the share of it that both give, more of the nearer one.
 */
const readMemory = (
  samples: readonly UsageSample[],
): { readonly kind: 'pss' | 'rss'; readonly miB: readonly number[] } => {
  const read = samples.flatMap(({ atMs, rssMiB, pssMiB }) =>
    pssMiB === undefined || rssMiB === 0 ? [] : [{ atMs, share: pssMiB / rssMiB }],
  );
  if (read.length === 0) return { kind: 'rss', miB: samples.map(({ rssMiB }) => rssMiB) };
  const shareAt = (at: number): number => {
    const after = read.find(({ atMs }) => atMs >= at) ?? read.at(-1)!;
    const before = read.findLast(({ atMs }) => atMs <= at) ?? after;
    const way = after.atMs === before.atMs ? 0 : (at - before.atMs) / (after.atMs - before.atMs);
    return before.share + way * (after.share - before.share);
  };
  return { kind: 'pss', miB: samples.map(({ atMs, rssMiB }) => rssMiB * shareAt(atMs)) };
};

/** Mean over windows that follow each other, each by its length. */
const coresIn = (samples: readonly UsageSample[], beganMs: number): number => {
  let lastMs = beganMs;
  let coreMs = 0;
  for (const { atMs, cpuPercent } of samples) {
    coreMs += (cpuPercent / 100) * (atMs - lastMs);
    lastMs = atMs;
  }
  return lastMs > beganMs ? coreMs / (lastMs - beganMs) : 0;
};

/** Three digits: clock ticks of 10 ms give no more. */
const round = (value: number): number => Number(value.toPrecision(3));
