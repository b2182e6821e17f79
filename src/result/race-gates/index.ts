import type { Contestant } from '../comparisons.ts';
import type { RaceGate } from '../schema/comparison.ts';
import { answerGates } from './answers.ts';
import { driftGate } from './drift.ts';
import { ledgerGates } from './ledger.ts';
import { markedGates } from './marked.ts';
import { outlierGates } from './outliers.ts';
import { ratioDriftGates } from './ratio-drift.ts';
import { refusedGates } from './refused.ts';

/** Checks of a race as a whole, each a function of the rounds. */
const checks: readonly ((contestants: readonly Contestant[]) => readonly RaceGate[])[] = [
  driftGate,
  ratioDriftGates,
  markedGates,
  refusedGates,
  outlierGates,
  ledgerGates,
  answerGates,
];

export const checkRaceGates = (contestants: readonly Contestant[]): readonly RaceGate[] =>
  checks.flatMap((check) => check(contestants));
