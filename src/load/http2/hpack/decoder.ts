import { decodeHuffman } from './huffman.ts';
import { staticTable } from './static-table.ts';

/** Takes the fields of a head in their order. */
export interface FieldSink {
  field(name: string, value: string): void;
}

/** A field that a dynamic table holds. */
export interface TableEntry {
  readonly name: string;
  readonly value: string;
  /** What it takes: RFC 7541, 4.1. */
  readonly bytes: number;
}

/** SETTINGS_HEADER_TABLE_SIZE, which stays at its default. */
const largestTableBytes = 4096;
/** What an entry takes beside its text. */
const entryBytes = 32;
const mostEntries = largestTableBytes / entryBytes;
const largestInteger = 2 ** 28;

/** Decodes the heads of one connection, whose dynamic table it keeps (RFC 7541). After a problem the connection can't be used. */
export class HpackDecoder {
  /** What was wrong with the last block; empty when nothing was. */
  problem = '';
  /** Whether the last block read or resized the dynamic table: else equal bytes always mean the same fields. */
  usedTable = false;
  /** What the last block put into the table. */
  kept: TableEntry[] = [];
  /** The table, oldest first, in a ring from `oldest`. */
  private readonly entries = new Array<TableEntry | undefined>(mostEntries).fill(undefined);
  private count = 0;
  private oldest = 0;
  tableBytes = 0;
  private limitBytes = largestTableBytes;
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  private end = 0;

  /** Returns whether the block is well formed. */
  decode(bytes: Buffer, from: number, to: number, sink: FieldSink): boolean {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
    this.problem = '';
    this.usedTable = false;
    this.kept = [];
    let hasFields = false;
    while (this.at < this.end && this.problem === '') {
      const first = bytes[this.at]!;
      if (first >= 0x80) {
        const entry = this.entryAt(this.integer(7));
        if (entry !== undefined) sink.field(entry.name, entry.value);
      } else if (first >= 0x40) {
        this.literal(6, sink, true);
      } else if (first >= 0x20) {
        if (hasFields) this.problem = 'a table size within a head';
        this.resize(this.integer(5));
        continue;
      } else {
        this.literal(4, sink, false);
      }
      hasFields = true;
    }
    return this.problem === '';
  }

  private literal(prefixBits: number, sink: FieldSink, isKept: boolean): void {
    const index = this.integer(prefixBits);
    const name = index === 0 ? this.text() : (this.entryAt(index)?.name ?? '');
    const value = this.text();
    if (this.problem !== '') return;
    if (isKept) {
      const entry = { name, value, bytes: name.length + value.length + entryBytes };
      this.kept.push(entry);
      this.keep(entry);
    }
    sink.field(name, value);
  }

  private entryAt(index: number): { readonly name: string; readonly value: string } | undefined {
    if (this.problem !== '') return undefined;
    const age = index - staticTable.length;
    if (age > 0) this.usedTable = true;
    const entry =
      age <= 0
        ? staticTable[index - 1]
        : age <= this.count
          ? this.entries[(this.oldest + this.count - age) % mostEntries]
          : undefined;
    if (entry === undefined) this.problem = 'an index beyond the table';
    return entry;
  }

  /** Puts an entry into the table, as a block did whose bytes are known. */
  keep(entry: TableEntry): void {
    this.evictTo(this.limitBytes - entry.bytes);
    if (entry.bytes > this.limitBytes) return;
    this.entries[(this.oldest + this.count) % mostEntries] = entry;
    this.count++;
    this.tableBytes += entry.bytes;
  }

  private resize(limitBytes: number): void {
    this.usedTable = true;
    if (limitBytes > largestTableBytes) this.problem ||= 'a table larger than allowed';
    if (this.problem !== '') return;
    this.limitBytes = limitBytes;
    this.evictTo(limitBytes);
  }

  private evictTo(limitBytes: number): void {
    while (this.count > 0 && this.tableBytes > limitBytes) {
      this.tableBytes -= this.entries[this.oldest]!.bytes;
      this.entries[this.oldest] = undefined;
      this.oldest = (this.oldest + 1) % mostEntries;
      this.count--;
    }
  }

  private integer(prefixBits: number): number {
    const most = (1 << prefixBits) - 1;
    let value = this.bytes[this.at++]! & most;
    if (value < most) return value;
    for (let scale = 1; this.at < this.end; scale *= 128) {
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (value > largestInteger || scale > largestInteger) break;
      if (byte < 0x80) return value;
    }
    this.problem ||= 'a broken integer';
    return 0;
  }

  private text(): string {
    if (this.at >= this.end) {
      this.problem ||= 'a head that ends early';
      return '';
    }
    const isHuffman = this.bytes[this.at]! >= 0x80;
    const length = this.integer(7);
    if (this.at + length > this.end) this.problem ||= 'a head that ends early';
    if (this.problem !== '') return '';
    const from = this.at;
    this.at += length;
    if (!isHuffman) return this.bytes.toString('latin1', from, this.at);
    const text = decodeHuffman(this.bytes, from, this.at);
    if (text === undefined) this.problem = 'a broken Huffman coding';
    return text ?? '';
  }
}
