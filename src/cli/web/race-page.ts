import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, systemClock } from '../../base/index.ts';
import type { Plan } from '../../plan/index.ts';
import type { RaceEvent } from '../../race/index.ts';
import { formatHtml, plainText, raceView } from '../../report/index.ts';
import type { RaceResult } from '../../result/index.ts';
import type { Io } from '../io.ts';
import { readPageAssets } from '../page-assets.ts';
import { liveHeadOf, liveMessageOf } from './live-messages.ts';
import { openLivePage } from './live-page.ts';

export interface RacePage extends AsyncDisposable {
  show(event: RaceEvent): void;
  /** Writes report.html into the race's folder and shows it to the viewers. */
  end(folder: string, result: RaceResult): Promise<void>;
  fail(error: unknown): Promise<void>;
}

/** The page of `pitwall race --web`; its address goes to standard error. */
export const openRacePage = async (plan: Plan, port: number, io: Io): Promise<RacePage> => {
  const page = await openLivePage(port, liveHeadOf(plan), readPageAssets('live'), systemClock);
  io.stderr(`Watch it at ${page.url}\n`);
  return {
    show(event) {
      const message = liveMessageOf(event);
      if (message !== undefined) page.send(message);
    },
    async end(folder, result) {
      const view = raceView(result, { times: '×' });
      const report = formatHtml(view, readPageAssets('report'));
      writeFileSync(join(folder, 'report.html'), report);
      await page.end(view.headline.sentence, report);
    },
    fail: (error) => page.end(plainText(messageOf(error)), undefined),
    [Symbol.asyncDispose]: () => page[Symbol.asyncDispose](),
  };
};
