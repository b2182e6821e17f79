import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createJiti } from 'jiti';
import { z } from 'zod';
import { messageOf, PitwallError } from '../base/index.ts';
import type { GenerateWorkload, WorkloadData } from './workload.ts';
import { readYamlFile } from './yaml-file.ts';

const workloadSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and hyphens'),
  about: z.string().describe('One line: what the requests do.'),
  schema: z.string().describe('SQL file that creates the tables, relative to this file.'),
  module: z.string().describe('TypeScript or JavaScript module whose default export generates the data.'),
  scale: z.int().min(1).describe('Default scale, in the workload’s own measure.'),
  seed: z.int().default(1).describe('Default seed of the generator.'),
});

export interface Workload {
  readonly name: string;
  readonly about: string;
  readonly folder: string;
  readonly scale: number;
  readonly seed: number;
  readonly schemaSql: string;
  readonly data: WorkloadData;
}

/**
 * Loads a workload and generates its data.
 * @throws PitwallError `workload.invalid` when a file is missing, or its module fails or does not export a function.
 */
export const loadWorkload = async (folder: string, scale?: number): Promise<Workload> => {
  const spec = await readYamlFile(join(folder, 'workload.yaml'), workloadSchema, 'workload.invalid');
  const schemaFile = resolve(folder, spec.schema);
  const moduleFile = resolve(folder, spec.module);
  let schemaSql: string;
  try {
    schemaSql = await readFile(schemaFile, 'utf8');
  } catch (cause) {
    throw new PitwallError(
      'workload.invalid',
      `${join(folder, 'workload.yaml')}: schema ${schemaFile} cannot be read.`,
      {
        cause,
      },
    );
  }
  const chosenScale = scale ?? spec.scale;
  try {
    // jiti runs TypeScript on every Node that pitwall supports: a workload needs no build step. Its cache
    // would stay behind in the temporary folder.
    const generate: unknown = await createJiti(import.meta.url, { fsCache: false }).import(moduleFile, {
      default: true,
    });
    if (typeof generate !== 'function') throw new TypeError('its default export is not a function');
    const data = (generate as GenerateWorkload)({ scale: chosenScale, seed: spec.seed });
    return { name: spec.name, about: spec.about, folder, scale: chosenScale, seed: spec.seed, schemaSql, data };
  } catch (cause) {
    throw new PitwallError('workload.invalid', `${moduleFile}: ${messageOf(cause)}`, { cause });
  }
};
