import type { Limit, Network, RequestStep } from '../../src/explain/index.ts';
import type { Random } from '../../src/stats/index.ts';

export const serve = (station: string, ms: number): RequestStep => ({ kind: 'serve', station, ms });
export const delay = (name: string, ms: number): RequestStep => ({ kind: 'delay', name, ms });
export const limit = (name: string, slots: number, stages: readonly RequestStep[], copies = 1): RequestStep => ({
  kind: 'limit',
  name,
  slots,
  copies,
  stages,
});
export const repeat = (times: number, stages: readonly RequestStep[]): RequestStep => ({
  kind: 'repeat',
  times,
  stages,
});

const choiceOf = (random: Random, copies: number): NonNullable<Limit['choice']> => {
  const kind = random.integer(4);
  if (kind < 2) return kind === 0 ? 'even' : 'random';
  const parts = Array.from({ length: copies }, () => 0.05 + random.uniform());
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
};

/** Any network that the language can say, within what a server could look like. */
export const randomNetwork = (random: Random): Network => {
  const stations: Record<string, { servers: number }> = {};
  const stationCount = 1 + random.integer(4);
  for (let index = 0; index < stationCount; index += 1) stations[`s${index}`] = { servers: 1 + random.integer(4) };
  let limits = 0;
  const time = (): number => random.lognormal(0, 2);
  const stagesAt = (depth: number): readonly RequestStep[] =>
    Array.from({ length: 1 + random.integer(3) }, () => {
      const kind = random.integer(depth < 3 ? 5 : 2);
      if (kind === 0) return delay(`d${random.integer(3)}`, time());
      if (kind === 1) return serve(`s${random.integer(stationCount)}`, time());
      if (kind === 2) return repeat(1 + random.integer(5), stagesAt(depth + 1));
      limits += 1;
      const name = `l${limits}`;
      const slots = random.uniform() < 0.1 ? Number.POSITIVE_INFINITY : 1 + random.integer(12);
      const copies = random.uniform() < 0.3 ? 2 + random.integer(3) : 1;
      const choice = choiceOf(random, copies);
      return { kind: 'limit', name, slots, copies, choice, stages: stagesAt(depth + 1) } as const;
    });
  return {
    connections: 1 + random.integer(30),
    stations,
    stages: [delay('think', random.uniform() < 0.3 ? 0 : time()), serve('s0', time()), ...stagesAt(0)],
  };
};
