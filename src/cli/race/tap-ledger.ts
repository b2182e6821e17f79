import type { LedgerSnapshot, LinkSnapshot, TimeSummary } from '../../wire/index.ts';

/** The ledger as text: counts, times, the statements and the shapes of the round trips that took most. */
export const formatLedger = (ledger: LedgerSnapshot, link: LinkSnapshot): string => {
  const { tcp, tls, auth } = ledger.connectRoundTrips;
  const connecting = `TCP ${tcp}, TLS ${tls}, login ${auth ?? 'not seen through TLS'}`;
  // Which message groups of a pipeline the client waits for depends on the server's speed.
  const atLeast = ledger.overlapped > 0 ? 'at least ' : '';
  const rows: [string, string][] = [
    ['round trips', `${atLeast}${ledger.roundTrips} (connecting: ${connecting})`],
    ['ReadyForQuery', String(ledger.readyForQuery)],
    ['statements', `${ledger.statements} (simple ${ledger.simpleQueries}, executes ${ledger.executes})`],
    ['prepares', String(ledger.prepares)],
    ['connections', `${ledger.connects} opened, ${ledger.connectionsNow} now, ${ledger.connectionsPeak} at most`],
    ['bytes', `${ledger.bytesUp} up, ${ledger.bytesDown} down`],
    ['messages', `${ledger.messagesUp} up, ${ledger.messagesDown} down`],
    ['server time', formatTimes(ledger.serverTime)],
    ['stream time', formatTimes(ledger.streamTime)],
    ['client gap', formatTimes(ledger.clientGap)],
    ['transactions', formatTimes(ledger.transactions)],
    ['holds', formatTimes(ledger.holds)],
  ];
  for (const [name, count] of [
    ['overlapped', ledger.overlapped],
    ['errors', ledger.errors],
    ['cancels', ledger.cancels],
    ['COPY', ledger.copies],
    ['encrypted', ledger.encrypted],
  ] as const) {
    if (count > 0) rows.push([name, String(count)]);
  }
  for (const { reason, connections } of ledger.unparsedReasons) {
    rows.push(['not parsed', `${connections} connections, forwarded all the same: ${reason}`]);
  }
  if (link.rtt !== undefined) rows.push(['link', `asked ${link.askedRttMs} ms; ${formatTimes(link.rtt)}`]);
  const statements = [...ledger.statementTexts]
    .sort((a, b) => b.queries + b.executes - (a.queries + a.executes))
    .slice(0, 10)
    .map(({ text, queries, executes, prepares }) => {
      const prepared = prepares > 0 ? `, prepared ${prepares} x` : '';
      return `  ${queries + executes} x${prepared}  ${oneLine(text)}`;
    });
  const shapes = ledger.shapes.slice(0, 10).map(({ shape, count }) => `  ${count} x  ${shape}`);
  return [
    ...rows.map(([name, value]) => `${name.padEnd(nameWidth)}${value}`),
    ...(statements.length > 0 ? ['', 'statements', ...statements] : []),
    ...(shapes.length > 0 ? ['', 'round trips by client messages / server messages', ...shapes] : []),
    '',
  ].join('\n');
};

const formatTimes = ({ count, meanMs, p50Ms, p99Ms, maxMs }: TimeSummary): string =>
  count === 0
    ? 'none'
    : `mean ${meanMs.toFixed(3)} ms, p50 ${p50Ms.toFixed(3)}, p99 ${p99Ms.toFixed(3)}, max ${maxMs.toFixed(3)} (${count})`;

const nameWidth = 15;

/** Statement texts come from the wire: control characters would rule the terminal. */
const oneLine = (text: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const plain = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  return plain.length > 100 ? `${plain.slice(0, 99)}…` : plain || '(empty)';
};
