import { exactly, type Quantity } from './quantity.ts';
import type { CalibrationOfRace } from './race-facts.ts';
import type { RaceLinks } from './race-links.ts';

/** What a lone request takes beyond its parts; its links are late by what the relay alone needs. */
export const hopMsOf = (
  { latencyMs, underLoad }: CalibrationOfRace,
  parts: { cpuMs: number; waitMs: number; links: RaceLinks },
): number => {
  if (latencyMs === undefined) return 0;
  const turns = underLoad.turnarounds;
  const { links } = parts;
  const linksMs =
    links.aloneMs('client-proxy') + links.aloneMs('proxy-server') + turns * links.aloneMs('server-database');
  return Math.max(0, latencyMs - linksMs - parts.cpuMs - parts.waitMs) / turns;
};

/**
 * CPU of a login: at the server, the time between the far side's answer and the next message, less the link and the hop that each round
 * trip takes; at the pooler, its time for an answer. Both are key derivation, which waits for nothing. The TLS handshake is not in it.
 */
export const loginOf = (
  { waterfall = [] }: CalibrationOfRace,
  links: RaceLinks,
  hopMs: number,
): { readonly cpuMs?: { readonly server: Quantity; readonly pooler: Quantity } } => {
  const steps = waterfall.map((turn, index) => ({ ...turn, next: waterfall[index + 1] }));
  const logins = steps.filter(({ up }) => /^[>p]/.test(up));
  if (logins.length === 0) return {};
  const linkMs = links.aloneMs('server-database');
  const serverMs = logins.reduce((sum, { startMs = 0, serverMs: far = 0, streamMs = 0, next }) => {
    const gapMs = (next?.startMs ?? startMs + far + streamMs) - startMs - far - streamMs;
    return sum + Math.max(0, gapMs - linkMs - hopMs);
  }, 0);
  const farMs = logins.reduce((sum, { serverMs: far = 0 }) => sum + far, 0);
  return { cpuMs: { server: exactly(serverMs), pooler: exactly(farMs) } };
};
