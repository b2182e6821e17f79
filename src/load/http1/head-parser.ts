/** What a caller wants of heads beyond framing. */
export interface HeadPolicy {
  /** Keeps the `Set-Cookie` values. @default false */
  readonly keepsCookies?: boolean;
}

/** Browsers keep some 180 of a host (RFC 6265, 6.1, asks for 50); what goes beyond them is passed over. */
const mostCookiesOfAnAnswer = 200;

const tab = 9;
const space = 32;
const comma = 44;
const colon = 58;
const del = 127;

/** RFC 9110 token characters: what a field name may consist of. */
const isToken = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  isToken[char.charCodeAt(0)] = 1;
}

const pickBytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const contentLengthName = pickBytes('content-length');
const transferEncodingName = pickBytes('transfer-encoding');
const connectionName = pickBytes('connection');
const setCookieName = pickBytes('set-cookie');

/** Reads status and header lines, without their line ends, and keeps what framing needs. A method returns what is wrong, or ''. */
export class HeadParser {
  status = 0;
  isKeptAlive = true;
  isChunked = false;
  /** -1 where there is none. */
  contentLength = -1;
  hasTransferEncoding = false;
  fields: Record<string, string> = {};
  cookies: string[] = [];
  private keepsFields = false;
  private saysClose = false;
  private hasField = false;
  private readonly policy: HeadPolicy;

  constructor(policy: HeadPolicy) {
    this.policy = policy;
  }

  begin(keepsFields: boolean): void {
    this.status = 0;
    this.isKeptAlive = true;
    this.isChunked = false;
    this.contentLength = -1;
    this.hasTransferEncoding = false;
    this.keepsFields = keepsFields;
    this.saysClose = false;
    this.hasField = false;
    if (keepsFields) this.fields = {};
    if (this.cookies.length > 0) this.cookies = [];
  }

  /** The lines after the last chunk: what is passed over before the first field of a head has no place here. */
  beginTrailer(): void {
    this.begin(false);
    this.hasField = true;
  }

  /** `HTTP/1.1 200 OK`; the reason may be missing. */
  statusLine(bytes: Uint8Array, from: number, to: number): string {
    // H T T P / 1 . (0|1) SP d d d [SP reason]
    const minor = bytes[from + 7]! - 48;
    if (
      to - from < 12 ||
      bytes[from] !== 72 ||
      bytes[from + 1] !== 84 ||
      bytes[from + 2] !== 84 ||
      bytes[from + 3] !== 80 ||
      bytes[from + 4] !== 47 ||
      bytes[from + 5] !== 49 ||
      bytes[from + 6] !== 46 ||
      (minor !== 0 && minor !== 1) ||
      bytes[from + 8] !== space ||
      (to - from > 12 && bytes[from + 12] !== space)
    ) {
      return 'bad status line';
    }
    let status = 0;
    for (let at = from + 9; at < from + 12; at++) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) return 'bad status line';
      status = status * 10 + digit;
    }
    if (status < 100) return 'bad status line';
    for (let at = from + 12; at < to; at++) if (isControl(bytes[at]!)) return 'bad status line';
    this.status = status;
    this.isKeptAlive = minor === 1;
    return '';
  }

  /** What is wrong with a field, before it is known whether it goes on in another line. */
  lineProblem(bytes: Uint8Array, from: number, to: number): string {
    if (isBlank(bytes[from]!) && !this.hasField) return '';
    let at = from;
    while (at < to && isToken[bytes[at]!] === 1) at++;
    if (at === from || bytes[at] !== colon || at >= to) return 'bad header line';
    for (; at < to; at++) if (isControl(bytes[at]!)) return 'bad header line';
    return '';
  }

  headerLine(bytes: Uint8Array, from: number, to: number): string {
    // Blanks before the first field are to be passed over with their line (RFC 9112, 2.2).
    if (!this.hasField && isBlank(bytes[from]!)) {
      for (let at = from; at < to; at++) if (isControl(bytes[at]!)) return 'bad header line';
      return '';
    }
    this.hasField = true;
    let at = from;
    while (at < to && isToken[bytes[at]!] === 1) at++;
    if (at === from || bytes[at] !== colon || at >= to) return 'bad header line';
    const nameEnd = at;
    for (at++; at < to; at++) if (isControl(bytes[at]!)) return 'bad header line';
    let valueFrom = nameEnd + 1;
    let valueTo = to;
    while (valueFrom < valueTo && isBlank(bytes[valueFrom]!)) valueFrom++;
    while (valueTo > valueFrom && isBlank(bytes[valueTo - 1]!)) valueTo--;
    if (this.keepsFields) this.keepField(bytes, from, nameEnd, valueFrom, valueTo);
    switch (nameEnd - from) {
      case 14:
        return isName(contentLengthName, bytes, from) ? this.readContentLength(bytes, valueFrom, valueTo) : '';
      case 17:
        if (isName(transferEncodingName, bytes, from)) this.readTransferEncoding(bytes, valueFrom, valueTo);
        return '';
      case 10:
        if (isName(connectionName, bytes, from)) this.readConnection(bytes, valueFrom, valueTo);
        else if (
          this.policy.keepsCookies &&
          this.cookies.length < mostCookiesOfAnAnswer &&
          isName(setCookieName, bytes, from)
        ) {
          this.cookies.push(writeText(bytes, valueFrom, valueTo));
        }
        return '';
      default:
        return '';
    }
  }

  /** Checks what only the whole head shows. */
  conclude(): string {
    if (this.hasTransferEncoding && this.contentLength >= 0) return 'content-length beside transfer-encoding';
    return '';
  }

  private readContentLength(bytes: Uint8Array, from: number, to: number): string {
    if (this.contentLength >= 0) return 'content-length twice';
    if (from === to) return 'bad content-length';
    let length = 0;
    for (let at = from; at < to; at++) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) return 'bad content-length';
      length = length * 10 + digit;
      if (length > Number.MAX_SAFE_INTEGER) return 'content-length overflows';
    }
    this.contentLength = length;
    return '';
  }

  /** Chunked counts only as the last coding; any other ends with the connection (RFC 9112, 6.3). */
  private readTransferEncoding(bytes: Uint8Array, from: number, to: number): void {
    this.hasTransferEncoding = true;
    this.isChunked = splitTokens(bytes, from, to).at(-1) === 'chunked';
  }

  /** Close wins wherever it stands (RFC 9112, 9.3). */
  private readConnection(bytes: Uint8Array, from: number, to: number): void {
    for (const token of splitTokens(bytes, from, to)) {
      if (token === 'close') this.saysClose = true;
      else if (token === 'keep-alive') this.isKeptAlive = true;
    }
    if (this.saysClose) this.isKeptAlive = false;
  }

  private keepField(bytes: Uint8Array, from: number, nameEnd: number, valueFrom: number, valueTo: number): void {
    const name = writeText(bytes, from, nameEnd).toLowerCase();
    const value = writeText(bytes, valueFrom, valueTo);
    const before = Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
    this.fields[name] = before === undefined ? value : `${before}, ${value}`;
  }
}

/** What no field, reason or extension may contain. */
export const isControl = (byte: number): boolean => (byte < space && byte !== tab) || byte === del;
export const isBlank = (byte: number): boolean => byte === space || byte === tab;

/** Field names ignore case: 0x20 tells letters' cases apart, and only letters and - stand in the names we look for. */
const isName = (name: Uint8Array, bytes: Uint8Array, from: number): boolean => {
  for (let index = 0; index < name.length; index++) {
    if ((bytes[from + index]! | 0x20) !== name[index]) return false;
  }
  return true;
};

const splitTokens = (bytes: Uint8Array, from: number, to: number): string[] => {
  const tokens: string[] = [];
  for (let at = from, start = from; at <= to; at++) {
    if (at < to && bytes[at] !== comma) continue;
    // Not trim(): that takes a no-break space for a blank.
    const token = writeText(bytes, start, at)
      .replace(/^[ \t]+|[ \t]+$/g, '')
      .toLowerCase();
    if (token !== '') tokens.push(token);
    start = at + 1;
  }
  return tokens;
};

const writeText = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
