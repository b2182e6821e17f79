export { cacheFolder } from './cache-folder.ts';
export { createCertificateAuthority } from './certificates.ts';
export { bareEnv, homeOf, type StageContext, type StageHosts } from './context.ts';
export type { Host, HostProcess } from './host.ts';
export type { KernelDelay } from './kernel-delay.ts';
export type { Link, OpenLink, TcpAddress } from './link.ts';
export { localHost } from './local-host.ts';
export { createNamespaceHosts } from './namespace-hosts.ts';
export { packageRoot } from './package-root.ts';
export { type Postgres, startPostgres } from './postgres.ts';
export { postgresVersion } from './postgres-binaries.ts';
export { type PreparedCandidate, prepareCandidate, readLockedVersions } from './prepare.ts';
export { groupMembers, identify, isAlive } from './process-table.ts';
export {
  type ComponentDeath,
  type RoundStage,
  type StageComponent,
  type StageConsoles,
  type StageTools,
  startRoundStage,
} from './round-stage.ts';
export { createRunFolder, type RunFolder, sweepLeftovers } from './run-folder.ts';
export { digestFolder, sourceFiles } from './source-digest.ts';
export { unprivilegedUser } from './unprivileged-user.ts';
