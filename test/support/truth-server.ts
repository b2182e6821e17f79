/*
 * A server whose queueing is known: m slots, service times drawn from a distribution, first come first served. Runs as a process
 * of its own (so that a test can stop it by signal) and prints its port. Argument: JSON of TruthOptions.
 *
 * A slot is a promise on time, not a timer: the end of each service is computed from when it could begin, so that late timers
 * delay an answer but never the capacity; and near an end the loop spins instead of sleeping.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRandom } from '../../src/stats/random.ts';

export interface TruthOptions {
  /** Infinity by default: a pure delay. */
  readonly slots?: number;
  readonly service: { readonly kind: 'fixed' | 'exponential'; readonly meanMs: number };
  readonly seed: number;
}

interface Pending {
  readonly endMs: number;
  readonly response: ServerResponse;
}

/** Answered at once: what its answers take is what the machine adds to each of the others. */
const probePath = '/now';
/** Timers are up to 1 ms late. */
const spinMs = 1.5;

const options = JSON.parse(process.argv[2] ?? '{}') as TruthOptions;
const random = createRandom(options.seed);
const freeAtMs = Array.from({ length: options.slots ?? 0 }, () => 0);
const pending: Pending[] = [];
let timer: NodeJS.Timeout | undefined;
let spin: NodeJS.Immediate | undefined;

const serviceMs = (): number =>
  options.service.kind === 'fixed' ? options.service.meanMs : random.exponential(options.service.meanMs);

/** When the slot that is free first is, and which it is. */
const firstFree = (): number => {
  let first = 0;
  for (let slot = 1; slot < freeAtMs.length; slot++) if (freeAtMs[slot]! < freeAtMs[first]!) first = slot;
  return first;
};

const insert = (item: Pending): void => {
  let at = pending.length;
  while (at > 0 && pending[at - 1]!.endMs > item.endMs) at--;
  pending.splice(at, 0, item);
};

const tick = (): void => {
  const nowMs = performance.now();
  while (pending.length > 0 && pending[0]!.endMs <= nowMs) pending.shift()!.response.end('ok');
  schedule();
};

const schedule = (): void => {
  // What ends first may have come last.
  clearTimeout(timer);
  clearImmediate(spin);
  if (pending.length === 0) return;
  const waitMs = pending[0]!.endMs - performance.now();
  if (waitMs > spinMs) timer = setTimeout(tick, Math.floor(waitMs - spinMs));
  else spin = setImmediate(tick);
};

const server = createServer({ keepAlive: true }, (request, response) => {
  if (request.url === probePath) {
    response.end('ok');
    return;
  }
  const nowMs = performance.now();
  let startMs = nowMs;
  let endMs: number;
  if (freeAtMs.length > 0) {
    const slot = firstFree();
    startMs = Math.max(nowMs, freeAtMs[slot]!);
    endMs = startMs + serviceMs();
    freeAtMs[slot] = endMs;
  } else {
    endMs = startMs + serviceMs();
  }
  response.setHeader('Content-Length', '2');
  insert({ endMs, response });
  schedule();
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
