import { type LoadJob, loadJob } from '../../load/index.ts';
import type { UrlPlan, UrlTarget, WorkloadRequest } from '../../plan/index.ts';

/** The one request that a server is loaded with. */
export const buildRequest = (
  { headers, method, body }: UrlPlan,
  { path, credentials }: UrlTarget,
): WorkloadRequest & { readonly headers: Record<string, string> } => ({
  method,
  path,
  headers: {
    Accept: '*/*',
    'User-Agent': 'pitwall',
    ...(credentials === undefined ? {} : { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...headers,
  },
  ...(body === undefined ? {} : { body }),
});

/** The load of one round. @throws PitwallError `load.invalid` where the request cannot be sent, such as a header with a line break. */
export const buildUrlJob = (plan: UrlPlan, target: UrlTarget): LoadJob =>
  loadJob({
    target: { host: target.host, port: target.port },
    authority: target.authority,
    ...(target.isTls ? { tls: { isVerified: plan.isVerified, serverName: target.host } } : {}),
    requests: [buildRequest(plan, target)],
    model: { kind: 'closed', connections: plan.connections },
    stop: { durationMs: plan.durationMs },
    warmupMs: plan.warmupMs,
    timeoutMs: plan.timeoutMs,
    seed: plan.seed,
  });
