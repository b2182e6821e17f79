import { type StatementCount, zeroAt } from './statements.ts';

/** How many names all connections of a tap may still keep. */
export interface NameBudget {
  left: number;
}

/**
 * Which statement is meant by the names that a connection gave: those of prepared statements, and those of the portals bound
 * to them. What was never told, or found no room, is the unknown statement, never another one.
 */
export class Names {
  private readonly unknown: StatementCount;
  private readonly budget: NameBudget;
  private readonly statements = new Map<string, StatementCount>();
  private readonly portals = new Map<string, StatementCount>();
  private unnamedStatement: StatementCount;
  private unnamedPortal: StatementCount;

  constructor(unknown: StatementCount, budget: NameBudget) {
    this.unknown = unknown;
    this.budget = budget;
    this.unnamedStatement = unknown;
    this.unnamedPortal = unknown;
  }

  prepare(name: string, entry: StatementCount): void {
    if (name === '') this.unnamedStatement = entry;
    else this.keep(this.statements, name, entry);
  }
  statement(name: string): StatementCount {
    return (name === '' ? this.unnamedStatement : this.statements.get(name)) ?? this.unknown;
  }
  bind(portal: string, entry: StatementCount): void {
    if (portal === '') this.unnamedPortal = entry;
    else this.keep(this.portals, portal, entry);
  }
  portal(name: string): StatementCount {
    return (name === '' ? this.unnamedPortal : this.portals.get(name)) ?? this.unknown;
  }
  closeStatement(name: string): void {
    if (name === '') this.unnamedStatement = this.unknown;
    else if (this.statements.delete(name)) this.budget.left += 1;
  }
  closePortal(name: string): void {
    if (name === '') this.unnamedPortal = this.unknown;
    else if (this.portals.delete(name)) this.budget.left += 1;
  }
  /** A simple query takes the unnamed statement and portal away. */
  query(): void {
    this.unnamedStatement = this.unknown;
    this.unnamedPortal = this.unknown;
  }
  /** DISCARD ALL and DEALLOCATE ALL. */
  freeStatements(): void {
    this.budget.left += this.statements.size;
    this.statements.clear();
  }
  /** Portals do not outlive their transaction. */
  freePortals(): void {
    if (this.portals.size === 0) return;
    this.budget.left += this.portals.size;
    this.portals.clear();
  }
  close(): void {
    this.freeStatements();
    this.freePortals();
  }

  private keep(names: Map<string, StatementCount>, name: string, entry: StatementCount): void {
    if (!names.has(name)) {
      if (this.budget.left === 0) return;
      this.budget.left -= 1;
    }
    names.set(name, entry);
  }
}

/** Postgres tells names apart by NAMEDATALEN less the zero byte. */
const maxNameBytes = 63;

/** A name that ends with a zero byte, or with the bytes that were captured. */
export const nameAt = (body: Buffer, start: number, end: number): string =>
  body.toString('latin1', start, zeroAt(body, start, Math.min(end, start + maxNameBytes)));
