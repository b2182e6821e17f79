/** A write on its way; libuv's, which is why it is made by Node's own class. */
export interface WriteRequest {
  handle?: object;
  oncomplete?: (status: number) => void;
}

/** Node's own door to libuv's streams, as far as pitwall goes past `node:net`. */
interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
  /** Where a call into libuv leaves its results. */
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
  readonly kLastWriteWasAsync: number;
}

/** Undefined where the running Node lacks a piece of it: it is no public API. */
export const findStreamBinding = (): StreamBinding | undefined => {
  try {
    const { binding } = process as unknown as { binding?: (name: string) => Partial<StreamBinding> };
    const found = binding?.('stream_wrap');
    return typeof found?.WriteWrap === 'function' &&
      found.streamBaseState instanceof Int32Array &&
      typeof found.kReadBytesOrError === 'number' &&
      typeof found.kLastWriteWasAsync === 'number'
      ? (found as StreamBinding)
      : undefined;
  } catch {
    return undefined;
  }
};
