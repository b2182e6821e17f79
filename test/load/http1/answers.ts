import fc from 'fast-check';

/** An answer as it goes over the wire, with what a client should make of it. */
export interface WireAnswer {
  readonly bytes: Buffer;
  readonly isHead: boolean;
  /** The end of the connection is the end of the body. */
  readonly needsClose: boolean;
  readonly status: number;
  readonly isKeptAlive: boolean;
  readonly body: Buffer;
}

const headerName = fc.constantFrom(
  'Date',
  'Server',
  'X-Request-Id',
  'etag',
  'content-type',
  'connection-info',
  'x-transfer-coded',
);
const headerValue = fc.constantFrom(
  '',
  'a',
  'Tue, 24 Nov 2026 07:18:18 GMT',
  '"6b053a39-dac"',
  'a: b; c="d, e"',
  '\tx \t',
  'caf\xe9',
);
const otherHeaders = fc.array(fc.tuple(headerName, headerValue), { maxLength: 6 });
const bodyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const spelled = (name: string) => fc.constantFrom(name, name.toLowerCase(), name.toUpperCase());
const blank = fc.constantFrom('', ' ', '  ', '\t');
const reason = fc.constantFrom('', ' ', ' OK', ' Not Found', ' caf\xe9');

const chunked = (parts: readonly Buffer[], extension: string, trailers: string): Buffer =>
  Buffer.concat([
    ...parts
      .filter(({ length }) => length > 0)
      .flatMap((part) => [Buffer.from(`${part.length.toString(16)}${extension}\r\n`), part, Buffer.from('\r\n')]),
    Buffer.from(`0\r\n${trailers}\r\n`),
  ]);

const interim = fc.constantFrom(
  '',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n',
);

type Framing =
  | { readonly kind: 'length'; readonly name: string; readonly before: string; readonly after: string }
  | {
      readonly kind: 'chunks';
      readonly name: string;
      readonly cut: number;
      readonly extension: string;
      readonly trailers: string;
    }
  | { readonly kind: 'close' };

const framing: fc.Arbitrary<Framing> = fc.oneof(
  fc.record({
    kind: fc.constant('length' as const),
    name: spelled('Content-Length'),
    before: blank,
    after: fc.constantFrom('', ' ', '  '),
  }),
  fc.record({
    kind: fc.constant('chunks' as const),
    name: spelled('Transfer-Encoding'),
    cut: fc.nat(300),
    extension: fc.constantFrom('', ';a', ';a=b', ';a="b"'),
    trailers: fc.constantFrom('', 'Expires: never\r\n', 'a: b\r\nc: d\r\n'),
  }),
  fc.record({ kind: fc.constant('close' as const) }),
);

/** Answers that keep to RFC 9112, in all its forms. */
export const wireAnswer: fc.Arbitrary<WireAnswer> = fc
  .record({
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'),
    status: fc.constantFrom(200, 200, 201, 204, 304, 404, 500, 599),
    connection: fc.constantFrom('', 'close', 'keep-alive', 'Keep-Alive', 'upgrade, close'),
    interim,
    reason,
    others: otherHeaders,
    framing,
    body: bodyBytes,
    isHead: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
  })
  .map(({ version, status, connection, interim: before, reason: phrase, others, framing: how, body, isHead }) => {
    const hasBody = !isHead && status !== 204 && status !== 304;
    const lines = [`${version} ${status}${phrase}`];
    for (const [name, value] of others) lines.push(`${name}: ${value}`);
    if (connection !== '') lines.push(`Connection: ${connection}`);
    if (how.kind === 'length') lines.push(`${how.name}:${how.before}${body.length}${how.after}`);
    if (how.kind === 'chunks') lines.push(`${how.name}: chunked`);
    const head = Buffer.from(`${before}${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    const payload =
      how.kind === 'chunks'
        ? chunked([body.subarray(0, how.cut), body.subarray(how.cut)], how.extension, how.trailers)
        : body;
    const needsClose = hasBody && how.kind === 'close';
    const asks = connection.toLowerCase();
    return {
      bytes: hasBody ? Buffer.concat([head, payload]) : head,
      isHead,
      needsClose,
      status,
      isKeptAlive: !needsClose && !asks.includes('close') && (version === 'HTTP/1.1' || asks === 'keep-alive'),
      body: hasBody ? body : Buffer.alloc(0),
    };
  });

/** Cuts bytes at the given places, in whatever order they come. */
export const cutAt = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const sorted = [...new Set(places.map((place) => (bytes.length === 0 ? 0 : place % bytes.length)))].toSorted(
    (a, b) => a - b,
  );
  const edges = [0, ...sorted, bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
};
