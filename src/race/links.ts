import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LinkPlace, Plan } from '../plan/index.ts';
import type { OpenLink, StageContext } from '../stage/index.ts';
import { startTapProcess, type TapProcess, type TapSettings } from './tap-process.ts';

/**
 * How much the wire between server and database is looked at: `none` unless a link lies there anyway,
 * `passthrough` counts round trips and leaves TLS alone, `messages` takes TLS off with the database's certificate.
 */
export type TapMode = 'none' | 'passthrough' | 'messages';

/** The links and taps of one stage, opened as the stage asks for them. */
export interface StageLinks {
  readonly open: OpenLink;
  /** Those that were opened, by place. */
  readonly opened: ReadonlyMap<LinkPlace, TapProcess>;
}

export const createLinks = (context: StageContext, plan: Plan, mode: TapMode): StageLinks => {
  const opened = new Map<LinkPlace, TapProcess>();
  return {
    opened,
    async open(place, component, upstream, logFile) {
      const settings = await settingsOf(context, plan, place, mode);
      if (settings === undefined) return undefined;
      const tap = await startTapProcess(context, component, upstream, settings, logFile);
      opened.set(place, tap);
      return tap;
    },
  };
};

const settingsOf = async (
  context: StageContext,
  plan: Plan,
  place: LinkPlace,
  mode: TapMode,
): Promise<TapSettings | undefined> => {
  const link = plan.links[place];
  const tapped = place === 'server-database';
  if (link === undefined && !(tapped && mode !== 'none')) return undefined;
  return {
    ...link,
    seed: plan.seed,
    count: tapped ? 'messages' : 'none',
    ...(tapped && mode === 'messages' ? { tls: 'terminate', ...(await writeCertificate(context)) } : {}),
  };
};

const writeCertificate = async ({ runFolder, databaseCertificate }: StageContext) => {
  const files = { keyFile: join(runFolder, 'tap.key'), certFile: join(runFolder, 'tap.crt') };
  await writeFile(files.keyFile, databaseCertificate.key, { mode: 0o600 });
  await writeFile(files.certFile, databaseCertificate.cert);
  return files;
};
