/** Builders of Postgres messages by name, for the tests of the tap. */
const message = (type: string, ...parts: readonly (string | Buffer | number)[]): Buffer => {
  const body = Buffer.concat(parts.map(toBytes));
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
/** Text ends with a zero byte, numbers are int32. */
const toBytes = (part: string | Buffer | number): Buffer => {
  if (typeof part === 'string') return Buffer.from(`${part}\0`);
  if (typeof part !== 'number') return part;
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(part);
  return bytes;
};
const preface = (code: number, rest: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([toBytes(rest.length + 8), toBytes(code), rest]);
const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

export const client = {
  startup: (version = 196608) => preface(version, Buffer.from('user\0test\0database\0postgres\0\0')),
  sslRequest: () => preface(80877103),
  gssRequest: () => preface(80877104),
  cancel: () => preface(80877102, Buffer.alloc(8, 1)),
  password: (text = 'secret') => message('p', text),
  query: (sql: string) => message('Q', sql),
  parse: (sql: string, name = '') => message('P', name, sql, int16(0)),
  bind: (name = '', portal = '') => message('B', portal, name, int16(0), int16(0), int16(0)),
  describe: (kind: 'S' | 'P' = 'P', name = '') => message('D', Buffer.from(kind), name),
  execute: (portal = '') => message('E', portal, 0),
  close: (name: string, kind: 'S' | 'P' = 'S') => message('C', Buffer.from(kind), name),
  sync: () => message('S'),
  flush: () => message('H'),
  copyData: (data: Buffer) => message('d', data),
  copyDone: () => message('c'),
  copyFail: () => message('f', 'no'),
  terminate: () => message('X'),
};

export const server = {
  auth: (code: number, rest: Buffer = Buffer.alloc(0)) => message('R', code, rest),
  parameter: (name: string, value: string) => message('S', name, value),
  keyData: (secretBytes = 4) => message('K', 4711, Buffer.alloc(secretBytes, 7)),
  ready: (status: 'I' | 'T' | 'E' = 'I') => message('Z', Buffer.from(status)),
  parseComplete: () => message('1'),
  bindComplete: () => message('2'),
  closeComplete: () => message('3'),
  parameterDescription: () => message('t', int16(0)),
  rowDescription: () => message('T', int16(0)),
  noData: () => message('n'),
  row: (data: Buffer = Buffer.alloc(20)) => message('D', data),
  complete: (tag = 'SELECT 1') => message('C', tag),
  empty: () => message('I'),
  error: () => message('E', Buffer.from('SERROR\0C42601\0Mno\0\0')),
  notice: () => message('N', Buffer.from('SNOTICE\0\0')),
  notification: () => message('A', 1, 'channel', 'payload'),
  copyIn: () => message('G', Buffer.from([0]), int16(0)),
  copyOut: () => message('H', Buffer.from([0]), int16(0)),
  copyData: (data: Buffer) => message('d', data),
  copyDone: () => message('c'),
  negotiate: () => message('v', 196608, 0),
};

export const join = (...messages: readonly Buffer[]): Buffer => Buffer.concat(messages);
