import { present } from '../../base/index.ts';
import { average } from '../../stats/sample.ts';
import type { Component, Demands } from '../demands/demands.ts';
import { between, type Estimate, scaled } from '../demands/estimate.ts';
import { type RaceFacts, sumCpuMs, usableRounds } from '../demands/race-facts.ts';
import { componentParts } from '../demands/race-hosts.ts';
import { predictRate } from '../solver/rate-of.ts';
import { withoutConnecting, withRoundTrips } from '../what-if/with-round-trips.ts';
import { type Asked, readAsked } from './asked.ts';

/**
 * What is assumed of how CPU goes with work; docs/model.md says what each was fitted to and how far it was off elsewhere.
 * Quantities, so that a prediction's interval carries them.
 */
export const assumed = {
  /**
   * CPU a second grows with this power of the events a second, for what only passes messages on: the busier such a process is, the
   * more messages it finds at each wake-up. Per request for the client side (load generator, proxy, their relays) ...
   */
  nearGrowth: between(0.2, 0.4, 0.6),
  /** ... and per round trip for the database side (the database's relay, the pooler). */
  farGrowth: between(0.3, 0.41, 0.7),
  /** CPU of the database for a round trip, a statement that runs and one that is parsed, in what PgBouncer takes for a round trip. */
  turnWork: between(1, 1.65, 2.2),
  statementWork: between(0, 0.4, 1),
  parseWork: between(1.8, 2.4, 3),
} as const;

export type Assumed = { readonly [key in keyof typeof assumed]: Estimate };

/** What the race shows of its machine: how fast it passes messages on, whoever is served. */
export interface DatabaseSide {
  /** CPU ms of the pooler for a round trip; undefined without a pooler or where every request connects. */
  readonly poolerTurnMs?: number;
  /**
   * CPU ms a second at one request a second (`client`, `proxy`) and at one round trip a second (`pooler`), by the assumed growth: for
   * originals that connect for each request, whose rate is so far from the variant's, and whose connections cost so much, that others
   * tell more.
   */
  readonly atOne?: { readonly [component in 'client' | 'proxy' | 'pooler']?: number };
}

/**
 * The demands of a variant, from the original's CPU and waits and from what the variant asks of the database side: its round trips, statements
 * and parses are counted, its limits are settings, and nothing of its CPU, rate or latency is used.
 *
 * @param setting The original's demands under the variant's limits and links.
 * @param variant Of the variant, its round trips, and whether it connects for each request.
 * @param perSecond The original's measured rate.
 */
export const predictVariantDemands = (
  setting: Demands,
  variant: Pick<Demands['database'], 'roundTrips' | 'connect'>,
  { from, to, perSecond, databaseSide, by }: VariantFacts,
): Demands => {
  const kept = variant.connect === undefined ? withoutConnecting(setting) : setting;
  const there = withRoundTrips(kept, variant.roundTrips);
  if (from === undefined || to === undefined || to.connects) return there;
  const database = databaseMs(setting, { from, to, databaseSide, by });
  const asked = database === undefined ? there : withCpu(there, 'database', database);
  return atItsOwnRate(asked, setting, { from, to, perSecond, databaseSide, by });
};

export interface VariantFacts {
  readonly from: Asked | undefined;
  readonly to: Asked | undefined;
  readonly perSecond: number;
  readonly databaseSide: DatabaseSide;
  readonly by: Assumed;
}

type Known = VariantFacts & { readonly from: Asked; readonly to: Asked };

/** The original's, less what the round trips, statements and parses that the variant does without take. */
const databaseMs = (
  { cpuMs }: Demands,
  { from, to, databaseSide, by }: Pick<Known, 'from' | 'to' | 'databaseSide' | 'by'>,
): number | undefined => {
  if (cpuMs.database === undefined || databaseSide.poolerTurnMs === undefined) return undefined;
  const connecting = from.connects ? from.turns - from.statements : 0;
  const saved =
    (from.turns - connecting - to.turns) * by.turnWork.value +
    (from.statements - to.statements) * by.statementWork.value +
    (from.parses - to.parses) * by.parseWork.value;
  return cpuMs.database.value - saved * databaseSide.poolerTurnMs;
};

const passingOn = ['client', 'proxy', 'pooler'] as const;

/** What passes messages on takes less of each at a higher rate; the rate follows from it in turn, so both are found by a few steps. */
const atItsOwnRate = (
  demands: Demands,
  original: Demands,
  { from, to, perSecond, databaseSide, by }: Known,
): Demands => {
  const grown = {
    client: { events: 1, before: 1, by: by.nearGrowth.value },
    proxy: { events: 1, before: 1, by: by.nearGrowth.value },
    pooler: { events: to.turns, before: from.turns, by: by.farGrowth.value },
  };
  const at = (rate: number): Demands => {
    let there = demands;
    for (const component of passingOn) {
      const { events, before, by: power } = grown[component];
      const ownMs = original.cpuMs[component]?.value;
      const others = databaseSide.atOne?.[component];
      if (ownMs === undefined) continue;
      const msPerSecond =
        from.connects && others !== undefined
          ? others * (rate * events) ** power
          : ownMs * perSecond * ((rate * events) / (perSecond * before)) ** power;
      there = withCpu(there, component, msPerSecond / rate);
    }
    return there;
  };
  let rate = predictRate(demands);
  // Each step is a root of the last one's error: a power below one draws the rate in.
  for (let step = 0; step < 6; step += 1) rate = Math.sqrt(rate * predictRate(at(rate)));
  return at(rate);
};

/** The component's CPU at another value, its interval in proportion; a twentieth is left at least. */
const withCpu = (demands: Demands, component: Component, ms: number): Demands => {
  const measured = demands.cpuMs[component];
  if (measured === undefined) return demands;
  const factor = Math.max(0.05, ms / measured.value);
  return { ...demands, cpuMs: { ...demands.cpuMs, [component]: scaled(measured, factor) } };
};

/**
 * Over the candidates that keep their connections, because logging in costs a pooler many times what a round trip does; and without
 * variants, because nothing of them goes into what is predicted of them.
 */
export const readDatabaseSide = (race: RaceFacts): DatabaseSide => {
  const seen = race.candidates.flatMap((candidate) => {
    const asked = readAsked(candidate);
    if (asked === undefined || asked.connects || asked.turns === 0 || candidate.variantOf !== undefined) return [];
    return usableRounds(candidate).map((round) => ({ round, turns: asked.turns }));
  });
  const meanOver = (figureOf: (one: (typeof seen)[number]) => number | undefined): number | undefined => {
    const values = seen.flatMap((one) => figureOf(one) ?? []);
    return values.length === 0 ? undefined : average(values);
  };
  const atOne = (component: (typeof passingOn)[number], eventsOf: (turns: number) => number, power: number) =>
    meanOver(({ round, turns }) => {
      const { requestsPerSecond } = round;
      const ms = sumCpuMs(round, componentParts[component]);
      if (ms === undefined || requestsPerSecond === undefined) return undefined;
      return (ms * requestsPerSecond) / (requestsPerSecond * eventsOf(turns)) ** power;
    });
  const near = assumed.nearGrowth.value;
  return {
    ...present(
      'poolerTurnMs',
      meanOver(({ round, turns }) => divided(sumCpuMs(round, ['pooler']), turns)),
    ),
    atOne: {
      ...present(
        'client',
        atOne('client', () => 1, near),
      ),
      ...present(
        'proxy',
        atOne('proxy', () => 1, near),
      ),
      ...present(
        'pooler',
        atOne('pooler', (turns) => turns, assumed.farGrowth.value),
      ),
    },
  };
};

const divided = (ms: number | undefined, by: number): number | undefined => (ms === undefined ? undefined : ms / by);
