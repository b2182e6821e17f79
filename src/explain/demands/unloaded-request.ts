import { type Estimate, exactly } from './estimate.ts';
import type { CalibrationOfRace } from './race-facts.ts';
import type { RaceLinks } from './race-links.ts';

/** What an unloaded request takes beyond links, CPU and the wait for the database: processes that have to be woken on the way. */
export interface EntryWakeUps {
  /** For each round trip to the database. */
  readonly turnMs: number;
  /** Once, between the client and the server; 0 where what the server waits for cannot be told from it. */
  readonly entryMs: number;
}

/** What is known of the rest of an unloaded request; the links are late by what the relay alone needs. */
export interface LoneParts {
  /** All components'. */
  readonly cpuMs: number;
  /** The part of it that is spent while the server holds a connection. */
  readonly heldCpuMs: number;
  readonly waitMs: number;
  readonly links: RaceLinks;
}

export const countEntryWakeUps = (calibration: CalibrationOfRace, parts: LoneParts): EntryWakeUps => {
  const { latencyMs, underLoad } = calibration;
  if (latencyMs === undefined) return { turnMs: 0, entryMs: 0 };
  const { links, cpuMs, heldCpuMs, waitMs } = parts;
  const turns = underLoad.roundTrips;
  const toDatabaseMs = turns * links.aloneMs('server-database');
  const linksMs = links.aloneMs('client-proxy') + links.aloneMs('proxy-server') + toDatabaseMs;
  const allMs = Math.max(0, latencyMs - linksMs - cpuMs - waitMs);
  // Without a round trip nothing is shared out over them.
  if (turns === 0) return { turnMs: 0, entryMs: allMs };
  const spanMs = measureSpan(calibration);
  if (spanMs === undefined) return { turnMs: allMs / turns, entryMs: 0 };
  // The tap stands at the database's end of the link: of the span that it sees, half a round trip is missing at either end.
  const heldMs = spanMs + links.aloneMs('server-database') - toDatabaseMs - heldCpuMs - waitMs;
  const insideMs = Math.min(allMs, Math.max(0, heldMs));
  return { turnMs: insideMs / turns, entryMs: allMs - insideMs };
};

/**
 * The time from a request's first message to the database to the last answer, as the tap saw it; undefined where a request used several
 * connections or opened one. A pause of the server can end what counts as a hold, so a mean hold far below the one request that was kept
 * is none of a whole request.
 */
const measureSpan = ({ holdMs, waterfall = [], connectRoundTrips: { tcp, tls, auth = 0 } }: CalibrationOfRace) => {
  const last = waterfall.at(-1);
  if (last?.startMs === undefined || tcp + tls + auth >= 1) return undefined;
  const keptMs = last.startMs + (last.serverMs ?? 0) + (last.streamMs ?? 0);
  return holdMs !== undefined && holdMs >= 0.7 * keptMs ? holdMs : keptMs;
};

/**
 * CPU of a login: at the server, the time between the database side's answer and the next message, less the link and the wake-up latency of each
 * round trip; at the pooler, its time for an answer. Both are key derivation, which waits for nothing. The TLS handshake is not in it.
 */
export const estimateLoginCpu = (
  { waterfall = [] }: CalibrationOfRace,
  links: RaceLinks,
  wakeUpMs: number,
): { readonly cpuMs?: { readonly server: Estimate; readonly pooler: Estimate } } => {
  const steps = waterfall.map((turn, index) => ({ ...turn, next: waterfall[index + 1] }));
  const logins = steps.filter(({ up }) => /^[>p]/.test(up));
  if (logins.length === 0) return {};
  const linkMs = links.aloneMs('server-database');
  const serverMs = logins.reduce((sum, { startMs = 0, serverMs: far = 0, streamMs = 0, next }) => {
    const gapMs = (next?.startMs ?? startMs + far + streamMs) - startMs - far - streamMs;
    return sum + Math.max(0, gapMs - linkMs - wakeUpMs);
  }, 0);
  const farMs = logins.reduce((sum, { serverMs: far = 0 }) => sum + far, 0);
  return { cpuMs: { server: exactly(serverMs), pooler: exactly(farMs) } };
};
