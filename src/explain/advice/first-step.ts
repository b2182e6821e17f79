import type { Component, Demands } from '../demands/demands.ts';
import type { Explanation } from '../explain.ts';
import type { CheckedAdvice } from '../explain-race.ts';
import type { CheckedWhatIf } from '../predict/checks.ts';
import type { WhatIfChange } from '../what-if/what-if.ts';
import type { LedgerAdvice, LedgerFinding } from './ledger-advice.ts';

/** The one thing to try first. */
export type FirstStep =
  /** A habit on the wire to drop. */
  | {
      readonly kind: 'habit';
      readonly habit: LedgerAdvice;
      /** Round trips per request now, of which the habit costs some: as the ledger counted them. */
      readonly roundTrips: number;
      /** Rate after over rate before, by the model; absent where it may predict none. */
      readonly gain?: number;
      /** The model was asked for fewer round trips less than the habit costs: it gives this much at least. */
      readonly isLeast?: true;
    }
  | { readonly kind: 'change'; readonly what: string; readonly change: WhatIfChange; readonly gain: number }
  /** No single change helps; this component takes most of the CPU that limits the rate. */
  | { readonly kind: 'cpu'; readonly component: Component; readonly cpuMs: number; readonly allMs: number }
  | { readonly kind: 'none' };

/** Costly and cheap to drop: they come before anything that makes waiting for so many round trips bearable. */
const costly: ReadonlySet<LedgerFinding> = new Set([
  'n-plus-one',
  'refetched-cursor',
  'repeated-prepares',
  'connection-a-request',
]);
/** A step that gives less is not worth a reader's time. */
const worthwhile = 1.05;

/** Asks the model for a change, within what the race checked. */
export type AskModel = (change: WhatIfChange) => CheckedWhatIf;

/** What was found to change, of a candidate whose requests make so many round trips. */
interface FoundAdvice {
  readonly changes: readonly CheckedAdvice[];
  readonly ledger: readonly LedgerAdvice[];
  readonly roundTrips: number;
}

/**
 * What to try first: the most expensive habit of those that are costly and cheap to drop; then whatever the model says
 * gives most of what a user can change. More client connections are more load and no improvement; more cores, on a
 * machine that everything shares, are a wish, and the component that uses them is named instead.
 */
export const findFirstStep = (
  { demands, explanation }: { readonly demands: Demands; readonly explanation: Explanation },
  { changes, ledger, roundTrips }: FoundAdvice,
  ask: AskModel,
): FirstStep => {
  const isExplained = explanation.kind === 'explained';
  const habits = ledger
    .filter(({ roundTripsSaved }) => roundTripsSaved >= 0.5)
    .map((habit) => habitStep({ kind: 'habit', habit, roundTrips }, demands, isExplained ? ask : undefined));
  const first = habits.find((step) => costly.has(step.habit.finding) && isWorthwhile(step));
  if (first !== undefined) return first;
  if (!isExplained) return habits[0] ?? { kind: 'none' };
  const steps = [...habits.filter(isWorthwhile), ...changeSteps(changes, settable(demands))];
  const best = steps.sort((a, b) => (b.gain ?? 1) - (a.gain ?? 1))[0];
  return best ?? cpuStep(demands, explanation) ?? changeSteps(changes, ['rttMs'])[0] ?? { kind: 'none' };
};

type HabitStep = Extract<FirstStep, { kind: 'habit' }>;

const isWorthwhile = ({ gain }: HabitStep): boolean => gain === undefined || gain >= worthwhile;

const habitStep = (step: HabitStep, demands: Demands, ask: AskModel | undefined): HabitStep => {
  if (ask === undefined) return step;
  const { habit } = step;
  const now = demands.database.roundTrips.value;
  const left = Math.max(1, now - habit.roundTripsSaved);
  const isKept = habit.finding === 'connection-a-request' && demands.database.connect !== undefined;
  const answer = ask(isKept ? { keepConnections: true } : { roundTrips: left });
  if (answer.kind === 'predicted') return { ...step, gain: answer.whatIf.gain.value };
  // What was checked reaches a factor of two: half of the round trips is the most that may be asked.
  const half = isKept || left >= now / 2 ? undefined : ask({ roundTrips: now / 2 });
  return half?.kind === 'predicted' ? { ...step, gain: half.whatIf.gain.value, isLeast: true } : step;
};

/** What a user sets in a file. Fewer round trips are the habits', and a nearer database comes last of all. */
const settable = ({ hosts }: Demands): readonly (keyof WhatIfChange)[] => {
  const hasOwnCores = hosts.some(({ components }) => components.includes('server') && components.length === 1);
  const always = ['pool', 'maxconn', 'workers', 'keepConnections', 'evenConnections'] as const;
  return hasOwnCores ? [...always, 'cores'] : always;
};

const changeSteps = (
  changes: readonly CheckedAdvice[],
  names: readonly (keyof WhatIfChange)[],
): readonly FirstStepOfChange[] =>
  changes.flatMap(({ what, change, answer }) => {
    const isOne = Object.keys(change).every((name) => names.includes(name as keyof WhatIfChange));
    if (!isOne || answer.kind !== 'predicted' || answer.whatIf.gain.value < worthwhile) return [];
    return [{ kind: 'change', what, change, gain: answer.whatIf.gain.value }];
  });

type FirstStepOfChange = Extract<FirstStep, { kind: 'change' }>;

const cpuStep = (demands: Demands, { prediction }: Explanation): FirstStep | undefined => {
  const most = prediction.uses[0];
  if (most?.kind !== 'station') return undefined;
  const parts = splitCpu(demands, most.resource);
  const [first] = parts;
  if (first === undefined) return undefined;
  return { kind: 'cpu', ...first, allMs: parts.reduce((sum, { cpuMs }) => sum + cpuMs, 0) };
};

/** The CPU per request of the components that share a processor resource of the model, the most first. */
export const splitCpu = (
  { hosts, cpuMs }: Demands,
  resource: string,
): readonly { readonly component: Component; readonly cpuMs: number }[] => {
  const host = hosts.find(({ name, components }) =>
    components.length === 1 ? resource === `${components[0]} CPU` : resource === `${name} CPU`,
  );
  return (host?.components ?? [])
    .map((component) => ({ component, cpuMs: cpuMs[component]?.value ?? 0 }))
    .filter((part) => part.cpuMs > 0)
    .sort((a, b) => b.cpuMs - a.cpuMs);
};
