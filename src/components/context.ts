import type { Clock, ComponentName } from '../base/index.ts';
import type { Host, ProcessUser } from '../hosts/index.ts';
import type { Placement, Plan } from '../plan/index.ts';
import type { CertificateAuthority, ServerCertificate } from './database/certificates.ts';

/** What every component of a stage needs to start. */
export interface StageContext {
  /** The machine that pitwall itself runs on: builds, files, its own questions. */
  readonly host: Host;
  /** The machines that a stage is spread over; all the same one unless the plan says otherwise. */
  readonly hosts: StageHosts;
  readonly placements: Plan['placements'];
  readonly clock: Clock;
  /** Temporary: sockets, keys, data directories. */
  readonly runFolder: string;
  /** Kept with the result: a log file a component. */
  readonly logFolder: string;
  /** Kept between races. */
  readonly cacheFolder: string;
  readonly authority: CertificateAuthority;
  /** Shared by everything that stands for the database, for a client may bind its login to the certificate. */
  readonly databaseCertificate: ServerCertificate;
  /** Runs the database, the pooler and the proxy when pitwall is root. */
  readonly databaseUser: ProcessUser | undefined;
  /** Runs the candidates when pitwall is root: another user than the database's, whose passwords are not theirs to read. */
  readonly candidateUser: ProcessUser | undefined;
  readonly signal: AbortSignal;
  /** Says what is being done, for people. */
  progress(text: string): void;
}

/** The roles that can have a machine each. */
export const roles = ['client', 'proxy', 'server', 'database'] as const;

export type StageHosts = Readonly<Record<(typeof roles)[number], Host>>;

/** One machine for all roles. */
export const everywhere = (host: Host): StageHosts => ({ client: host, proxy: host, server: host, database: host });

/** Where a component runs: its machine, and its place on it. */
export const findHome = (
  { hosts, placements }: Pick<StageContext, 'hosts' | 'placements'>,
  component: ComponentName,
): { readonly host: Host; readonly placement: Placement } => ({
  host: hosts[findRole[component]],
  placement: placements[component] ?? {},
});

/** A link runs beside the neighbour that is nearer to the client. */
const findRole = {
  load: 'client',
  'client-link': 'client',
  proxy: 'proxy',
  'server-link': 'proxy',
  candidate: 'server',
  tap: 'server',
  pooler: 'database',
  'database-link': 'database',
  database: 'database',
} as const satisfies Record<ComponentName, keyof StageHosts>;

/** How to reach a database, and as whom. */
export interface DatabaseEndpoint {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** PEM file of the authority that signed its certificate. */
  readonly caFile: string;
}

/** The environment of processes that are no candidates. */
export const bareEnv = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' } as const;
