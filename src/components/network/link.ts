import type { ComponentName } from '../../base/index.ts';
import type { HostProcess } from '../../hosts/index.ts';
import type { LinkPlace } from '../../plan/index.ts';

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** A process of pitwall's own between two components: it delays, counts, or both. */
export interface Link extends AsyncDisposable {
  /** Where the nearer neighbour connects instead. */
  readonly address: TcpAddress;
  readonly process: HostProcess;
}

/** Puts a link in front of `upstream`, or nothing where the plan wants none there. */
export type OpenLink = (
  place: LinkPlace,
  component: ComponentName,
  upstream: TcpAddress,
  logFile: string,
) => Promise<Link | undefined>;
