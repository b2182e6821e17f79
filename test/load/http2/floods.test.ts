import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { LoadResult } from '../../../src/load/index.ts';
import { startPitwall } from '../../support/run-pitwall.ts';
import { answersWith } from '../servers/http2/answers-with.ts';
import { floods } from '../servers/http2/floods.ts';
import {
  answer,
  answerHead,
  codes,
  type FrameServer,
  flags,
  frame,
  goaway,
  literal,
  settings,
  status200,
  types,
} from '../servers/http2/frames.ts';

const mostMib = 150;

/** Runs the program, and the most memory that it had. */
const load = async (port: number, ...args: readonly string[]): Promise<{ result: LoadResult; peakMib: number }> => {
  const url = `http://127.0.0.1:${port}/`;
  const running = startPitwall(['load', '--no-tui', '--no-ceiling', '-j', '--http2', '-c', '1', ...args, url]);
  let peakMib = 0;
  let isOver = false;
  void running.exited.then(() => {
    isOver = true;
  });
  while (!isOver) {
    const status = await readFile(`/proc/${running.child.pid}/status`, 'utf8').catch(() => '');
    peakMib = Math.max(peakMib, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
    await sleep(20);
  }
  return { result: (JSON.parse(running.output.stdout) as { pitwall: LoadResult }).pitwall, peakMib };
};

const nothingButHead = (): Buffer => Buffer.alloc(0);
const headWithout = (id: number, end: number, block: readonly number[]): Buffer => frame(types.headers, end, id, block);
/** Fields that come to 16 KiB. */
const manyFields = Array.from({ length: 1_000 }, (_, index) => literal(`x-${index}`, 'value')).flat();
/** A field of 4,000 bytes into the table, and then only its number: 62. */
const bigField = [0x40, 1, 97, 127, 0xa1, 0x1e, ...Buffer.alloc(4_000, 'x')];
const bomb = [...status200, ...bigField, ...Buffer.alloc(10_000, 0xbe)];

describe('whatever a server sends without an end, memory is bounded and the request has a class:', () => {
  test.each<{
    name: string;
    begin: (id: number) => Buffer;
    again: (id: number) => Buffer;
    kind: 'reset' | 'timeout';
    says?: RegExp;
  }>([
    {
      name: 'pings',
      begin: nothingButHead,
      again: () => frame(types.ping, 0, 0, Buffer.alloc(8)),
      kind: 'reset',
      says: /ENHANCE_YOUR_CALM/,
    },
    { name: 'settings', begin: nothingButHead, again: () => settings(), kind: 'reset', says: /ENHANCE_YOUR_CALM/ },
    {
      name: 'CONTINUATION',
      begin: (id) => headWithout(id, 0, status200),
      again: (id) => frame(types.continuation, 0, id, Buffer.alloc(1_000, 0x88)),
      kind: 'reset',
      says: /a head of over 64 KiB/,
    },
    {
      name: 'empty CONTINUATION',
      begin: (id) => headWithout(id, 0, status200),
      again: (id) => frame(types.continuation, 0, id),
      kind: 'reset',
      says: /ENHANCE_YOUR_CALM/,
    },
    {
      name: 'words before the answer',
      begin: nothingButHead,
      again: (id) => answerHead(id, [8, 3, 49, 48, 51]),
      kind: 'reset',
      says: /ENHANCE_YOUR_CALM/,
    },
    { name: 'DATA', begin: answerHead, again: (id) => frame(types.data, 0, id, Buffer.alloc(16_384)), kind: 'timeout' },
    {
      name: 'empty DATA',
      begin: answerHead,
      again: (id) => frame(types.data, 0, id),
      kind: 'reset',
      says: /ENHANCE_YOUR_CALM/,
    },
    {
      name: 'unknown frames',
      begin: nothingButHead,
      again: () => frame(0xee, 0, 0, Buffer.alloc(5_000)),
      kind: 'reset',
      says: /ENHANCE_YOUR_CALM/,
    },
  ])('$name', async ({ begin, again, kind, says }) => {
    await using server = await floods(begin, again);
    const { result, peakMib } = await load(server.port, '-n', '2', '-t', '1500ms');
    expect(result.counts).toMatchObject({ ok: 0, [kind]: 2 });
    if (says !== undefined) expect(Object.keys(result.errors)).toEqual([expect.stringMatching(says)]);
    expect(peakMib).toBeLessThan(mostMib);
  });

  test.each([
    { name: 'many fields', block: [...status200, ...manyFields], ok: 0 },
    { name: 'a field that the table repeats', block: bomb, ok: 0 },
  ])('heads with $name', async ({ block }) => {
    await using server = await answersWith((id) => {
      const parts: Buffer[] = [];
      for (let from = 0; from < block.length; from += 10_000) {
        const isLast = from + 10_000 >= block.length;
        const bits = (isLast ? flags.endHeaders : 0) | (from === 0 ? flags.endStream : 0);
        parts.push(frame(from === 0 ? types.headers : types.continuation, bits, id, block.slice(from, from + 10_000)));
      }
      return parts;
    });
    const { result, peakMib } = await load(server.port, '-n', '200');
    expect(result.counts.ok + result.counts.reset).toBe(200);
    expect(peakMib).toBeLessThan(mostMib);
  });
});

test('a server that never reads the replies to its pings is cut off', async () => {
  await using server: FrameServer = await floods(nothingButHead, () => frame(types.ping, 0, 0, Buffer.alloc(8)));
  const { result } = await load(server.port, '-n', '1', '-t', '2s');
  expect(result.counts.reset).toBe(1);
});

test('a thousand names that are never the same do not fill the memory', async () => {
  let number = 0;
  await using server = await answersWith((id) => {
    const block = [...status200];
    for (let index = 0; index < 100; index++) block.push(...literal(`x-${number++}`, 'v'));
    return [frame(types.headers, flags.endHeaders | flags.endStream, id, block)];
  });
  const { result, peakMib } = await load(server.port, '-n', '5000', '-p', '10');
  expect(result.counts.ok).toBe(5_000);
  expect(peakMib).toBeLessThan(mostMib);
});

test('the program ends with its result although the server keeps a connection open that it said goodbye on', async () => {
  await using server = await answersWith((id) => [answer(id), goaway(id, codes.none)]);
  const running = startPitwall([
    'load',
    '--no-tui',
    '--http2',
    '-c',
    '1',
    '-n',
    '3',
    `http://127.0.0.1:${server.port}/`,
  ]);
  expect(await running.exited).toBe(0);
  expect(running.output.stdout).toContain('[200] 3 responses');
});

test('fields of HTTP/1.1’s connections are a mistake of usage, and nothing is sent', async () => {
  await using server = await answersWith((id) => [answer(id)]);
  const running = startPitwall([
    'load',
    '--no-tui',
    '--http2',
    '-H',
    'Connection: close',
    `http://127.0.0.1:${server.port}/`,
  ]);
  expect(await running.exited).toBe(2);
  expect(running.output.stderr).toContain('HTTP/2 has no field Connection');
  expect(server.accepted).toBe(0);
});

test('retries are in the text and in JSON', async () => {
  let refusals = 2;
  await using server = await answersWith((id) => [refusals-- > 0 ? frame(types.rst, 0, id, [0, 0, 0, 7]) : answer(id)]);
  const url = `http://127.0.0.1:${server.port}/`;
  const text = startPitwall(['load', '--no-tui', '--http2', '-c', '1', '-n', '3', url]);
  await text.exited;
  expect(text.output.stdout).toContain('sent again 2 times');
  refusals = 3;
  const { result } = await load(server.port, '-n', '3');
  expect(result.retries).toBe(3);
});
