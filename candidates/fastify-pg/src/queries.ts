import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { makeDocument, type RecipeDocument } from './document.ts';
import type { EventRow, IngredientRow, NoteRow, ReactionRow, RecipeRow, SectionRow, StepRow } from './rows.ts';
import * as statements from './statements.ts';

/** Nine statements, one after another, on one connection. */
export const findRecipe = async (
  pool: Pool,
  sessionKey: string,
): Promise<RecipeDocument | 'no session' | 'no recipe'> => {
  const client = await pool.connect();
  try {
    await client.query(statements.setTimeZone);
    const [session] = await rows<{ user_id: number }>(client, statements.session, sessionKey);
    if (!session) return 'no session';
    const [recipe] = await rows<RecipeRow>(client, statements.recipe, session.user_id);
    if (!recipe) return 'no recipe';
    const ids = [recipe.id];
    return makeDocument(recipe, {
      ingredients: await rows<IngredientRow>(client, statements.ingredients, ids),
      steps: await rows<StepRow>(client, statements.steps, ids),
      sections: await rows<SectionRow>(client, statements.sections, ids),
      notes: await rows<NoteRow>(client, statements.notes, ids),
      reactions: await rows<ReactionRow>(client, statements.reactions, ids),
      events: await rows<EventRow>(client, statements.events, ids),
    });
  } finally {
    client.release();
  }
};

const rows = async <Row extends QueryResultRow>(
  client: PoolClient,
  statement: string,
  parameter: unknown,
): Promise<Row[]> => (await client.query<Row>(statement, [parameter])).rows;
