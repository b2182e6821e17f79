import { PitwallError, present, systemClock } from '../../base/index.ts';
import { isUrlArgument, planUrls } from '../../plan/index.ts';
import { runUrlRace } from '../../race/index.ts';
import { buildLiveHead } from '../web/live-messages.ts';
import type { PlannedRace, RaceSettings } from './plan-race.ts';

/** What only a race of URLs is asked: the request that each server gets. */
export interface UrlRaceFlags {
  readonly header?: readonly string[];
  readonly method?: string;
  readonly body?: string;
  readonly insecure?: true;
}

export const requestFlagNames: ReadonlySet<string> = new Set(['header', 'method', 'body', 'insecure']);

/** What a server that pitwall did not start does not have, by the flag that would change it. */
const lacking = {
  scale: 'a running server has its own data',
  only: 'give the URLs that are to race',
  aa: 'give the same URL twice, under two names (a=URL b=URL)',
} as const;

/** @throws PitwallError `usage.invalid`. */
export const planUrlRace = (args: readonly string[], settings: RaceSettings): PlannedRace => {
  const { io, overrides, before, results, header, method, body, insecure } = settings;
  const other = args.find((text) => !isUrlArgument(text));
  if (other !== undefined) {
    throw new PitwallError(
      'usage.invalid',
      `"${other.slice(0, 200)}" is no URL such as http://localhost:8080/path; a race is of URLs or of a plan.`,
    );
  }
  const { scale, only, aa, ...changes } = overrides;
  for (const [flag, value] of Object.entries({ scale, only, aa })) {
    if (value !== undefined)
      throw new PitwallError(
        'usage.invalid',
        `--${flag} does not go with URLs: ${lacking[flag as keyof typeof lacking]}.`,
      );
  }
  const plan = planUrls(args.length > 0 ? args : recallUrls(before), {
    overrides: changes,
    isVerified: insecure !== true,
    ...(header === undefined ? {} : { headers: header }),
    ...(method === undefined ? {} : { method }),
    ...(body === undefined ? {} : { body }),
  });
  return {
    head: buildLiveHead(plan),
    run: (onEvent) =>
      runUrlRace(plan, {
        resultsFolder: results,
        overrides,
        ...(settings.resume === undefined || before === undefined ? {} : { resume: before.folder }),
        ...present('prolongTo', settings.prolongTo),
        clock: systemClock,
        signal: io.signal,
        onEvent,
      }),
  };
};

/** The URLs of a race that is resumed or repeated. The values of their queries were not kept. */
const recallUrls = (before: RaceSettings['before']): readonly string[] => {
  const urls = Object.entries(before?.result.plan.urls ?? {});
  const hidden = urls.find(([, url]) => url.includes('?'));
  // A name with a slash in it was made from the URL, and is again.
  if (hidden === undefined) return urls.map(([name, url]) => (/[=/]/.test(name) ? url : `${name}=${url}`));
  throw new PitwallError(
    'usage.invalid',
    `The values in ${hidden[1]} were not kept with the race: give all URLs again, after --resume or --repeat.`,
  );
};
