import { largestHeadBytes } from './answer-head.ts';
import { errorCodes } from './error-codes.ts';
import { frameTypes } from './frame-reader.ts';
import { framePrefix, word } from './request-block.ts';

/** RFC 9113, 6.5.2: by number, those that are looked at. */
export const settingNames = { push: 2, mostStreams: 3, window: 4, frameBytes: 5, headBytes: 6 } as const;

export type PeerSettings = { readonly [number: number]: number };

/** What windows are before anybody says otherwise. */
export const defaultWindow = 65_535;
/** Ours, of a stream and of a connection: so large that answers never wait for the client. Nothing is kept, so it costs no memory. */
export const windowBytes = 2 ** 30 - 1;
const largestWindow = 2 ** 31 - 1;
const smallestFrameBytes = 16_384;
const largestFrameBytes = 2 ** 24 - 1;

export const windowUpdate = (streamId: number, bytes: number): string =>
  framePrefix(4, frameTypes.windowUpdate, 0) + word(streamId) + word(bytes);

const setting = (number: number, value: number): string => String.fromCharCode(0, number) + word(value);

const ours =
  setting(settingNames.push, 0) +
  setting(settingNames.window, windowBytes) +
  setting(settingNames.headBytes, largestHeadBytes);

/** The client's first bytes: preface, settings, and a large window for the connection. */
export const openingText =
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' +
  framePrefix(ours.length, frameTypes.settings, 0) +
  word(0) +
  ours +
  windowUpdate(0, windowBytes - defaultWindow);

/** Settings of the peer, the last of each; or what is wrong with them. */
export const readSettings = (
  payload: Buffer,
  from: number,
  to: number,
): PeerSettings | { readonly code: number; readonly problem: string } => {
  const settings: { [number: number]: number } = {};
  if ((to - from) % 6 !== 0) return { code: errorCodes.frameSizeError, problem: 'SETTINGS of a broken length' };
  for (let at = from; at < to; at += 6) {
    const number = payload.readUInt16BE(at);
    const value = payload.readUInt32BE(at + 2);
    if (number === settingNames.window && value > largestWindow) {
      return { code: errorCodes.flowControlError, problem: 'a window of over 2 GiB' };
    }
    if (number === settingNames.frameBytes && (value < smallestFrameBytes || value > largestFrameBytes)) {
      return { code: errorCodes.protocolError, problem: 'a frame size that is not allowed' };
    }
    if (number === settingNames.push && value !== 0) {
      return { code: errorCodes.protocolError, problem: 'a server that allows pushes' };
    }
    if (number <= settingNames.headBytes) settings[number] = value;
  }
  return settings;
};
