import type { Clock } from '../base/index.ts';
import type { Certificate, CertificateAuthority } from './certificates.ts';
import type { Host, ProcessUser } from './host.ts';

/** What every component of a stage needs to start. */
export interface StageContext {
  readonly host: Host;
  readonly clock: Clock;
  /** Temporary: sockets, keys, data directories. */
  readonly runFolder: string;
  /** Kept with the result: a log file a component. */
  readonly logFolder: string;
  /** Kept between races. */
  readonly cacheFolder: string;
  readonly authority: CertificateAuthority;
  /** Shared by everything that stands for the database, for a client may bind its login to the certificate. */
  readonly databaseCertificate: Certificate;
  /** Runs the database and the pooler when pitwall is root. */
  readonly databaseUser: ProcessUser | undefined;
  readonly signal: AbortSignal;
  /** Says what is being done, for people. */
  progress(text: string): void;
}

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
