import { expect, test } from 'vitest';
import { formatPsrecordLog } from '../../../src/telemetry/index.ts';

const samples = [
  {
    atMs: 1000,
    cpuPercent: 99.96,
    rssMiB: 12.5,
    virtualMiB: 4096,
    processes: 2,
    io: { readCount: 12, writeCount: 3, readBytes: 4096, writeBytes: 0 },
  },
  { atMs: 2000.0625, cpuPercent: 0, rssMiB: 0.00005, virtualMiB: 1e16, processes: 1 },
];

test('the plain log is that of psrecord, byte for byte', () => {
  expect(formatPsrecordLog(samples, { includeIo: false, format: 'plain' })).toBe(
    '# Elapsed time   CPU (%)     Real (MB)   Virtual (MB)\n' +
      '       1.000       99.960       12.500     4096.000\n' +
      '       2.000        0.000        0.000 10000000000000000.000\n',
  );
  expect(formatPsrecordLog(samples.slice(0, 1), { includeIo: true, format: 'plain' })).toBe(
    '# Elapsed time   CPU (%)     Real (MB)   Virtual (MB)  Read count  Write count   Read bytes  Write bytes \n' +
      '       1.000       99.960       12.500     4096.000           12            3         4096            0\n',
  );
});

test('the CSV prints floats as Python does', () => {
  expect(formatPsrecordLog(samples, { includeIo: false, format: 'csv' })).toBe(
    'elapsed_time,nproc,cpu,mem_real,mem_virtual\n1.0,2,99.96,12.5,4096.0\n2.0000625,1,0.0,5e-05,1e+16\n',
  );
});

test('the unix time is a last column', () => {
  const log = formatPsrecordLog(samples.slice(0, 1), {
    includeIo: false,
    format: 'csv',
    unixStartMs: 1_700_000_000_000,
  });
  expect(log).toBe('elapsed_time,nproc,cpu,mem_real,mem_virtual,unix_time\n1.0,2,99.96,12.5,4096.0,1700000001.000\n');
});

test.each(['plain', 'csv'] as const)('counts that could not be read keep their cells (%s)', (format) => {
  const sample = { atMs: 1000, cpuPercent: 1, rssMiB: 2, virtualMiB: 3, processes: 1 };
  const options = { includeIo: true, format, unixStartMs: 0 };
  const split = (line: string) => line.trim().split(format === 'csv' ? ',' : /\s+/);
  const cells = split(formatPsrecordLog([sample], options).split('\n')[1]!);
  expect(cells.slice(-5)).toEqual(['nan', 'nan', 'nan', 'nan', '1.000']);
  expect(cells).toHaveLength(format === 'csv' ? 10 : 9);
});
