import type { Random } from './random.ts';
import type {
  EventRow,
  IngredientRow,
  NoteRow,
  ReactionRow,
  RecipeRow,
  RecipeRows,
  SectionRow,
  StepRow,
} from './rows.ts';
import { ingredientName, noteText, preparationText, quantityText, stepText } from './texts.ts';
import { startTimeline, type Timeline } from './times.ts';
import { emojis, eventActions, sectionTitles } from './words.ts';

type Draft<Row> = Omit<Row, 'id'>;
type NoteDraft = Draft<NoteRow> & { readonly reactions: readonly Omit<Draft<ReactionRow>, 'note_id'>[] };

/** The rows that belong to recipes. Ids follow no order that a document uses. */
export const createParts = (
  random: Random,
  recipes: readonly RecipeRow[],
  userIds: readonly number[],
): Omit<RecipeRows, 'core_recipe'> => {
  const notes = numbered(
    random,
    recipes.flatMap((recipe) => createNotes(random, recipe, userIds)),
  );
  return {
    core_ingredient: numbered(
      random,
      recipes.flatMap((recipe) => createIngredients(random, recipe)),
    ),
    core_step: numbered(
      random,
      recipes.flatMap((recipe) => createSteps(random, recipe)),
    ),
    core_section: numbered(
      random,
      recipes.flatMap((recipe) => createSections(random, recipe)),
    ),
    core_note: notes.map(({ reactions: _, ...note }) => note),
    core_reaction: numbered(
      random,
      notes.flatMap(({ id, reactions }) => reactions.map((reaction) => ({ note_id: id, ...reaction }))),
    ),
    timeline_event: numbered(
      random,
      recipes.flatMap((recipe) => createEvents(random, recipe, userIds)),
    ),
  };
};

const numbered = <T>(random: Random, drafts: readonly T[]): (T & { readonly id: number })[] =>
  random.shuffle(drafts).map((draft, index) => ({ id: index + 1, ...draft }));

/**
 * Different ranks between which another always fits, as apps keep them in a text column. Digits only,
 * since those sort alike in every collation; "10" comes before "9".
 */
const createPositions = (random: Random, count: number): string[] => {
  const positions = new Set<string>();
  while (positions.size < count) positions.add(String(random.int(1, 9_999)).slice(random.int(0, 2)) || '5');
  return [...positions];
};

const createIngredients = (random: Random, recipe: RecipeRow): Draft<IngredientRow>[] =>
  createPositions(random, random.int(6, 13)).map((position) => ({
    recipe_id: recipe.id,
    position,
    quantity: quantityText(random),
    name: ingredientName(random),
    description: preparationText(random),
    deleted_at: deletion(random, recipe),
  }));

const createSteps = (random: Random, recipe: RecipeRow): Draft<StepRow>[] =>
  createPositions(random, random.int(5, 12)).map((position) => ({
    recipe_id: recipe.id,
    position,
    text: stepText(random),
    deleted_at: deletion(random, recipe),
  }));

const createSections = (random: Random, recipe: RecipeRow): Draft<SectionRow>[] =>
  createPositions(random, random.int(0, 3)).map((position) => ({
    recipe_id: recipe.id,
    position,
    title: random.pick(sectionTitles),
    deleted_at: deletion(random, recipe),
  }));

const createNotes = (random: Random, recipe: RecipeRow, userIds: readonly number[]): NoteDraft[] => {
  const timeline = timelineOf(random, recipe);
  return Array.from({ length: random.chance(0.25) ? 0 : random.int(1, 4) }, () => ({
    recipe_id: recipe.id,
    text: noteText(random),
    created: timeline.next(),
    modified: timeline.next(),
    created_by_id: random.pick(userIds),
    last_modified_by_id: random.chance(0.4) ? null : random.pick(userIds),
    deleted_at: deletion(random, recipe),
    reactions: Array.from({ length: random.chance(0.5) ? 0 : random.int(1, 3) }, () => ({
      emoji: random.pick(emojis),
      created: timeline.next(),
      modified: timeline.next(),
      created_by_id: random.pick(userIds),
    })),
  }));
};

const createEvents = (random: Random, recipe: RecipeRow, userIds: readonly number[]): Draft<EventRow>[] => {
  const timeline = timelineOf(random, recipe);
  return Array.from({ length: random.int(2, 6) }, () => ({
    recipe_id: recipe.id,
    action: random.pick(eventActions),
    created: timeline.next(),
    created_by_id: random.chance(0.2) ? null : random.pick(userIds),
    deleted_at: deletion(random, recipe),
  }));
};

const timelineOf = (random: Random, recipe: RecipeRow): Timeline =>
  startTimeline(random, Math.floor(Date.parse(recipe.created) / 1000));

const deletion = (random: Random, recipe: RecipeRow): string | null =>
  random.chance(0.1) ? timelineOf(random, recipe).next() : null;
