import { describeThrown, systemClock } from '../../base/index.ts';
import type { RaceEvent } from '../../race/index.ts';
import { type LiveHead, plainText } from '../../report/index.ts';
import { readPageAssets } from '../race/page-assets.ts';
import type { Io } from '../terminal/io.ts';
import { buildLiveMessage } from './live-messages.ts';
import { openLivePage } from './live-page.ts';

export interface RacePage extends AsyncDisposable {
  show(event: RaceEvent): void;
  /** Shows the verdict and the report to the viewers. */
  end(sentence: string, report: string | undefined): Promise<void>;
  fail(error: unknown): Promise<void>;
}

/** The page of `pitwall race --web`; its address goes to standard error. */
export const openRacePage = async (head: LiveHead, port: number, io: Io): Promise<RacePage> => {
  const page = await openLivePage(port, head, readPageAssets('live'), systemClock);
  io.stderr(`Watch it at ${page.url}\n`);
  return {
    show(event) {
      const message = buildLiveMessage(event);
      if (message !== undefined) page.send(message);
    },
    end: (sentence, report) => page.end(sentence, report),
    fail: (error) => page.end(plainText(describeThrown(error)), undefined),
    [Symbol.asyncDispose]: () => page[Symbol.asyncDispose](),
  };
};
