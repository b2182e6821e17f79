export { type Address, formatAddress, parseAddress } from './address.ts';
export type { LinkOptions } from './delay.ts';
export type { Counts } from './ledger.ts';
export type { TapProcessCommand, TapProcessConfiguration } from './process.ts';
export { type LinkSnapshot, startTap, type Tap, type TapOptions } from './relay.ts';
export type { LedgerSnapshot, TimeSummary } from './snapshot.ts';
export type { StatementCount } from './statements.ts';
export type { Certificate } from './terminate.ts';
export type { FlightTrace } from './trace.ts';
