import type { Advice, CandidateExplanation, CheckedAdvice, LedgerAdvice } from '../../explain/index.ts';
import { estimate, trips } from './quantities.ts';
import { askedText, bottleneckText, sessionsText } from './what-if-text.ts';

export const rankedTexts = (explained: CandidateExplanation, changes: readonly CheckedAdvice[]): readonly string[] => {
  if (changes.length === 0) return ['no single change gives 1 % more by the model'];
  const reasons = new Set(changes.map(({ answer }) => (answer.kind === 'withheld' ? answer.reason : undefined)));
  const [reason] = reasons;
  return reasons.size === 1 && reason !== undefined
    ? [`withheld: ${reason}`]
    : changes.flatMap((advice) => [adviceText(advice), sessionsText(explained, advice.change)]);
};

const adviceText = ({ what, change, answer, stops, isStopChecked }: CheckedAdvice): string => {
  const asked = `${what} (${askedText(change)})`;
  if (answer.kind === 'withheld') return `${asked}: withheld, ${answer.reason}`;
  const { gain, requestsPerSecond } = answer.whatIf;
  return `${asked}: x ${estimate(gain)}, ${estimate(requestsPerSecond)} requests/s, then limited by ${bottleneckText(answer.whatIf)}${change.keepConnections || change.evenConnections ? '' : `; ${stopsText(stops, isStopChecked)}`}`;
};

const stopsText = ({ change, bottleneck }: Advice['stops'], isChecked: boolean): string => {
  const limit = `where ${bottleneck.join(' or ')} ${bottleneck.length > 1 || plurals.has(bottleneck[0]!) ? 'limit' : 'limits'} it`;
  const reach = isChecked ? '' : ' (unchecked so far out)';
  if (change.roundTrips !== undefined && change.roundTrips <= 1) return `each one less helps, down to 1${reach}`;
  return `no more to gain beyond ${askedText(change)}, ${limit}${reach}`;
};

const plurals: ReadonlySet<string> = new Set([
  'connections',
  'workers',
  'processes',
  'pooler connections',
  'server threads',
]);

export const ledgerText = ({ evidence, action, roundTripsSaved }: LedgerAdvice): string =>
  `${trips(roundTripsSaved)}: ${evidence}. ${action}`;
