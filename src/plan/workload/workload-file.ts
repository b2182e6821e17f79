import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { PitwallError } from '../../base/index.ts';
import { digestFile } from '../../files/index.ts';
import { readYamlFile, shorten } from '../yaml-file.ts';
import type { WorkloadData } from './workload.ts';
import { generateWorkload } from './workload-module.ts';

const argv = z.array(z.string()).min(1);

const workloadSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and hyphens'),
  about: z.string().describe('One line: what the requests do.'),
  schema: z
    .string()
    .optional()
    .describe('SQL file that creates the tables, or a pg_dump (plain or custom), relative to this file.'),
  migrate: z.array(argv).default([]).describe('Commands that create the tables instead, or change them further.'),
  seedCommands: z
    .array(argv)
    .default([])
    .describe('Commands that fill them, run once after the module’s rows are there.'),
  module: z.string().describe('TypeScript or JavaScript module whose default export generates the data.'),
  scale: z.int().min(1).describe('Default scale, in the workload’s own measure.'),
  seed: z.int().default(1).describe('Default seed of the generator.'),
});

/** What a candidate whose answers differ from the reference does: it is left out, or raced and marked; or nothing is compared. */
export type RecordedContract = 'enforce' | 'report' | 'off';

export interface Workload {
  readonly name: string;
  readonly about: string;
  readonly folder: string;
  readonly scale: number;
  readonly seed: number;
  /** SQL or a pg_dump, and its SHA-256. */
  readonly schema: { readonly file: string; readonly digest: string } | undefined;
  readonly migrate: readonly (readonly string[])[];
  readonly seedCommands: readonly (readonly string[])[];
  readonly data: WorkloadData;
  /** Where no module says what a right answer is: the first candidate's answers are the reference. */
  readonly recorded?: {
    readonly contract: RecordedContract;
    /** JSON paths that are not compared, such as `$.time` or `$[].id`. */
    readonly ignore: readonly string[];
  };
}

/**
 * Loads a workload and generates its data.
 * @throws PitwallError `workload.invalid` when a file is missing, or its module fails or does not export a function.
 */
export const loadWorkload = async (folder: string, scale?: number): Promise<Workload> => {
  const { value: spec, where } = readYamlFile(join(folder, 'workload.yaml'), workloadSchema, 'workload.invalid');
  const moduleFile = resolve(folder, spec.module);
  const schema = spec.schema === undefined ? undefined : readSchema(where(['schema']), resolve(folder, spec.schema));
  const { name, about, seed, migrate, seedCommands } = spec;
  const chosenScale = scale ?? spec.scale;
  requireModule(moduleFile, where(['module']));
  const data = await generateWorkload(moduleFile, where(['module']), { scale: chosenScale, seed });
  return { name, about, folder, scale: chosenScale, seed, schema, migrate, seedCommands, data };
};

/** @throws PitwallError `workload.invalid` when the file cannot be read. */
export const readSchema = (where: string, file: string): NonNullable<Workload['schema']> => {
  try {
    return { file, digest: digestFile(file) };
  } catch (cause) {
    throw new PitwallError('workload.invalid', `${where}: schema ${shorten(file)} cannot be read.`, { cause });
  }
};

const requireModule = (moduleFile: string, where: string): void => {
  let reason = 'is no file';
  try {
    if (statSync(moduleFile).isFile()) return;
  } catch {
    reason = 'cannot be read';
  }
  throw new PitwallError('workload.invalid', `${where}: module ${shorten(moduleFile)} ${reason}.`);
};
