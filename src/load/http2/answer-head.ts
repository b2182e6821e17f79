import type { FieldSink, HpackDecoder, TableEntry } from './hpack/decoder.ts';

/** What the field section of an answer says. */
export interface AnswerHead {
  /** 0 in trailers. */
  readonly status: number;
  /** -1 where it has none. */
  readonly contentLength: number;
  /** Why the message is malformed (RFC 9113, 8.1.1 and 8.2); empty when it is not. */
  readonly malformed: string;
  /** Names in lower case; empty unless they were asked for. */
  readonly headers: Readonly<Record<string, string>>;
  /** The values of set-cookie, which can't be put together. */
  readonly cookies: readonly string[];
}

/** The most bytes of names and values with 32 bytes per field, as SETTINGS_MAX_HEADER_LIST_SIZE counts. As much as HTTP/1.1 takes. */
export const largestHeadBytes = 65_536;
const fieldBytes = 32;

const connectionSpecific = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);
const plainName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** A server that makes names up must not fill the memory. */
const mostKnownNames = 1_000;

/**
 * Decodes heads of answers. Most servers send the same bytes again and again: a block that does not read the connection's table always
 * means the same, and puts the same into it, so it is looked up instead, for all connections of a worker. (nginx fills the table with each
 * answer and never reads it.)
 */
export class AnswerHeadReader {
  private readonly known = Array.from({ length: 16 }, () => ({
    bytes: Buffer.alloc(0),
    head: emptyHead,
    kept: noEntries,
  }));
  private readonly collector = new FieldCollector();

  /** Undefined when the block can't be decoded: then `decoder.problem` says why, and the connection is lost. */
  read(decoder: HpackDecoder, block: Buffer, from: number, to: number, wantsHeaders: boolean): AnswerHead | undefined {
    const length = to - from;
    const slot = this.known[length & 15]!;
    if (!wantsHeaders && slot.bytes.length === length && length > 0 && isEqual(slot.bytes, block, from)) {
      for (const entry of slot.kept) decoder.keep(entry);
      return slot.head;
    }
    this.collector.begin(wantsHeaders);
    if (!decoder.decode(block, from, to, this.collector)) return undefined;
    const head = this.collector.end();
    if (!wantsHeaders && !decoder.usedTable) {
      slot.bytes = Buffer.from(block.subarray(from, to));
      slot.head = head;
      slot.kept = decoder.kept;
    }
    return head;
  }
}

const noEntries: readonly TableEntry[] = [];
const noCookies: readonly string[] = [];
const emptyHead: AnswerHead = { status: 0, contentLength: -1, malformed: '', headers: {}, cookies: noCookies };

// As fast as comparing words, and faster than Buffer.compare for heads: bench/load/head-cache.ts.
const isEqual = (known: Buffer, block: Buffer, from: number): boolean => {
  for (let index = 0; index < known.length; index++) if (known[index] !== block[from + index]) return false;
  return true;
};

class FieldCollector implements FieldSink {
  private wantsHeaders = false;
  private status = 0;
  private contentLength = -1;
  private malformed = '';
  private headers: Record<string, string> = {};
  private cookies: string[] | undefined;
  private bytes = 0;
  private hasPlainFields = false;
  private readonly plainNames = new Set<string>();

  begin(wantsHeaders: boolean): void {
    this.wantsHeaders = wantsHeaders;
    this.status = 0;
    this.contentLength = -1;
    this.malformed = '';
    this.headers = {};
    this.cookies = undefined;
    this.bytes = 0;
    this.hasPlainFields = false;
  }

  end(): AnswerHead {
    const { status, contentLength, malformed, headers, cookies = noCookies } = this;
    return { status, contentLength, malformed, headers, cookies };
  }

  field(name: string, value: string): void {
    this.bytes += name.length + value.length + fieldBytes;
    if (this.bytes > largestHeadBytes) {
      this.malformed ||= 'a head of over 64 KiB';
      return;
    }
    if (name === ':status') {
      this.takeStatus(value);
      return;
    }
    this.hasPlainFields = true;
    if (!this.plainNames.has(name)) this.checkName(name);
    if (name === 'content-length') this.takeLength(value);
    else if (name === 'set-cookie') {
      this.cookies ??= [];
      this.cookies.push(value);
    }
    if (this.wantsHeaders) {
      const before = Object.hasOwn(this.headers, name) ? this.headers[name] : undefined;
      // As a name may be __proto__.
      Object.defineProperty(this.headers, name, {
        value: before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
  }

  private takeStatus(value: string): void {
    if (this.status !== 0) this.malformed ||= 'two statuses';
    else if (this.hasPlainFields) this.malformed ||= 'a status after other fields';
    else if (!/^[1-9]\d\d$/.test(value)) this.malformed ||= 'no status of three digits';
    else this.status = Number(value);
  }

  private takeLength(value: string): void {
    const length = /^\d{1,15}$/.test(value) ? Number(value) : -1;
    if (length < 0) this.malformed ||= 'a content-length that is no number';
    else if (this.contentLength >= 0 && this.contentLength !== length) this.malformed ||= 'two content-lengths';
    this.contentLength = length;
  }

  private checkName(name: string): void {
    if (connectionSpecific.has(name)) this.malformed ||= `a field of HTTP/1.1: ${name}`;
    else if (!plainName.test(name)) this.malformed ||= 'a field name that is not allowed';
    else if (this.plainNames.size < mostKnownNames) this.plainNames.add(name);
  }
}
