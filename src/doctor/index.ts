export { type Examination, type ExamineOptions, examine } from './examine.ts';
export { collectFindings, type Finding } from './findings.ts';
