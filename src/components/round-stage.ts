import { join } from 'node:path';
import { type ComponentName, createScope, PitwallError } from '../base/index.ts';
import type { HostProcess, ProcessExit } from '../hosts/index.ts';
import type { LinkPlace, Plan, PlanEntry } from '../plan/index.ts';
import type { PreparedCandidate } from './app/prepare.ts';
import { startCandidate } from './app/process.ts';
import type { StageContext } from './context.ts';
import { enterAppState } from './database/app-state.ts';
import type { DatabaseState } from './database/database-states.ts';
import type { Postgres } from './database/postgres-managed.ts';
import type { OpenLink, TcpAddress } from './network/link.ts';
import { type PoolerConsole, startPgbouncer } from './pooler/pgbouncer.ts';
import { startHaproxy } from './proxy/haproxy.ts';

/** The component that a link at each place is. */
const linkNames = {
  'client-proxy': 'client-link',
  'proxy-server': 'server-link',
  'server-database': 'tap',
  'pooler-database': 'database-link',
} as const satisfies Record<LinkPlace, ComponentName>;

/** A component that runs, for the recorder and for messages. */
export interface StageComponent {
  readonly name: ComponentName;
  readonly process: HostProcess;
}

/** Where the parts around the candidate can be asked how they are. */
export interface StageConsoles {
  readonly pooler?: PoolerConsole;
  /** HAProxy's stats socket. */
  readonly proxySocket?: string;
  /** A connection string for Postgres' superuser. */
  readonly database?: string;
  /** The candidate's first process, and the port that it listens on. */
  readonly server?: { readonly pid: number; readonly port: number };
}

/** A component that ended while it was needed. */
export interface ComponentDeath {
  readonly component: ComponentName;
  readonly error: PitwallError;
}

/** Everything that runs for one round of one candidate: new processes, but for the database's. */
export interface RoundStage extends AsyncDisposable {
  /** Where the load goes: the proxy, or the server where there is none. */
  readonly endpoint: TcpAddress;
  readonly components: readonly StageComponent[];
  readonly consoles: StageConsoles;
  /** What its database began with. */
  readonly state: DatabaseState;
  /** Resolves when a component ends by itself. */
  readonly died: Promise<ComponentDeath>;
}

export interface RoundStageOptions {
  readonly plan: Plan;
  readonly entry: PlanEntry;
  readonly prepared: PreparedCandidate;
  readonly postgres: Postgres;
  readonly tools: StageTools;
  readonly openLink: OpenLink;
  /** Begins the names of its log files, e.g. `axum-bb8-block-1`. */
  readonly label: string;
}

/** The optional parts that this machine has: paths of commands. */
export interface StageTools {
  readonly haproxy: string | undefined;
  readonly pgbouncer: string | undefined;
}

export const startRoundStage = async (given: StageContext, options: RoundStageOptions): Promise<RoundStage> => {
  const { plan, entry, prepared, postgres, tools, label, openLink } = options;
  // Nothing becomes ready without a database: waiting for it ends with the database.
  const context = { ...given, signal: AbortSignal.any([given.signal, abortOnExit(postgres.process)]) };
  const logFile = (component: ComponentName) => join(context.logFolder, `${label}-${component}.log`);
  await using scope = createScope();
  const around: { pooler?: PoolerConsole; proxySocket?: string } = {};
  const components: StageComponent[] = [{ name: 'database', process: postgres.process }];

  /** Lets the nearer neighbour of `place` connect through a link, if one is wanted there. */
  const through = async <T extends TcpAddress>(place: LinkPlace, upstream: T): Promise<T> => {
    const link = await openLink(place, linkNames[place], upstream, logFile(linkNames[place]));
    if (link === undefined) return upstream;
    scope.use(link);
    components.unshift({ name: linkNames[place], process: link.process });
    return { ...upstream, ...link.address };
  };

  const state = await enterAppState(context, options);
  let database = postgres.endpoint;
  if (plan.pooler !== undefined && tools.pgbouncer !== undefined) {
    const pooler = scope.use(
      await startPgbouncer(context, {
        command: tools.pgbouncer,
        upstream: await through('pooler-database', database),
        connections: plan.pooler.connections,
        logFile: logFile('pooler'),
      }),
    );
    database = pooler.endpoint;
    components.unshift({ name: 'pooler', process: pooler.process });
    around.pooler = pooler.console;
  }
  const server = scope.use(
    await startCandidate(context, {
      entry,
      prepared,
      database: await through('server-database', database),
      logFile: logFile('candidate'),
      startTimeoutMs: plan.startTimeoutMs,
    }),
  );
  components.unshift({ name: 'candidate', process: server.process });

  let endpoint: TcpAddress = server.endpoint;
  if (plan.proxy !== undefined && tools.haproxy !== undefined) {
    const proxy = scope.use(
      await startHaproxy(context, {
        command: tools.haproxy,
        server: await through('proxy-server', endpoint),
        ...plan.proxy,
        readyPath: entry.candidate.readyPath,
        logFile: logFile('proxy'),
      }),
    );
    endpoint = proxy.endpoint;
    components.unshift({ name: 'proxy', process: proxy.process });
    around.proxySocket = proxy.statsSocket;
  }
  endpoint = await through('client-proxy', endpoint);

  const held = scope.move();
  const watch = watchDeaths(components);
  return {
    endpoint,
    components,
    state,
    consoles: {
      ...around,
      database: postgres.console,
      server: { pid: server.process.pid, port: server.endpoint.port },
    },
    died: watch.died,
    async [Symbol.asyncDispose]() {
      watch.stop();
      await held[Symbol.asyncDispose]();
    },
  };
};

/** Tells the first of the components that ends by itself. */
const watchDeaths = (
  components: readonly StageComponent[],
): { readonly died: Promise<ComponentDeath>; stop(): void } => {
  let stopping = false;
  const died = Promise.race(
    components.map(async ({ name, process }): Promise<ComponentDeath> => {
      const exit = await process.exited;
      // A stage that is being taken down is nobody's death.
      if (stopping) return new Promise(() => {});
      return { component: name, error: await describeDeath(name, process, exit) };
    }),
  );
  return {
    died,
    stop() {
      stopping = true;
    },
  };
};

const describeDeath = async (
  component: ComponentName,
  process: HostProcess,
  exit: ProcessExit,
): Promise<PitwallError> => {
  if (exit.lost !== undefined) return exit.lost;
  const how = exit.signal ?? `code ${exit.code}`;
  const name = component === process.name ? component : `${component} (${process.name})`;
  return new PitwallError(
    'stage.died',
    `${name} ended with ${how} in the middle of a round.${await process.describeLog()}`,
  );
};

const abortOnExit = (process: HostProcess): AbortSignal => {
  const controller = new AbortController();
  void process.exited.then(async (exit) => controller.abort(await describeDeath('database', process, exit)));
  return controller.signal;
};
