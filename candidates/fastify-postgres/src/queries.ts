import type { Pool } from './database.ts';
import { makeDocument, type RecipeDocument } from './document.ts';
import * as statements from './statements.ts';

/**
 * Eight statements in three message groups on one connection: postgres.js pipelines what is asked for at once.
 * Without a reserved connection it would spread the six last over as many connections.
 */
export const findRecipe = async (
  pool: Pool,
  sessionKey: string,
): Promise<RecipeDocument | 'no session' | 'no recipe'> => {
  const connection = await pool.reserve();
  try {
    const [session] = await statements.session(connection, sessionKey);
    if (!session) return 'no session';
    const [recipe] = await statements.recipe(connection, session.user_id);
    if (!recipe) return 'no recipe';
    const ids = [recipe.id];
    const [ingredients, steps, sections, notes, reactions, events] = await Promise.all([
      statements.ingredients(connection, ids),
      statements.steps(connection, ids),
      statements.sections(connection, ids),
      statements.notes(connection, ids),
      statements.reactions(connection, ids),
      statements.events(connection, ids),
    ]);
    return makeDocument(recipe, { ingredients, steps, sections, notes, reactions, events });
  } finally {
    connection.release();
  }
};
