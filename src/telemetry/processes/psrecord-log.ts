import type { UsageSample } from './usage.ts';

export interface PsrecordLogOptions {
  readonly includeIo: boolean;
  readonly format: 'plain' | 'csv';
  /** Adds a last column, seconds since 1970 of the sample; psrecord has none. */
  readonly unixStartMs?: number;
}

/** The text that psrecord 1.4 writes for these samples, byte for byte. Its "MB" are MiB; memory is the sum of RSS. */
export const formatPsrecordLog = (samples: readonly UsageSample[], options: PsrecordLogOptions): string =>
  [formatPsrecordHeader(options), ...samples.map((sample) => formatPsrecordRow(sample, options))].join('');

/** The first line of the log. */
export const formatPsrecordHeader = ({ includeIo, format, unixStartMs }: PsrecordLogOptions): string => {
  if (format === 'csv') {
    const io = includeIo ? ',read_count,write_count,read_bytes,write_bytes' : '';
    return `elapsed_time,nproc,cpu,mem_real,mem_virtual${io}${unixStartMs === undefined ? '' : ',unix_time'}\n`;
  }
  const names = ['Elapsed time', 'CPU (%)', 'Real (MB)', 'Virtual (MB)'];
  if (includeIo) names.push('Read count', 'Write count', 'Read bytes', 'Write bytes');
  if (unixStartMs !== undefined) names.push('Unix time');
  return `# ${names.map((name) => center(name, 12)).join(' ')}\n`;
};

/** One line of the log. */
export const formatPsrecordRow = (
  sample: UsageSample,
  { includeIo, format, unixStartMs }: PsrecordLogOptions,
): string => {
  const measured = [sample.atMs / 1000, sample.cpuPercent, sample.rssMiB, sample.virtualMiB];
  // Counts that were not to be read (another user's process) are no numbers, but every column has its cell.
  const unread = { readCount: 'nan', writeCount: 'nan', readBytes: 'nan', writeBytes: 'nan' };
  const io = sample.io ?? unread;
  const counts = includeIo ? [io.readCount, io.writeCount, io.readBytes, io.writeBytes] : [];
  const unixSeconds = unixStartMs === undefined ? [] : [(unixStartMs + sample.atMs) / 1000];
  if (format === 'csv') {
    const [elapsed, ...rest] = measured.map(pythonFloat);
    return `${[elapsed, sample.processes, ...rest, ...counts, ...unixSeconds.map((value) => value.toFixed(3))].join(',')}\n`;
  }
  return `${[
    ...measured.map((value) => value.toFixed(3).padStart(12)),
    ...counts.map((value) => String(value).padStart(12)),
    ...unixSeconds.map((value) => value.toFixed(3).padStart(14)),
  ].join(' ')}\n`;
};

/** Python's str.center: of an odd number of spaces the extra one goes left when the width is odd. */
const center = (text: string, width: number): string => {
  const spaces = width - text.length;
  const left = Math.floor(spaces / 2) + (spaces & width & 1);
  return text.padStart(text.length + left).padEnd(width);
};

/** A float as Python's repr prints it: shortest digits, `1.0`, exponents of two digits below 1e-4 and from 1e16. */
const pythonFloat = (value: number): string => {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
};
