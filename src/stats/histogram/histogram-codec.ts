import { deflateSync, inflateSync } from 'node:zlib';
import { findCell, Histogram, significantDigits } from './histogram.ts';

/*
 * HdrHistogram's V2 format, so that its tools (hdr-plot, HistogramLogAnalyzer, hdr-histogram-js) read our results:
 *
 *     compressed:   cookie i32 | length i32 | deflate(uncompressed)
 *     uncompressed: cookie i32 | payload length i32 | normalising offset i32 | digits i32
 *                   | lowest i64 | highest i64 | ratio f64 | payload
 *     payload:      zig-zag LEB128 (at most 9 bytes): a count, or minus the length of a run of empty cells
 */
const v2Cookie = 0x1c849303 | 0x10;
const v2CompressedCookie = 0x1c849304 | 0x10;
const headerBytes = 40;

/** HDR V2, compressed, in base64. Overflow stays in the last cell. */
export const encodeHistogram = (histogram: Histogram): string => {
  const payload = encodeCounts(histogram.counts);
  const plain = Buffer.alloc(headerBytes + payload.length);
  plain.writeInt32BE(v2Cookie, 0);
  plain.writeInt32BE(payload.length, 4);
  plain.writeInt32BE(0, 8);
  plain.writeInt32BE(significantDigits, 12);
  plain.writeBigInt64BE(1n, 16);
  plain.writeBigInt64BE(BigInt(histogram.highest), 24);
  plain.writeDoubleBE(1, 32);
  plain.set(payload, headerBytes);
  const packed = deflateSync(plain);
  const head = Buffer.alloc(8);
  head.writeInt32BE(v2CompressedCookie, 0);
  head.writeInt32BE(packed.length, 4);
  return Buffer.concat([head, packed]).toString('base64');
};

/**
 * Reads what `encodeHistogram` wrote, or another tool's V2 histogram with 3 digits and unit 1. Midpoints of the cells
 * stand for the values. Throws a RangeError that says what is unsupported or broken.
 */
export const decodeHistogram = (base64: string): Histogram => {
  const packed = Buffer.from(base64, 'base64');
  if (packed.length < 8 || packed.readInt32BE(0) !== v2CompressedCookie) {
    throw new RangeError('not a compressed V2 HDR histogram: its cookie is missing');
  }
  const plain = inflateSync(packed.subarray(8, 8 + packed.readInt32BE(4)));
  if (plain.length < headerBytes || plain.readInt32BE(0) !== v2Cookie) {
    throw new RangeError('not a V2 HDR histogram: its inner cookie is missing');
  }
  const digits = plain.readInt32BE(12);
  const lowest = plain.readBigInt64BE(16);
  if (digits !== significantDigits || lowest !== 1n) {
    throw new RangeError(
      `only histograms of ${significantDigits} digits and unit 1 are read, not ${digits} and ${lowest}`,
    );
  }
  const highest = Number(plain.readBigInt64BE(24));
  const payload = plain.subarray(headerBytes, headerBytes + plain.readInt32BE(4));
  return Histogram.fromCounts(highest, decodeCounts(payload, findCell(highest) + 1));
};

const encodeCounts = (counts: Float64Array): Uint8Array => {
  let end = counts.length;
  while (end > 0 && counts[end - 1] === 0) end--;
  const bytes: number[] = [];
  for (let cell = 0; cell < end; ) {
    const start = cell;
    while (counts[cell] === 0) cell++;
    if (cell > start) pushVarint(bytes, -(cell - start));
    else pushVarint(bytes, counts[cell++]!);
  }
  return Uint8Array.from(bytes);
};

const decodeCounts = (payload: Uint8Array, cells: number): Float64Array => {
  const counts = new Float64Array(cells);
  const cursor = { at: 0 };
  for (let cell = 0; cursor.at < payload.length; ) {
    const value = readVarint(payload, cursor);
    if (value < 0) {
      cell += -value;
      continue;
    }
    if (cell >= cells) throw new RangeError(`the histogram has more than its ${cells} cells`);
    counts[cell++] = value;
  }
  return counts;
};

/** Zig-zag, then seven bits a byte, lowest first; the ninth byte carries all eight that are left. */
const pushVarint = (bytes: number[], value: number): void => {
  const wide = BigInt(value);
  let rest = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n));
  for (let index = 0; index < 8; index++) {
    if (rest < 0x80n) {
      bytes.push(Number(rest));
      return;
    }
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
};

const readVarint = (payload: Uint8Array, cursor: { at: number }): number => {
  let value = 0n;
  for (let index = 0; index < 9; index++) {
    const byte = payload[cursor.at++];
    if (byte === undefined) throw new RangeError('the histogram ends within a number');
    const bits = index === 8 ? byte : byte & 0x7f;
    value |= BigInt(bits) << BigInt(7 * index);
    if (index === 8 || byte < 0x80) break;
  }
  return Number((value >> 1n) ^ -(value & 1n));
};
