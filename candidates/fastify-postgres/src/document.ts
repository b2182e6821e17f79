import type { EventRow, IngredientRow, NoteRow, Parts, ReactionRow, RecipeRow, SectionRow, StepRow } from './rows.ts';

export type RecipeDocument = ReturnType<typeof makeDocument>;

export const makeDocument = (recipe: RecipeRow, parts: Parts) => {
  const reactions = byNote(parts.reactions);
  return {
    id: recipe.id,
    name: recipe.name,
    author: recipe.author,
    source: recipe.source,
    time: recipe.time,
    servings: recipe.servings,
    tags: recipe.tags,
    archived_at: recipe.archived_at,
    created_at: recipe.created,
    ingredients: [...parts.ingredients.map(ingredientEntry), ...parts.sections.map(sectionEntry)],
    steps: parts.steps.map(stepEntry),
    timeline: [
      ...parts.events.map(eventEntry),
      ...parts.notes.map((note) => noteEntry(note, reactions.get(note.id) ?? [])),
    ],
  };
};

const byNote = (reactions: ReactionRow[]): Map<number, ReactionRow[]> => {
  const groups = new Map<number, ReactionRow[]>();
  for (const reaction of reactions) {
    const group = groups.get(reaction.note_id);
    if (group) group.push(reaction);
    else groups.set(reaction.note_id, [reaction]);
  }
  return groups;
};

const ingredientEntry = ({ id, position, quantity, name, description }: IngredientRow) => ({
  id,
  position,
  quantity,
  name,
  description,
});

const sectionEntry = ({ id, title, position }: SectionRow) => ({ id, title, position });

const stepEntry = ({ id, position, text }: StepRow) => ({ id, position, text });

const eventEntry = ({ id, action, created, created_by_id, email }: EventRow) => ({
  id,
  action,
  created_at: created,
  created_by_id,
  created_by_name: email,
});

const noteEntry = ({ id, text, email, name, modified, created }: NoteRow, reactions: ReactionRow[]) => ({
  id,
  text,
  email,
  name,
  modified_at: modified,
  created_at: created,
  reactions: reactions.map(reactionEntry),
});

const reactionEntry = ({ id, emoji, created_by_id }: ReactionRow) => ({ id, emoji, created_by_id });
