import { PitwallError } from '../../base/index.ts';

/** What becomes of a line of an SQL file outside of COPY data. */
export type LineUse =
  /** Belongs to the statements that are being gathered. */
  | 'keep'
  /** Nothing for the database that it goes to. */
  | 'skip'
  /** What was gathered is run first: a new object of a dump begins. */
  | 'flush'
  /** It is a COPY, and its rows follow. */
  | 'copy';

/** Ends the rows of a COPY. */
export const endOfRows = '\\.';

export interface DumpLines {
  /**
   * @throws PitwallError `workload.invalid` for what only psql can do.
   */
  use(line: string): LineUse;
}

/** pg_dump says so in its first lines. */
const dumpTitle = '-- PostgreSQL database dump';
/** `-- Name: item; Type: TABLE; Schema: public; Owner: me`: pg_dump writes one before each object. */
const objectTitle = /^-- (Data for )?Name: .*; Type: /;
/** Owners and rights of the database that it came from: here everything is the app's. */
const rights = /^(ALTER .* OWNER TO .*|GRANT .*|REVOKE .*|ALTER DEFAULT PRIVILEGES .*|SET SESSION AUTHORIZATION .*);$/;
const setting = /^SET (\w+) = (.*);$/;
const rowsFollow = /^COPY .* FROM stdin;$/i;

/**
 * Reads an SQL file line by line as psql would: the rows of COPY, and `\restrict` of newer pg_dumps, which no server knows. Of a pg_dump it
 * leaves out owners and rights, and settings of newer versions.
 * @param knownSettings lower-case names of the settings that the server has
 */
export const createDumpLines = (knownSettings: ReadonlySet<string>): DumpLines => {
  let isDump = false;
  return {
    use(line) {
      if (line.startsWith(dumpTitle)) isDump = true;
      if (/^\\(un)?restrict \S+$/.test(line)) return 'skip';
      if (rowsFollow.test(line)) return 'copy';
      if (!isDump) return 'keep';
      if (objectTitle.test(line)) return 'flush';
      if (rights.test(line) || line === 'CREATE SCHEMA public;') return 'skip';
      if (/^\\connect /.test(line)) throw onlyPsql('a dump of pg_dump --create; make it without');
      const [, name, value] = setting.exec(line) ?? [];
      if (name === undefined) return 'keep';
      if (name === 'client_encoding' && !/^'UTF-?8'$/i.test(value!)) {
        throw onlyPsql(`in ${value}; make it with pg_dump --encoding=UTF8`);
      }
      return knownSettings.has(name.toLowerCase()) ? 'keep' : 'skip';
    },
  };
};

const onlyPsql = (what: string): PitwallError => new PitwallError('workload.invalid', `it is ${what}.`);
