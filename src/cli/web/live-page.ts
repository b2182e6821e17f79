import { type Clock, sleepMs } from '../../base/index.ts';
import { formatLivePage, type LiveHead, type LiveMessage, type PageAssets } from '../../report/index.ts';
import { createBroadcast } from './broadcast.ts';
import { startWebServer } from './web-server.ts';

export interface LivePage extends AsyncDisposable {
  readonly url: string;
  send(message: LiveMessage): void;
  /** Tells the viewers that the race is over, and gives those who are there the time to fetch its report. */
  end(sentence: string, report: string | undefined): Promise<void>;
}

/** How long viewers have to fetch the report before the race's program ends. */
const farewellMs = 3_000;

/** Serves the live page of a race on loopback. @param port 0 lets the system choose. */
export const openLivePage = async (
  port: number,
  head: LiveHead,
  assets: PageAssets,
  clock: Clock,
): Promise<LivePage> => {
  const page = formatLivePage(head, assets);
  let report: string | undefined;
  let fetched = 0;
  const broadcast = createBroadcast<LiveMessage>({
    // The seconds of a round that is over are of no use; nor is what was done before the last thing that is done.
    isOutdated: (old, next) =>
      (old.kind === 'tick' && next.kind === 'round-ended') || (old.kind === 'note' && next.kind === 'note'),
  });
  const server = await startWebServer(port, (app) => {
    app.get('/', (_, reply) =>
      reply.type('text/html; charset=utf-8').header('content-security-policy', page.policy).send(page.html),
    );
    app.get('/events', (request, reply) => {
      reply.hijack();
      broadcast.add(reply.raw, Number(request.headers['last-event-id'] ?? 0) || 0);
    });
    app.get('/report', (_, reply) => {
      if (report === undefined) return reply.callNotFound();
      fetched += 1;
      // Its own policy, in the file, is stricter than one for all pages could be.
      return reply.type('text/html; charset=utf-8').removeHeader('content-security-policy').send(report);
    });
  });
  return {
    url: server.url,
    send: (message) => broadcast.send(message),
    async end(sentence, html) {
      report = html;
      const expected = broadcast.viewers;
      broadcast.send({ kind: 'ended', sentence, hasReport: html !== undefined });
      for (let waitedMs = 0; html !== undefined && fetched < expected && waitedMs < farewellMs; waitedMs += 50) {
        await sleepMs(clock, 50);
      }
    },
    async [Symbol.asyncDispose]() {
      broadcast.close();
      await server[Symbol.asyncDispose]();
    },
  };
};
