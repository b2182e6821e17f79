import type { Workload, WorkloadData } from '../../plan/index.ts';
import type { CandidateFacts } from '../../result/index.ts';
import type { Endpoint } from '../preflight/http-request.ts';
import { checkContract } from './probes.ts';
import { createRecordedContract } from './recorded.ts';

export interface ContractCheck {
  /** Whose answers they are. */
  readonly candidate: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type ContractResult = NonNullable<CandidateFacts['contract']>;

/** What a right answer is, in a race. */
export interface RaceContract {
  /** Whether a candidate that breaks it is left out. */
  readonly isEnforced: boolean;
  /** `isHopeless`: it is left out whether the contract is enforced or not. */
  check(endpoint: Endpoint, options: ContractCheck): Promise<ContractResult & { readonly isHopeless?: true }>;
  readonly checkAnswer: WorkloadData['checkAnswer'];
}

/** @param say tells what the contract is, where it is only known once the first candidate has answered */
export const createRaceContract = ({ data, recorded }: Workload, say: (text: string) => void): RaceContract =>
  recorded === undefined
    ? {
        isEnforced: true,
        check: (endpoint, options) => checkContract(endpoint, data.probes, options),
        checkAnswer: (index, answer) => data.checkAnswer(index, answer),
      }
    : createRecordedContract(data.requests, recorded, say);
