/** A backend of HAProxy, its servers summed by HAProxy itself. Counts since it started. */
export interface HaproxyBackend {
  readonly name: string;
  /** Requests that wait for a server slot now. */
  readonly queued: number;
  readonly queuedPeak: number;
  /** Sessions on servers now. */
  readonly sessions: number;
  readonly sessionsPeak: number;
  /** Sum of the servers' `maxconn`; absent where there is none. */
  readonly sessionLimit?: number;
  readonly requests: number;
  readonly responses2xx: number;
  readonly responses4xx: number;
  readonly responses5xx: number;
  readonly connectionErrors: number;
  readonly responseErrors: number;
  readonly retries: number;
  /** Means over the last 1,024 requests, whole milliseconds: too coarse for short waits. */
  readonly queueMs: number;
  readonly connectMs: number;
  readonly responseMs: number;
  readonly totalMs: number;
}

export interface HaproxyReading {
  readonly backends: readonly HaproxyBackend[];
  /** Connections that clients hold open, over all frontends. */
  readonly frontendSessions: number;
}

/** Reads the CSV of `show stat` (section 9.1 of HAProxy's management guide). */
export const parseHaproxyStat = (csv: string): HaproxyReading => {
  const lines = csv.split('\n').filter((line) => line.trim() !== '');
  const names = (lines[0] ?? '').replace(/^# /, '').split(',');
  const rows = lines.slice(1).map((line) => {
    const cells = line.split(',');
    return new Map(names.map((name, index) => [name, cells[index] ?? '']));
  });
  const limits = new Map<string, number>();
  const backends: HaproxyBackend[] = [];
  let frontendSessions = 0;
  for (const row of rows) {
    const number = (name: string): number => Number(row.get(name) || 0);
    const proxy = row.get('pxname') ?? '';
    const service = row.get('svname');
    if (service === 'FRONTEND') frontendSessions += number('scur');
    else if (service !== 'BACKEND') limits.set(proxy, (limits.get(proxy) ?? 0) + number('slim'));
    else {
      const sessionLimit = limits.get(proxy) ?? 0;
      backends.push({
        name: proxy,
        queued: number('qcur'),
        queuedPeak: number('qmax'),
        sessions: number('scur'),
        sessionsPeak: number('smax'),
        ...(sessionLimit > 0 ? { sessionLimit } : {}),
        requests: number('stot'),
        responses2xx: number('hrsp_2xx'),
        responses4xx: number('hrsp_4xx'),
        responses5xx: number('hrsp_5xx'),
        connectionErrors: number('econ'),
        responseErrors: number('eresp'),
        retries: number('wretr'),
        queueMs: number('qtime'),
        connectMs: number('ctime'),
        responseMs: number('rtime'),
        totalMs: number('ttime'),
      });
    }
  }
  return { backends, frontendSessions };
};
