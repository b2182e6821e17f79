import type { FastifyInstance, FastifyReply } from 'fastify';
import { describeThrown } from '../../base/index.ts';
import {
  formatComparePage,
  formatHistoryPage,
  formatHtml,
  formatTrendPage,
  type Page,
  type PageAssets,
  raceView,
} from '../../report/index.ts';
import { compareRaces, type RaceResult, raceFolders, readRace } from '../../result/index.ts';
import { startWebServer, type WebServer } from './web-server.ts';

export interface HistoryAssets {
  readonly report: PageAssets;
}

/** Serves the races of a folder on loopback. Races are read anew for each page, so that new ones appear. */
export const openStoredRaces = (port: number, resultsFolder: string, { report }: HistoryAssets): Promise<WebServer> => {
  // These pages only show; they share the report's styles and need no script.
  const plain: PageAssets = { script: '', style: report.style };
  return startWebServer(port, (app: FastifyInstance) => {
    app.get<{ Querystring: { words?: string } }>('/', ({ query }, reply) => {
      const { races, unreadable } = readStoredRaces(resultsFolder);
      return sendPage(reply, formatHistoryPage(races, unreadable, { words: writeText(query.words) }, plain));
    });
    app.get<{ Params: { id: string } }>('/race/:id', ({ params }, reply) => {
      // Only what the folder's own list names is ever read: an id is compared, not used as a path.
      const race = readStoredRaces(resultsFolder).races.find(({ id }) => id === params.id);
      if (race === undefined) return reply.callNotFound();
      return reply
        .type('text/html; charset=utf-8')
        .removeHeader('content-security-policy')
        .send(formatHtml(raceView(race, { times: '×' }), report));
    });
    app.get<{ Params: { name: string } }>('/trend/:name', ({ params }, reply) =>
      sendPage(reply, formatTrendPage(readStoredRaces(resultsFolder).races, params.name, plain)),
    );
    app.get<{ Querystring: { before?: string; after?: string } }>('/compare', ({ query }, reply) => {
      const { races } = readStoredRaces(resultsFolder);
      const [before, after] = [query.before, query.after].map((id) => races.find((race) => race.id === id));
      if (before === undefined || after === undefined) {
        return reply.code(400).type('text/plain').send('Mark one race as before and another as after.\n');
      }
      return sendPage(reply, formatComparePage(compareRaces(before, after), plain));
    });
  });
};

const sendPage = (reply: FastifyReply, { html, policy }: Page): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(html);

/** A parameter that is given twice comes as a list. */
const writeText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200) : '');

const readStoredRaces = (
  resultsFolder: string,
): { readonly races: readonly RaceResult[]; readonly unreadable: readonly string[] } => {
  const races: RaceResult[] = [];
  const unreadable: string[] = [];
  for (const folder of raceFolders(resultsFolder)) {
    try {
      races.push(readRace(folder));
    } catch (error) {
      unreadable.push(describeThrown(error));
    }
  }
  return { races, unreadable };
};
