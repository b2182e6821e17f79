import { type Advice, advise } from './advice/advise.ts';
import { type FirstStep, findFirstStep } from './advice/first-step.ts';
import { type LedgerAdvice, roundTripsAfter } from './advice/ledger-advice.ts';
import { adviseFromRace, readLedger } from './advice/race-ledger.ts';
import type { Demands } from './demands/demands.ts';
import type { CandidateOfRace, RaceFacts } from './demands/race-facts.ts';
import { readDemands } from './demands/read-demands.ts';
import { type Explanation, explain } from './explain.ts';
import { resource } from './model/build-network.ts';
import {
  type Check,
  type CheckedWhatIf,
  checkedWhatIf,
  findModelError,
  type ModelError,
  readSetting,
  reasonToWithhold,
} from './predict/checks.ts';
import { withLock } from './predict/lock-of-race.ts';
import type { Prediction } from './predict/predict.ts';
import { checkVariants, sweepChecks, type VariantCheck } from './predict/race-checks.ts';
import { findObservations, type Observation } from './predict/telemetry-of-race.ts';
import type { WhatIfChange } from './what-if/what-if.ts';

/** Why a candidate is as fast as it is. */
export interface CandidateExplanation {
  readonly candidate: string;
  /** What limits it, or `can’t tell` where the model does not give the measured rate or two are too close. */
  readonly bottleneck: string;
  /** What the model names, whether it gives the measured rate or not; several where one cannot be named. */
  readonly suspects: readonly string[];
  /** The sentence that makes `binding` true, or says why there is none. */
  readonly evidence: string;
  /** How busy each resource is, 0 to 1, by the model at the rate that it predicts. */
  readonly utilisation: Readonly<Record<string, number>>;
  readonly predictedRequestsPerSecond: number;
  readonly measuredRequestsPerSecond: number;
  readonly demands: Demands;
  /** The same with its intervals, bounds and uses. */
  readonly explanation: Explanation;
  /** What instruments beside the race saw, with what the model says of the same. */
  readonly seen: readonly Observation[];
  /**
   * The model compared with measurements: at the candidate's own setting, and where a sweep measured others. Its own
   * setting is no check where others on the machine leave the CPU that binds: then the rate follows from what they left.
   */
  readonly checks: readonly Check[];
  /** Absent without checks. */
  readonly modelError?: ModelError;
  readonly variants: readonly VariantCheck[];
}

/** A candidate of which nothing can be said, and why. */
export interface UnexplainedCandidate {
  readonly candidate: string;
  readonly why: string;
}

export interface RaceExplanation {
  readonly explanations: readonly CandidateExplanation[];
  /** Those that were not measured or not calibrated. */
  readonly missing: readonly UnexplainedCandidate[];
}

/** What binds where no single name is justified. */
export const cannotTell = 'can’t tell';

/** Explains every candidate of a race, in the race's order. */
export const explainRace = (race: RaceFacts): RaceExplanation => {
  const explanations: CandidateExplanation[] = [];
  const missing: UnexplainedCandidate[] = [];
  for (const candidate of race.candidates) {
    const read = readDemands(race, candidate.name);
    if (read.kind === 'missing') missing.push({ candidate: candidate.name, why: read.why });
    else explanations.push(explainCandidate(race, candidate, read));
  }
  return { explanations, missing };
};

const explainCandidate = (
  race: RaceFacts,
  candidate: CandidateOfRace,
  { demands: unlocked, measured }: Extract<ReturnType<typeof readDemands>, { kind: 'demands' }>,
): CandidateExplanation => {
  const demands = withLock(unlocked, candidate, measured);
  const explanation = explain(demands, measured);
  const { prediction } = explanation;
  const { bottleneck } = prediction;
  const isNamed = explanation.kind === 'explained' && bottleneck.kind === 'binds';
  const suspects = bottleneck.kind === 'binds' ? [bottleneck.resource] : bottleneck.resources;
  const own: Check = {
    setting: readSetting(demands),
    predictedPerSecond: prediction.requestsPerSecond.value,
    measuredPerSecond: measured.requestsPerSecond,
  };
  const checks = [
    ...(isEcho(demands, prediction, suspects) ? [] : [own]),
    ...sweepChecks(race, candidate, demands, measured),
  ];
  const modelError = findModelError(checks);
  return {
    candidate: candidate.name,
    bottleneck: isNamed ? bottleneck.resource : cannotTell,
    suspects,
    evidence: explanation.kind === 'explained' ? bottleneck.evidence : explanation.why,
    utilisation: Object.fromEntries(prediction.uses.map((use) => [use.resource, use.utilisation])),
    predictedRequestsPerSecond: prediction.requestsPerSecond.value,
    measuredRequestsPerSecond: measured.requestsPerSecond.value,
    demands,
    explanation,
    seen: findObservations(candidate, prediction),
    checks,
    ...(modelError === undefined ? {} : { modelError }),
    variants: checkVariants(race, candidate, demands, measured),
  };
};

/** Others matter from this share of the machine on. */
const othersMatter = 0.05;

/**
 * What others used was found by subtracting the race's own use, and the section of a lock from the rate: what is full
 * by such a number gives the rate back, whatever it was.
 */
const isEcho = (demands: Demands, { uses }: Prediction, suspects: readonly string[]): boolean =>
  suspects.includes(resource.lock) ||
  (demands.hosts.some(({ cores, takenCores }) => (takenCores?.value ?? 0) >= othersMatter * cores) &&
    uses.some((use) => use.kind === 'station' && suspects.includes(use.resource)));

/**
 * What would be different, withheld beyond what this race held the model against.
 *
 * @throws PitwallError `explain.invalid` for a change that the candidate has no place for, or that is no number.
 */
export const askCandidate = (explained: CandidateExplanation, change: WhatIfChange): CheckedWhatIf =>
  checkedWhatIf(explained.demands, change, explained.checks, explained.explanation.measured.requestsPerSecond);

/** A change by its predicted gain, or withheld where the model was not checked for it. */
export interface CheckedAdvice extends Pick<Advice, 'what' | 'stops'> {
  readonly change: WhatIfChange;
  readonly answer: CheckedWhatIf;
  /** Whether the model was checked as far as where it stops helping. */
  readonly isStopChecked: boolean;
}

export interface CandidateAdvice {
  /** The largest predicted gain first, those withheld last. */
  readonly changes: readonly CheckedAdvice[];
  /** Habits that cost round trips, the most expensive first. */
  readonly ledger: readonly LedgerAdvice[];
  /** Round trips per request without them; absent where there are none. */
  readonly roundTripsWithout?: number;
  /** The one thing to try first. */
  readonly first: FirstStep;
}

/**
 * What to change first. Fewer round trips are as few as the ledger's advice leaves, a nearer database is at half the
 * distance; neither goes further than a factor of two, beyond which nothing was checked without a sweep.
 */
export const adviseCandidate = (race: RaceFacts, explained: CandidateExplanation): CandidateAdvice => {
  const candidate = race.candidates.find(({ name }) => name === explained.candidate);
  const facts = candidate?.calibration && readLedger(candidate.calibration);
  const ledger = candidate === undefined ? [] : adviseFromRace(candidate);
  const left = facts === undefined ? undefined : roundTripsAfter(facts, ledger);
  const isFewer = facts !== undefined && left !== undefined && left < facts.roundTrips;
  const { requestsPerSecond } = explained.explanation.measured;
  const ranked = advise(explained.demands, {
    measuredPerSecond: requestsPerSecond,
    ...(isFewer ? { roundTrips: Math.max(left, Math.ceil(explained.demands.database.roundTrips.value / 2)) } : {}),
    rttMs: explained.demands.database.linkMs.value / 2,
  }).map(
    ({ what, effect: { change }, stops }): CheckedAdvice => ({
      what,
      change,
      stops,
      answer: askCandidate(explained, change),
      isStopChecked: reasonToWithhold(explained.demands, stops.change, explained.checks) === undefined,
    }),
  );
  const isGiven = ({ answer }: CheckedAdvice): boolean => answer.kind === 'predicted';
  const changes = [...ranked.filter(isGiven), ...ranked.filter((advice) => !isGiven(advice))];
  return {
    changes,
    ledger,
    first: findFirstStep(explained, { changes, ledger, roundTrips: facts?.roundTrips ?? 0 }, (change) =>
      askCandidate(explained, change),
    ),
    ...(isFewer ? { roundTripsWithout: left } : {}),
  };
};
