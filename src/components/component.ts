import type { HostProcess } from '../hosts/index.ts';
import type { TcpAddress } from './network/link.ts';

/** A part of a race that runs: where its nearer neighbour connects, and its process. Disposing it stops it. */
export interface Component<Endpoint extends TcpAddress = TcpAddress> extends AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly process: HostProcess;
}
