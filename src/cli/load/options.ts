import type { LoadOptions } from '../../load/index.ts';

export type Format = 'text' | 'json' | 'csv' | 'hdr' | 'quiet';

/** What the flags of `pitwall load` gave. */
export interface Options extends LoadOptions {
  readonly body?: string;
  readonly bodyFile?: string;
  readonly bodyLines?: string;
  readonly requests?: string;
  readonly form?: readonly string[];
  readonly randRegexUrl?: boolean;
  readonly maxRepeat: string;
  readonly dumpUrls?: string;
  readonly cacert?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly failIf: readonly string[];
  readonly findRate?: string;
  readonly tui: boolean;
  readonly ceiling: boolean;
  readonly output?: string;
  readonly outputFormat: Format;
  readonly json?: boolean;
  readonly timeUnit?: string;
  readonly statsSuccessBreakdown?: boolean;
}
