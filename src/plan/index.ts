export type {
  ContractProbe,
  GenerateWorkload,
  Mismatch,
  TableData,
  WorkloadAnswer,
  WorkloadData,
  WorkloadRequest,
} from './workload.ts';
