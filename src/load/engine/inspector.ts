import { isDeepStrictEqual } from 'node:util';
import type { Random } from '../../stats/recording/index.ts';
import type { AnswerSink } from '../http1/answer-framer.ts';
import type { LoadJob } from '../job/job.ts';
import type { SampledAnswer } from '../job/types.ts';
import { BytePool } from './byte-pool.ts';
import { Collector } from './collector.ts';
import type { Lane } from './lane.ts';

export type AnswerVerdict = 'ok' | 'status' | { readonly wrong: string };

const usualHeadBytes = 1024;
/** What a field takes beside its text, roughly: servers that make up names would otherwise fill the memory with them. */
const fieldOverheadBytes = 64;
/** So many answers that no longer fit say that the room for samples is used up; reading more of them into memory would be in vain. */
const mostMisfits = 100;
/** Parsed, a document takes many times its text. */
const mostJsonBytes = 4 * 1024 * 1024;

/** Judges answers: status first, then the body where validators ask for it; and keeps samples. */
export class AnswerInspector {
  readonly samples: SampledAnswer[] = [];
  private readonly job: LoadJob;
  private readonly isExpected: Uint8Array;
  private readonly collectors = new Map<number, Collector>();
  private readonly untilSample: Countdown;
  private readonly untilJson: Countdown;
  private readonly needsEveryBody: boolean;
  private readonly bodyBytes: number | undefined;
  private readonly pool = new BytePool();
  private sampledBytes = 0;
  private misfits = 0;

  constructor(job: LoadJob, random: Random) {
    this.job = job;
    this.isExpected = expectedStatuses(job.expectStatus);
    this.untilSample = new Countdown(job.sampleRatio, random);
    this.untilJson = new Countdown(job.validators?.json?.ratio ?? 0, random);
    this.needsEveryBody = job.validators?.sha256 !== undefined;
    this.bodyBytes = job.validators?.bodyBytes;
  }

  /** What collects the answer to the next request of a lane; undefined for most. */
  sinkFor(lane: Lane): AnswerSink | undefined {
    const isSample = this.untilSample.hits() && this.misfits < mostMisfits;
    const isJson = this.untilJson.hits();
    const isCollecting = isSample || isJson || this.needsEveryBody;
    if (!isCollecting && this.collectors.size === 0) return undefined;
    let collector = this.collectors.get(lane.id);
    if (!isCollecting) {
      // An answer that failed may have left it half full.
      if (collector !== undefined) collector.isCollecting = false;
      return undefined;
    }
    if (collector === undefined) {
      collector = new Collector(this.pool);
      this.collectors.set(lane.id, collector);
    }
    const sampleLeft = isSample ? this.job.sampleBytes - this.sampledBytes : 0;
    const mostBytes = Math.max(isJson ? mostJsonBytes : 0, sampleLeft);
    collector.begin({ isSample, isJson, isHashed: this.needsEveryBody, mostBytes });
    return collector;
  }

  judge(lane: Lane): AnswerVerdict {
    const collector = this.collectors.size === 0 ? undefined : this.takeCollector(lane);
    if (collector?.wanted.isSample && collector.problem === '') this.keep(lane, collector);
    const verdict = this.judgeWith(lane, collector);
    collector?.shrink();
    return verdict;
  }

  private judgeWith(lane: Lane, collector: Collector | undefined): AnswerVerdict {
    if (this.isExpected[lane.status] !== 1) return 'status';
    if (this.bodyBytes !== undefined && lane.bodyBytes !== this.bodyBytes) {
      return { wrong: `wrong body: ${lane.bodyBytes} bytes instead of ${this.bodyBytes}` };
    }
    return collector === undefined ? 'ok' : this.judgeBody(collector);
  }

  private takeCollector(lane: Lane): Collector | undefined {
    const collector = this.collectors.get(lane.id);
    if (collector === undefined || !collector.isCollecting) return undefined;
    collector.isCollecting = false;
    return collector;
  }

  private judgeBody(collector: Collector): AnswerVerdict {
    const { sha256, json } = this.job.validators ?? {};
    if (sha256 !== undefined && collector.digest() !== sha256) return { wrong: 'wrong body: another sha256' };
    if (json === undefined || !collector.wanted.isJson) return 'ok';
    if (collector.problem !== '') return { wrong: `wrong body: ${collector.problem}` };
    try {
      const actual: unknown = JSON.parse(Buffer.from(collector.bytes()).toString('utf8'));
      return contains(actual, json.contains) ? 'ok' : { wrong: 'wrong body: JSON without the expected content' };
    } catch {
      return { wrong: 'wrong body: not JSON' };
    }
  }

  private keep(lane: Lane, collector: Collector): void {
    const bytes = collector.bytes();
    let sizeBytes = bytes.length;
    // A head without a body takes memory as well, but a usual one is not worth counting.
    const { headers } = lane;
    const headBytes = Object.entries(headers).reduce(
      (sum, [name, value]) => sum + name.length + value.length + fieldOverheadBytes,
      0,
    );
    if (headBytes > usualHeadBytes) sizeBytes += headBytes;
    if (this.sampledBytes + sizeBytes > this.job.sampleBytes) {
      this.misfits += 1;
      return;
    }
    this.sampledBytes += sizeBytes;
    this.samples.push({
      requestIndex: lane.requestIndex,
      status: lane.status,
      headers: { ...headers },
      bodyBase64: Buffer.from(bytes).toString('base64'),
    });
  }
}

/** Hits a share of the calls at random, by counting down geometric gaps instead of drawing each time. */
class Countdown {
  private left: number;
  private readonly ratio: number;
  private readonly random: Random;

  constructor(ratio: number, random: Random) {
    this.ratio = ratio;
    this.random = random;
    this.left = this.gap();
  }

  hits(): boolean {
    if (--this.left > 0) return false;
    this.left = this.gap();
    return true;
  }

  private gap(): number {
    if (this.ratio >= 1) return 1;
    if (this.ratio <= 0) return Number.POSITIVE_INFINITY;
    return 1 + Math.floor(this.random.exponential(1) / -Math.log1p(-this.ratio));
  }
}

const expectedStatuses = (expected: readonly number[] | undefined): Uint8Array => {
  const table = new Uint8Array(1000);
  if (expected === undefined) table.fill(1, 200, 400);
  else for (const status of expected) table[status] = 1;
  return table;
};

/** Whether `actual` has all that `expected` has: objects may have more keys, all else is equal. */
const contains = (actual: unknown, expected: unknown): boolean => {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => contains(actual[index], item))
    );
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null) return false;
    return Object.entries(expected).every(
      ([key, value]) => Object.hasOwn(actual, key) && contains((actual as Record<string, unknown>)[key], value),
    );
  }
  return isDeepStrictEqual(actual, expected);
};
