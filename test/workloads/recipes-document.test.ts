import { expect, test } from 'vitest';
import { documentMaker, visibleRecipes } from '../../workloads/recipes/document.ts';
import type { RecipeRow, Rows } from '../../workloads/recipes/rows.ts';

const day = (of: number): string => `2021-02-0${of}T03:04:05.000${of}01Z`;

const soup: RecipeRow = {
  id: 9,
  name: 'Soup',
  author: null,
  source: 'a book',
  time: '1 h',
  servings: '4',
  edits: 2,
  modified: day(3),
  created: day(2),
  archived_at: null,
  deleted_at: null,
  tags: ['été'],
  content_type_id: 20,
  object_id: 1,
};

const live = { recipe_id: 9, deleted_at: null };
const gone = { recipe_id: 9, deleted_at: day(9) };
const ingredient = { quantity: '1', name: 'leek', description: '' };
const note = { text: 'Good', modified: day(8), created_by_id: 2, last_modified_by_id: null };
const event = { action: 'archived', created_by_id: 1 };
const reaction = { note_id: 5, emoji: '👍', modified: day(8), created_by_id: 1 };

const rows: Rows = {
  core_myuser: [
    { id: 1, email: 'one@example.com', name: 'One' },
    { id: 2, email: 'two@example.com', name: null },
  ],
  core_team: [{ id: 1, name: 'Cooks' }],
  core_membership: [
    { id: 1, user_id: 1, team_id: 1, is_active: false },
    { id: 2, user_id: 2, team_id: 1, is_active: true },
  ],
  user_sessions_session: [],
  core_recipe: [soup, { ...soup, id: 10, deleted_at: day(9) }, { ...soup, id: 11, content_type_id: 1 }],
  core_ingredient: [
    { id: 1, position: '9', ...live, ...ingredient },
    { id: 2, position: '10', ...live, ...ingredient },
    { id: 3, position: '5', ...gone, ...ingredient },
    { id: 4, position: '1', ...live, ...ingredient, recipe_id: 10 },
  ],
  core_section: [{ id: 1, position: '0', title: 'Sauce', ...live }],
  core_step: [
    { id: 1, position: '2', text: 'Eat', ...live },
    { id: 2, position: '1', text: 'Cook', ...live },
    { id: 3, position: '0', text: 'Shop', ...gone },
  ],
  core_note: [
    { id: 4, ...live, ...note, created: day(3) },
    { id: 5, ...live, ...note, created: day(4) },
    { id: 6, ...gone, ...note, created: day(5) },
  ],
  core_reaction: [
    { id: 1, ...reaction, created: day(5) },
    { id: 2, ...reaction, created: day(6) },
    { id: 3, ...reaction, created: day(7), note_id: 6 },
  ],
  timeline_event: [
    { id: 1, ...live, ...event, created: day(3) },
    { id: 2, ...live, ...event, created: day(6), created_by_id: null },
    { id: 3, ...gone, ...event, created: day(7) },
  ],
};

test('a recipe of a team is seen by its active members only, one of a user by that user', () => {
  expect(visibleRecipes(rows, 2).map((recipe) => recipe.id)).toEqual([9]);
  expect(visibleRecipes(rows, 1).map((recipe) => recipe.id)).toEqual([11]);
});

test('a document orders its parts and leaves deleted ones out', () => {
  expect(documentMaker(rows)(soup)).toEqual({
    id: 9,
    name: 'Soup',
    author: null,
    source: 'a book',
    time: '1 h',
    servings: '4',
    tags: ['été'],
    archived_at: null,
    created_at: day(2),
    ingredients: [
      { id: 2, position: '10', quantity: '1', name: 'leek', description: '' },
      { id: 1, position: '9', quantity: '1', name: 'leek', description: '' },
      { id: 1, title: 'Sauce', position: '0' },
    ],
    steps: [
      { id: 2, position: '1', text: 'Cook' },
      { id: 1, position: '2', text: 'Eat' },
    ],
    timeline: [
      { id: 2, action: 'archived', created_at: day(6), created_by_id: null, created_by_name: null },
      { id: 1, action: 'archived', created_at: day(3), created_by_id: 1, created_by_name: 'one@example.com' },
      {
        id: 5,
        text: 'Good',
        email: 'two@example.com',
        name: null,
        modified_at: day(8),
        created_at: day(4),
        reactions: [
          { id: 2, emoji: '👍', created_by_id: 1 },
          { id: 1, emoji: '👍', created_by_id: 1 },
        ],
      },
      {
        id: 4,
        text: 'Good',
        email: 'two@example.com',
        name: null,
        modified_at: day(8),
        created_at: day(3),
        reactions: [],
      },
    ],
  });
});
