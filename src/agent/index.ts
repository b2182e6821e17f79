export { digestFiles } from './disk/folder-digest.ts';
export {
  type NetworkPart,
  type RegisteredProcess,
  registeredNetwork,
  registeredProcesses,
} from './disk/run-registry.ts';
export { findCommand } from './machine/which.ts';
export { type ListeningSocket, listListening } from './processes/listening.ts';
export { describeTail } from './processes/log-tail.ts';
export {
  groupMembers,
  identify,
  isAlive,
  listDescendants,
  type ProcessIdentity,
  sendSignal,
} from './processes/process-table.ts';
export { endMarked, findMarked, markVariables, type RunMark } from './processes/run-mark.ts';
export { capture } from './processes/spawn.ts';
export { waitNow, waitOut } from './processes/wait-out.ts';
export { agentProgram } from './program.ts';
export {
  type CallAnswer,
  type CallName,
  type CallRequest,
  type Command,
  calls,
  type HostFacts,
  limits,
  type ProcessEnd,
  type ProcessSpec,
  type ProcessUser,
  protocolVersion,
  refusal,
} from './protocol.ts';
export { collectBody } from './session/body.ts';
export { sessionOptions } from './session/options.ts';
export { parseMessage } from './session/parse.ts';
export { type ByteStream, openSocketFor } from './session/socket-for.ts';
