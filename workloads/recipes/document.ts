import { ownerTypes, type RecipeRow, type Rows } from './rows.ts';

/** The JSON that stands for one recipe. */
export interface RecipeDocument {
  readonly id: number;
  readonly name: string;
  readonly author: string | null;
  readonly source: string | null;
  readonly time: string;
  readonly servings: string;
  readonly tags: readonly string[];
  readonly archived_at: string | null;
  readonly created_at: string;
  /** Ingredients by position, then sections by position. */
  readonly ingredients: readonly (IngredientEntry | SectionEntry)[];
  readonly steps: readonly { readonly id: number; readonly position: string; readonly text: string }[];
  /** Events, newest first, then notes, newest first. */
  readonly timeline: readonly (EventEntry | NoteEntry)[];
}

interface IngredientEntry {
  readonly id: number;
  readonly position: string;
  readonly quantity: string;
  readonly name: string;
  readonly description: string;
}

interface SectionEntry {
  readonly id: number;
  readonly title: string;
  readonly position: string;
}

interface EventEntry {
  readonly id: number;
  readonly action: string;
  readonly created_at: string;
  readonly created_by_id: number | null;
  /** The user's email. */
  readonly created_by_name: string | null;
}

interface NoteEntry {
  readonly id: number;
  readonly text: string;
  /** Of the author. */
  readonly email: string;
  readonly name: string | null;
  readonly modified_at: string;
  readonly created_at: string;
  /** Newest first. */
  readonly reactions: readonly { readonly id: number; readonly emoji: string; readonly created_by_id: number }[];
}

/** The recipes that a user may see: not deleted, and their own or of a team in which they are active. */
export const visibleRecipes = (rows: Rows, userId: number): RecipeRow[] => {
  const teamIds = new Set(
    rows.core_membership.filter((row) => row.user_id === userId && row.is_active).map((row) => row.team_id),
  );
  return rows.core_recipe.filter(
    ({ deleted_at, content_type_id, object_id }) =>
      deleted_at === null &&
      ((content_type_id === ownerTypes.user && object_id === userId) ||
        (content_type_id === ownerTypes.team && teamIds.has(object_id))),
  );
};

/** Makes the document of any recipe in `rows`, for the contract: it shares no line with a candidate. */
export const documentMaker = (rows: Rows): ((recipe: RecipeRow) => RecipeDocument) => {
  const users = new Map(rows.core_myuser.map((user) => [user.id, user]));
  const ingredients = liveByRecipe(rows.core_ingredient);
  const sections = liveByRecipe(rows.core_section);
  const steps = liveByRecipe(rows.core_step);
  const events = liveByRecipe(rows.timeline_event);
  const notes = liveByRecipe(rows.core_note);
  const reactions = grouped(rows.core_reaction, (reaction) => reaction.note_id);
  return (recipe) => ({
    id: recipe.id,
    name: recipe.name,
    author: recipe.author,
    source: recipe.source,
    time: recipe.time,
    servings: recipe.servings,
    tags: recipe.tags,
    archived_at: recipe.archived_at,
    created_at: recipe.created,
    ingredients: [
      ...byPosition(ingredients(recipe.id)).map(({ id, position, quantity, name, description }) => ({
        id,
        position,
        quantity,
        name,
        description,
      })),
      ...byPosition(sections(recipe.id)).map(({ id, title, position }) => ({ id, title, position })),
    ],
    steps: byPosition(steps(recipe.id)).map(({ id, position, text }) => ({ id, position, text })),
    timeline: [
      ...newestFirst(events(recipe.id)).map(({ id, action, created, created_by_id }) => ({
        id,
        action,
        created_at: created,
        created_by_id,
        created_by_name: created_by_id === null ? null : users.get(created_by_id)!.email,
      })),
      ...newestFirst(notes(recipe.id)).map(({ id, text, created_by_id, modified, created }) => ({
        id,
        text,
        email: users.get(created_by_id)!.email,
        name: users.get(created_by_id)!.name,
        modified_at: modified,
        created_at: created,
        reactions: newestFirst(reactions(id)).map((reaction) => ({
          id: reaction.id,
          emoji: reaction.emoji,
          created_by_id: reaction.created_by_id,
        })),
      })),
    ],
  });
};

const liveByRecipe = <Row extends { readonly recipe_id: number; readonly deleted_at: string | null }>(
  rows: readonly Row[],
): ((recipeId: number) => readonly Row[]) =>
  grouped(
    rows.filter((row) => row.deleted_at === null),
    (row) => row.recipe_id,
  );

const grouped = <Row>(rows: readonly Row[], keyOf: (row: Row) => number): ((key: number) => readonly Row[]) => {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return (key) => groups.get(key) ?? [];
};

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byPosition = <Row extends { readonly position: string }>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => inOrder(a.position, b.position));

// All times are written in one form of fixed width, so their order as text is their order in time.
const newestFirst = <Row extends { readonly created: string }>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => inOrder(b.created, a.created));
