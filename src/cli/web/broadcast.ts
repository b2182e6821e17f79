import type { ServerResponse } from 'node:http';

/** Server-sent events to any number of viewers, each of whom gets all of them, whenever it comes. */
export interface Broadcast<Message> {
  send(message: Message): void;
  /** Starts an event stream; events up to `lastId`, which the viewer has, are left out. */
  add(response: ServerResponse, lastId: number): void;
  readonly viewers: number;
  close(): void;
}

export interface BroadcastOptions<Message> {
  /** Whether a message that came before is worth nothing once `next` is there: viewers that come later do without. */
  readonly isOutdated: (old: Message, next: Message) => boolean;
  /** A viewer that is this far behind, what it caught up with apart, is let go: it does not read. @default 1 MiB */
  readonly mostBehindBytes?: number;
}

/** Each message is written down once as text; a viewer costs one write of it and no memory of its own. */
export const createBroadcast = <Message>({
  isOutdated,
  mostBehindBytes = 1_048_576,
}: BroadcastOptions<Message>): Broadcast<Message> => {
  let kept: { readonly id: number; readonly message: Message; readonly text: string }[] = [];
  let lastId = 0;
  /** Each with the length of what it was given at its beginning. */
  const viewers = new Map<ServerResponse, number>();
  return {
    send(message) {
      lastId += 1;
      const text = `id: ${lastId}\ndata: ${JSON.stringify(message)}\n\n`;
      kept = [...kept.filter((old) => !isOutdated(old.message, message)), { id: lastId, message, text }];
      for (const [viewer, caughtUp] of viewers) {
        viewer.write(text);
        if (viewer.writableLength > mostBehindBytes + caughtUp) viewer.destroy();
      }
    },
    add(response, seenId) {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
      response.on('close', () => viewers.delete(response));
      // An id beyond the last is of another race on the same port: the viewer begins anew.
      const from = seenId > lastId ? 0 : seenId;
      const missed = kept.filter(({ id }) => id > from).map(({ text }) => text);
      const text = `retry: 1000\n\n${missed.join('')}`;
      viewers.set(response, Buffer.byteLength(text));
      response.write(text);
    },
    get viewers() {
      return viewers.size;
    },
    close() {
      for (const viewer of viewers.keys()) viewer.end();
      viewers.clear();
    },
  };
};
