export { findLacking, type PreparedCandidate, prepareCandidate, readLockedVersions } from './app/prepare.ts';
export { environmentNames } from './app/process.ts';
export { digestSources } from './app/source-digest.ts';
export { candidateUser, unprivilegedUser } from './app/unprivileged-user.ts';
export { cacheFolder, makeOnce } from './cache-folder.ts';
export { bareEnv, everywhere, findHome, roles, type StageContext, type StageHosts } from './context.ts';
export { createCertificateAuthority } from './database/certificates.ts';
export type { DatabaseState } from './database/database-states.ts';
export { postgresVersion } from './database/postgres-binaries.ts';
export { type Postgres, startPostgres } from './database/postgres-managed.ts';
export { endTree } from './host/end-tree.ts';
export { type Leftover, sweepLeftovers } from './host/leftovers.ts';
export type { Link, OpenLink, TcpAddress } from './network/link.ts';
export { packageRoot } from './package-root.ts';
export { haproxyBackend } from './proxy/haproxy.ts';
export {
  type ComponentDeath,
  type RoundStage,
  type StageComponent,
  type StageConsoles,
  type StageTools,
  startRoundStage,
} from './round-stage.ts';
