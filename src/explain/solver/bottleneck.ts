import { findInside, namesIn, partsMs } from '../model/level.ts';
import type { Network } from '../model/network.ts';
import { describeEvidence } from './evidence.ts';
import type { ResourceUse } from './resource-use.ts';

/** What limits the throughput. */
export type Bottleneck =
  | {
      readonly kind: 'binds';
      readonly resource: string;
      /** What a request spends most of its hold of it on: a link, a CPU, or waiting. For a CPU: itself. */
      readonly dominant: string;
      readonly evidence: string;
    }
  /** Two or more matter alike; naming one would be a guess. */
  | { readonly kind: 'cant-tell'; readonly resources: readonly string[]; readonly evidence: string };

/** The first must lead the second by this much elasticity to be named alone. */
const clearLead = 0.1;

/**
 * Names what limits the throughput. Limits are only ever blamed for themselves: a full pool whose requests
 * wait for a saturated CPU inside has no elasticity, so the CPU is named and the pool is a symptom. Where
 * nothing is saturated the connections are named: the client waits out the latency, with too few at a time.
 */
export const findBottleneck = (network: Network, uses: readonly ResourceUse[]): Bottleneck => {
  const [first, second] = uses;
  if (first === undefined) throw new RangeError('a network has its connections at least');
  if (second !== undefined && first.elasticity - second.elasticity < clearLead) {
    const close =
      first.elasticity < clearLead
        ? jointlySaturated(network, uses)
        : uses.filter(({ elasticity }) => first.elasticity - elasticity < clearLead);
    if (close.length > 1) {
      const evidence = close.map((use) => describeEvidence(network, use, uses)).join(' ');
      return { kind: 'cant-tell', resources: close.map((use) => use.resource), evidence };
    }
  }
  return {
    kind: 'binds',
    resource: first.resource,
    dominant: dominantPart(network, first),
    evidence: describeEvidence(network, first, uses),
  };
};

/** In use to this degree a resource counts as full. */
const saturated = 0.9;

/**
 * Where more of any one resource gives nothing, two are in each other's way: all that are full, except limits
 * around something full, which are symptoms of it.
 */
const jointlySaturated = (network: Network, uses: readonly ResourceUse[]): readonly ResourceUse[] => {
  const full = uses.filter(({ kind, utilisation }) => kind !== 'connections' && utilisation >= saturated);
  return full.filter(({ kind, resource }) => {
    if (kind !== 'limit') return true;
    const inside = namesIn(findInside(network.stages, resource));
    return !full.some((other) => inside.has(other.resource));
  });
};

const dominantPart = (network: Network, use: ResourceUse): string => {
  if (use.kind === 'station') return use.resource;
  const parts = [...partsMs(use.kind === 'connections' ? network.stages : findInside(network.stages, use.resource))];
  const waitedMs = use.holdMs - parts.reduce((sum, [, ms]) => sum + ms, 0);
  return [...parts, ['waiting', waitedMs] as const].sort(([, a], [, b]) => b - a)[0]![0];
};
