import type { Random } from './random.ts';
import type { MembershipRow, PeopleRows, SessionRow } from './rows.ts';
import { cookName } from './texts.ts';
import { formatTime } from './times.ts';
import { dishes, foods } from './words.ts';

/**
 * Who is who. The tested user's id is also the id of a team that they are not in, and the id of one of
 * their teams is also the id of another user: a server that forgets the type of an owner is found out.
 */
export const testedUserId = 3;
export const otherUserId = 4;
export const activeTeamIds = [1, 5, 6] as const;
export const inactiveTeamId = 2;
export const foreignTeamIds = [3, 4, 7] as const;

/** The session keys that the requests carry. */
export interface SessionKeys {
  readonly tested: string;
  readonly other: string;
  readonly expired: string;
  /** In no row. */
  readonly unknown: string;
}

const farFuture = formatTime(Date.UTC(2099, 11, 31, 23, 59, 58) / 1000, 999_001);
const longPast = formatTime(Date.UTC(2021, 4, 6, 7, 8, 9) / 1000, 123_457);
const keyLetters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

const sessionKey = (random: Random): string => Array.from({ length: 32 }, () => random.pick(keyLetters)).join('');

export const createPeople = (random: Random, scale: number): { rows: PeopleRows; keys: SessionKeys } => {
  const users = Array.from({ length: 8 + Math.floor(scale / 20) }, (_, index) => ({
    id: index + 1,
    email: `cook.${index + 1}.${random.int(100, 999)}@example.com`,
    name: index % 4 === 3 ? null : cookName(random),
  }));
  const teams = Array.from({ length: 8 + Math.floor(scale / 25) }, (_, index) => ({
    id: index + 1,
    name: `${random.pick(foods)} & ${random.pick(dishes)} club ${index + 1}`,
  }));
  const userIds = users.map((user) => user.id);
  const keys: SessionKeys = {
    tested: sessionKey(random),
    other: sessionKey(random),
    expired: sessionKey(random),
    unknown: sessionKey(random),
  };
  return {
    keys,
    rows: {
      core_myuser: users,
      core_team: teams,
      core_membership: [...testedMemberships(), ...otherMemberships(random, userIds, teams.length)].map(
        (membership, index) => ({ id: index + 1, ...membership }),
      ),
      user_sessions_session: [
        ...userIds.map((userId) => session(sessionKey(random), userId, longPast)),
        session(keys.expired, testedUserId, longPast),
        session(keys.tested, testedUserId, farFuture),
        ...userIds.map((userId) => session(sessionKey(random), userId, farFuture)),
        session(keys.other, otherUserId, farFuture),
      ],
    },
  };
};

const session = (session_key: string, user_id: number, expire_date: string): SessionRow => ({
  session_key,
  user_id,
  expire_date,
});

const membership = (user_id: number, team_id: number, is_active: boolean): Omit<MembershipRow, 'id'> => ({
  user_id,
  team_id,
  is_active,
});

const testedMemberships = (): Omit<MembershipRow, 'id'>[] => [
  ...activeTeamIds.map((teamId) => membership(testedUserId, teamId, true)),
  membership(testedUserId, inactiveTeamId, false),
];

const otherMemberships = (random: Random, userIds: readonly number[], teamCount: number): Omit<MembershipRow, 'id'>[] =>
  userIds
    .filter((userId) => userId !== testedUserId)
    .flatMap((userId) =>
      random
        .sample(
          Array.from({ length: teamCount }, (_, index) => index + 1),
          random.int(1, 3),
        )
        .map((teamId) => membership(userId, teamId, random.chance(0.8))),
    );
