import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Random } from '../stats/index.ts';
import type { AnswerSink } from './http1/answer-framer.ts';
import type { LoadJob } from './job.ts';
import type { Lane } from './lane.ts';
import type { SampledAnswer } from './types.ts';

export type Verdict = 'ok' | 'status' | { readonly wrong: string };

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
  private sampledBytes = 0;

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
    const isSample = this.untilSample.hits();
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
      collector = new Collector();
      this.collectors.set(lane.id, collector);
    }
    collector.begin(isSample, isJson);
    return collector;
  }

  judge(lane: Lane): Verdict {
    const collector = this.collectors.size === 0 ? undefined : this.takeCollector(lane);
    if (collector?.isSample) this.keep(lane, collector);
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

  private judgeBody(collector: Collector): Verdict {
    const { sha256, json } = this.job.validators ?? {};
    if (sha256 !== undefined && createHash('sha256').update(collector.bytes()).digest('hex') !== sha256) {
      return { wrong: 'wrong body: another sha256' };
    }
    if (json === undefined || !collector.isJson) return 'ok';
    try {
      const actual: unknown = JSON.parse(Buffer.from(collector.bytes()).toString('utf8'));
      return contains(actual, json.contains) ? 'ok' : { wrong: 'wrong body: JSON without the expected content' };
    } catch {
      return { wrong: 'wrong body: not JSON' };
    }
  }

  private keep(lane: Lane, collector: Collector): void {
    const bytes = collector.bytes();
    if (this.sampledBytes + bytes.length > this.job.sampleBytes) return;
    this.sampledBytes += bytes.length;
    this.samples.push({
      requestIndex: lane.requestIndex,
      status: lane.status,
      headers: { ...lane.headers },
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

class Collector implements AnswerSink {
  isCollecting = false;
  isSample = false;
  isJson = false;
  private buffer = new Uint8Array(4096);
  private length = 0;

  begin(isSample: boolean, isJson: boolean): void {
    this.isCollecting = true;
    this.isSample = isSample;
    this.isJson = isJson;
    this.length = 0;
  }

  body(bytes: Uint8Array, from: number, to: number): void {
    const needed = this.length + to - from;
    if (needed > this.buffer.length) {
      const grown = new Uint8Array(needed * 2);
      grown.set(this.buffer.subarray(0, this.length));
      this.buffer = grown;
    }
    this.buffer.set(bytes.subarray(from, to), this.length);
    this.length = needed;
  }

  /** A view that the next answer overwrites. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
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
