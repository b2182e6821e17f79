import { describe, expect, test } from 'vitest';
import { createData } from '../../workloads/recipes/data.ts';
import { documentMaker, visibleRecipes } from '../../workloads/recipes/document.ts';
import { testedUserId } from '../../workloads/recipes/people.ts';
import generateRecipes from '../../workloads/recipes/recipes.ts';
import { ownerTypes } from '../../workloads/recipes/rows.ts';

const scale = 100;
const { rows } = createData(scale, 1);
const visible = visibleRecipes(rows, testedUserId);
const documents = visible.map(documentMaker(rows));

describe('the data', () => {
  test('are the same for the same scale and seed', () => {
    expect(generateRecipes({ scale: 20, seed: 7 }).tables).toEqual(generateRecipes({ scale: 20, seed: 7 }).tables);
  });

  test('differ from seed to seed', () => {
    expect(generateRecipes({ scale: 20, seed: 7 }).tables).not.toEqual(generateRecipes({ scale: 20, seed: 8 }).tables);
  });

  test.each([1, 2, 7, 100, 500])('hold as many visible recipes as the scale says: %i', (size) => {
    expect(visibleRecipes(createData(size, 3).rows, testedUserId)).toHaveLength(size);
  });

  test.each([0, -1, 1.5, Number.NaN])('have no scale %d', (size) => {
    expect(() => generateRecipes({ scale: size, seed: 1 })).toThrow('scale must be');
  });

  test('point only to rows that are inserted before them', () => {
    const references = {
      user_id: 'core_myuser',
      team_id: 'core_team',
      recipe_id: 'core_recipe',
      note_id: 'core_note',
      created_by_id: 'core_myuser',
      last_modified_by_id: 'core_myuser',
    };
    const seen = new Map<string, Set<unknown>>();
    for (const { table, rows: inserted } of generateRecipes({ scale: 30, seed: 5 }).tables) {
      for (const row of inserted) {
        for (const [column, target] of Object.entries(references)) {
          const key = row[column];
          if (key !== undefined && key !== null) expect(seen.get(target)).toContain(key);
        }
      }
      seen.set(table, new Set(inserted.map((row) => row['id'])));
    }
  });

  test('hold every case that a server can get wrong', () => {
    const parts = [rows.core_ingredient, rows.core_step, rows.core_section, rows.core_note, rows.timeline_event];
    for (const part of parts) {
      expect(part.some((row) => row.deleted_at !== null)).toBe(true);
      expect(part.some((row) => row.deleted_at === null)).toBe(true);
    }
    expect(visible.some((recipe) => recipe.archived_at !== null)).toBe(true);
    expect(visible.some((recipe) => recipe.author === null)).toBe(true);
    expect(visible.some((recipe) => recipe.source === null)).toBe(true);
    expect(visible.some((recipe) => recipe.tags.length === 0)).toBe(true);
    expect(new Set(visible.map((recipe) => recipe.content_type_id))).toEqual(
      new Set([ownerTypes.user, ownerTypes.team]),
    );
    const timelines = documents.map((document) => document.timeline);
    expect(timelines.some((timeline) => timeline.every((entry) => !('text' in entry)))).toBe(true);
    expect(timelines.flat().some((entry) => 'action' in entry && entry.created_by_name === null)).toBe(true);
    expect(timelines.flat().some((entry) => 'text' in entry && entry.name === null)).toBe(true);
    expect(timelines.flat().some((entry) => 'text' in entry && entry.reactions.length > 1)).toBe(true);
    expect(rows.core_note.some((note) => note.last_modified_by_id === null)).toBe(true);
  });

  test('never hold a time whose microseconds a serialiser could shorten', () => {
    const times = JSON.stringify(rows).match(/\d{4}-\d\d-\d\dT[^"]*/g)!;
    expect(times.length).toBeGreaterThan(1_000);
    for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(?<!000)Z$/);
  });

  test('leave no tie that would make the order of a document a matter of chance', () => {
    for (const document of documents) {
      const { ingredients, steps, timeline } = document;
      const events = timeline.filter((entry) => 'action' in entry);
      const notes = timeline.filter((entry) => 'text' in entry);
      const orderings = [
        ingredients.filter((entry) => 'quantity' in entry).map((entry) => entry.position),
        ingredients.filter((entry) => 'title' in entry).map((entry) => entry.position),
        steps.map((entry) => entry.position),
        events.map((entry) => entry.created_at),
        notes.map((entry) => entry.created_at),
      ];
      for (const keys of orderings) expect(new Set(keys).size).toBe(keys.length);
    }
    const byNote = rows.core_reaction.map((reaction) => `${reaction.note_id} ${reaction.created}`);
    expect(new Set(byNote).size).toBe(byNote.length);
  });
});

describe('the documents', () => {
  test('are of about 3.5 KiB on average, as the seed’s', () => {
    const sizes = documents.map((document) => Buffer.byteLength(JSON.stringify(document)));
    const meanKiB = sizes.reduce((sum, size) => sum + size, 0) / sizes.length / 1024;
    expect(meanKiB).toBeGreaterThan(3);
    expect(meanKiB).toBeLessThan(4);
  });

  test('are all unlike one another', () => {
    expect(new Set(documents.map((document) => JSON.stringify({ ...document, id: 0 }))).size).toBe(scale);
  });

  test('are never of a recipe that the user may not see', () => {
    const visibleIds = new Set(visible.map((recipe) => recipe.id));
    const activeTeams = new Set(
      rows.core_membership.filter((row) => row.user_id === testedUserId && row.is_active).map((row) => row.team_id),
    );
    const hidden = rows.core_recipe.filter((recipe) => !visibleIds.has(recipe.id));
    const reasons = hidden.map((recipe) => {
      if (recipe.deleted_at !== null) return 'deleted';
      if (recipe.content_type_id === ownerTypes.user) {
        return activeTeams.has(recipe.object_id) ? 'a user with the id of the team' : 'another user';
      }
      if (recipe.content_type_id === ownerTypes.team) {
        expect(activeTeams).not.toContain(recipe.object_id);
        return recipe.object_id === testedUserId ? 'a team with the id of the user' : 'another team';
      }
      return 'another type';
    });
    expect(new Set(reasons)).toEqual(
      new Set([
        'deleted',
        'another user',
        'a user with the id of the team',
        'a team with the id of the user',
        'another team',
        'another type',
      ]),
    );
    for (const recipe of visible) {
      expect(recipe.deleted_at).toBeNull();
      if (recipe.content_type_id === ownerTypes.user) expect(recipe.object_id).toBe(testedUserId);
      else expect(activeTeams).toContain(recipe.object_id);
    }
  });
});
