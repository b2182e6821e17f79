import { createParts } from './parts.ts';
import {
  activeTeamIds,
  createPeople,
  foreignTeamIds,
  inactiveTeamId,
  otherUserId,
  type SessionKeys,
  testedUserId,
} from './people.ts';
import { createRandom, type Random } from './random.ts';
import { ownerTypes, type RecipeRow, type Rows } from './rows.ts';
import { cookName, recipeName, servingsText, sourceText, timeText } from './texts.ts';
import { startTimeline } from './times.ts';
import { tags } from './words.ts';

/** Who a recipe belongs to and whether it was deleted. */
interface Ownership {
  readonly content_type_id: number;
  readonly object_id: number;
  readonly isDeleted: boolean;
}

const ownedBy = (content_type_id: number, object_id: number, isDeleted = false): Ownership => ({
  content_type_id,
  object_id,
  isDeleted,
});

/** Each kind of recipe that the tested user must not see. */
const hiddenOwnerships: readonly Ownership[] = [
  ownedBy(ownerTypes.user, otherUserId),
  ownedBy(ownerTypes.team, inactiveTeamId),
  ownedBy(ownerTypes.team, testedUserId),
  ownedBy(ownerTypes.user, testedUserId, true),
  ownedBy(ownerTypes.other, testedUserId),
  ownedBy(ownerTypes.team, activeTeamIds[0], true),
  ...foreignTeamIds.map((teamId) => ownedBy(ownerTypes.team, teamId)),
  ...activeTeamIds.map((teamId) => ownedBy(ownerTypes.user, teamId)),
];

/** All rows of the database. `scale` recipes are the tested user's to see, about a third as many are not. */
export const createData = (scale: number, seed: number): { rows: Rows; keys: SessionKeys } => {
  const random = createRandom(seed);
  const { rows: people, keys } = createPeople(random, scale);
  const userIds = people.core_myuser.map((user) => user.id);
  const ownCount = Math.ceil(scale * 0.55);
  const visible = Array.from({ length: scale }, (_, index) =>
    index < ownCount
      ? ownedBy(ownerTypes.user, testedUserId)
      : ownedBy(ownerTypes.team, activeTeamIds[index % activeTeamIds.length]!),
  );
  const hidden = Array.from(
    { length: Math.max(hiddenOwnerships.length, Math.ceil(scale / 3)) },
    (_, index) => hiddenOwnerships[index % hiddenOwnerships.length]!,
  );
  const recipes = random
    .shuffle([...visible, ...hidden])
    .map((ownership, index) => createRecipe(random, index + 1, ownership));
  return { keys, rows: { ...people, core_recipe: recipes, ...createParts(random, recipes, userIds) } };
};

const createRecipe = (random: Random, id: number, { content_type_id, object_id, isDeleted }: Ownership): RecipeRow => {
  const timeline = startTimeline(
    random,
    Date.UTC(2019 + random.int(0, 3), random.int(0, 11), random.int(1, 28)) / 1000,
  );
  return {
    id,
    name: recipeName(random),
    author: random.chance(0.3) ? null : cookName(random),
    source: random.chance(0.3) ? null : sourceText(random),
    time: timeText(random),
    servings: servingsText(random),
    edits: random.int(0, 40),
    created: timeline.next(),
    modified: timeline.next(),
    archived_at: random.chance(0.15) ? timeline.next() : null,
    deleted_at: isDeleted ? timeline.next() : null,
    tags: random.sample(tags, random.int(0, 4)),
    content_type_id,
    object_id,
  };
};
