export type { ProcessSpec, ProcessUser } from '../agent/index.ts';
export type { CommandHost, Host, HostFiles, HostProcess, HostSocket, ProcessExit, RunOptions } from './host.ts';
export type { KernelDelay } from './kernel-delay.ts';
export { localCommands, startLocalHost } from './local.ts';
export { createNamespaceHosts, type NamespaceHosts } from './namespaces.ts';
