import type { GenerateWorkload, TableData } from '../../src/plan/index.ts';
import { checkRecipe, createProbes, type Documents, recipesRequest } from './contract.ts';
import { createData } from './data.ts';
import { documentMaker, visibleRecipes } from './document.ts';
import { otherUserId, testedUserId } from './people.ts';
import type { Rows } from './rows.ts';

/** In the order of their foreign keys. */
const insertOrder = [
  'core_myuser',
  'core_team',
  'core_membership',
  'user_sessions_session',
  'core_recipe',
  'core_ingredient',
  'core_step',
  'core_section',
  'core_note',
  'core_reaction',
  'timeline_event',
] as const satisfies readonly (keyof Rows)[];

/** The recipe site of the seed's race: `scale` is the number of recipes that the tested user may see. */
const generateRecipes: GenerateWorkload = ({ scale, seed }) => {
  if (!Number.isSafeInteger(scale) || scale < 1) {
    throw new RangeError(`scale must be a whole number of recipes, 1 or more; it is ${scale}`);
  }
  const { rows, keys } = createData(scale, seed);
  const tested = documentsOf(rows, testedUserId);
  const other = documentsOf(rows, otherUserId);
  return {
    tables: insertOrder.map((table): TableData => ({ table, rows: rows[table].map((row) => ({ ...row })) })),
    requests: [recipesRequest(keys.tested)],
    // Whoever reads the probes gets new ones, which have counted nothing yet.
    get probes() {
      return createProbes(keys, tested, other);
    },
    checkAnswer: (_requestIndex, answer) => checkRecipe(tested, answer),
  };
};

const documentsOf = (rows: Rows, userId: number): Documents => {
  const makeDocument = documentMaker(rows);
  return new Map(visibleRecipes(rows, userId).map((recipe) => [recipe.id, makeDocument(recipe)]));
};

export default generateRecipes;
