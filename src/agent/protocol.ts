import { constants } from 'node:os';
import { z } from 'zod';
import { errorCodes } from '../base/index.ts';

/*
 * What a controller and an agent say to each other, in HTTP/2 over whatever byte stream joins them:
 *
 *     POST /call/NAME             a JSON object each way, by the table below
 *     PUT  /file?path=...         the body is the file's content
 *     GET  /file?path=...         so is the answer's
 *     POST /pipes?process=N       the body is the process' standard input, the answer its standard output
 *     POST /connect?port=N        the bytes of a connection to that port of the host (or ?socket=PATH)
 *
 * An answer of status 200 is what was asked for; any other carries a `refusal`. A call is cancelled by closing its stream.
 */

/** Raised whenever a message changes its meaning. */
export const protocolVersion = 1;

/** Beyond these a message is no message of this protocol. */
export const limits = { requestBytes: 4 * 2 ** 20, answerBytes: 16 * 2 ** 20 } as const;

const noNul = (text: string): boolean => !text.includes('\0');
const word = z
  .string()
  .max(128 * 1024)
  .refine(noNul, 'holds a NUL');
const name = z.string().min(1).max(200).refine(noNul, 'holds a NUL');
const path = z
  .string()
  .max(4_096)
  .regex(/^\/[^\0]*$/, 'is no absolute path');
const command = z.tuple([word.min(1)], word).readonly();
const env = z.record(z.string(), word);
const user = z.object({ uid: z.int().min(0), gid: z.int().min(0) });
const signal = z.custom<NodeJS.Signals>((value) => typeof value === 'string' && value in constants.signals);
const processId = z.int().min(1);
const nothing = z.object({});

const processSpec = z.object({
  name,
  command,
  cwd: path.exactOptional(),
  env,
  logFile: path,
  user: user.exactOptional(),
  placement: z.object({ cpus: name.exactOptional(), nice: z.int().exactOptional() }).exactOptional(),
  realTime: z.boolean().exactOptional(),
  piped: z.boolean().exactOptional(),
  stopSignal: signal.exactOptional(),
  graceMs: z.number().min(0).exactOptional(),
});

const facts = z.object({
  hostname: z.string(),
  platform: z.string(),
  architecture: z.string(),
  kernel: z.string(),
  cpu: z.string(),
  cores: z.int().min(1),
  memoryBytes: z.number().positive(),
  node: z.string(),
  uid: z.int(),
});

/** What can be asked of an agent. */
export const calls = {
  hello: {
    request: z.object({ version: z.int() }),
    answer: z.object({ version: z.int(), pid: processId, folder: path }),
  },
  facts: { request: nothing, answer: facts },
  clock: { request: nothing, answer: z.object({ nowNs: z.number(), unixMs: z.number() }) },
  which: {
    request: z.object({ commands: z.array(word).max(1_000).readonly() }),
    answer: z.object({ paths: z.array(path.nullable()).readonly() }),
  },
  'free-port': { request: z.object({ address: name }), answer: z.object({ port: z.int().min(1).max(65_535) }) },
  start: { request: processSpec, answer: z.object({ process: processId, pid: processId, isRealTime: z.boolean() }) },
  wait: {
    request: z.object({ process: processId }),
    answer: z.object({ code: z.int().nullable(), signal: signal.nullable() }),
  },
  signal: { request: z.object({ process: processId, signal }), answer: z.object({ isTaken: z.boolean() }) },
  states: { request: z.object({ process: processId }), answer: z.object({ states: z.array(z.string()).readonly() }) },
  stop: { request: z.object({ process: processId }), answer: nothing },
  run: {
    request: z.object({
      command,
      cwd: path.exactOptional(),
      env: env.exactOptional(),
      user: user.exactOptional(),
      logFile: path.exactOptional(),
    }),
    answer: nothing,
  },
  capture: {
    request: z.object({ command, timeoutMs: z.number().positive() }),
    answer: z.object({ stdout: z.string().nullable() }),
  },
  'at-end': { request: z.object({ command }), answer: z.object({ id: processId }) },
  'end-now': { request: z.object({ id: processId }), answer: nothing },
  'log-tail': { request: z.object({ file: path }), answer: z.object({ text: z.string() }) },
  'make-folder': {
    request: z.object({ name: z.string().regex(/^[\w.-]{1,100}$/), mode: z.int(), owner: user.exactOptional() }),
    answer: z.object({ path }),
  },
  list: { request: z.object({ path }), answer: z.object({ names: z.array(z.string()).readonly() }) },
  remove: { request: z.object({ path }), answer: nothing },
  'find-folder': {
    request: z.object({ keptIn: path, digest: z.string().regex(/^[0-9a-f]{64}$/) }),
    answer: z.object({ path: path.nullable() }),
  },
  'keep-folder': {
    request: z.object({ draft: path, keptIn: path, digest: z.string().regex(/^[0-9a-f]{64}$/) }),
    answer: z.object({ path }),
  },
  'read-kernel-files': {
    request: z.object({
      paths: z
        .array(path.regex(/^\/(proc|sys)\//, 'is no file of /proc or /sys'))
        .max(10_000)
        .readonly(),
    }),
    answer: z.object({ texts: z.array(z.string().nullable()).readonly(), atNs: z.number() }),
  },
} as const;

export type CallName = keyof typeof calls;
export type CallRequest<N extends CallName> = z.infer<(typeof calls)[N]['request']>;
export type CallAnswer<N extends CallName> = z.infer<(typeof calls)[N]['answer']>;

/** How an agent says no. */
export const refusal = z.object({ code: z.enum(errorCodes), message: z.string() });

/** The queries of the requests that carry bytes. */
export const streams = {
  writeFile: z.object({
    path,
    mode: z.coerce.number().int().min(0).max(0o7777).exactOptional(),
    uid: z.coerce.number().int().min(0).exactOptional(),
    gid: z.coerce.number().int().min(0).exactOptional(),
  }),
  readFile: z.object({ path }),
  pipes: z.object({ process: z.coerce.number().int().min(1) }),
  connect: z.union([
    z.object({ port: z.coerce.number().int().min(1).max(65_535), address: name }),
    z.object({ socket: path }),
  ]),
} as const;

/** How a process ended. */
export type ProcessEnd = CallAnswer<'wait'>;
export type ProcessSpec = CallRequest<'start'>;
/** A Unix user that a process is to run as. */
export type ProcessUser = z.infer<typeof user>;
export type Command = readonly [string, ...string[]];
/** What an agent knows of its machine. */
export type HostFacts = CallAnswer<'facts'>;
