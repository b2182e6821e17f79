import type { ContractProbe, Mismatch, WorkloadAnswer, WorkloadRequest } from '../../src/plan/index.ts';
import { firstDifference, shown } from './difference.ts';
import type { RecipeDocument } from './document.ts';
import type { SessionKeys } from './people.ts';

/** A user's documents by recipe id. */
export type Documents = ReadonlyMap<number, RecipeDocument>;

export const recipesRequest = (sessionKey: string): WorkloadRequest => ({
  method: 'GET',
  path: '/api/v1/recipes',
  headers: { cookie: `sessionid=${sessionKey}` },
});

/** Checks an answer to a user whose recipes are `documents`. */
export const checkRecipe = (documents: Documents, answer: WorkloadAnswer): Mismatch | undefined => {
  const parsed = parseJsonAnswer(answer, 200);
  if ('mismatch' in parsed) return parsed.mismatch;
  const id = idOf(parsed.value);
  const document = id === undefined ? undefined : documents.get(id);
  if (document) return firstDifference(document, parsed.value);
  return {
    path: '$.id',
    expected: `the id of one of the ${documents.size} recipes that the user may see`,
    actual: shown(id),
  };
};

/** Checks that an answer refuses the session: 401 and a JSON object that says so. */
export const checkRefusal = (answer: WorkloadAnswer): Mismatch | undefined => {
  const parsed = parseJsonAnswer(answer, 401);
  if ('mismatch' in parsed) return parsed.mismatch;
  return isJsonObject(parsed.value) ? undefined : { path: '$', expected: 'a JSON object', actual: shown(parsed.value) };
};

/**
 * The probes for one candidate: make them anew for each, since the first counts which recipes were drawn.
 */
export const createProbes = (keys: SessionKeys, tested: Documents, other: Documents): readonly ContractProbe[] => {
  const draws = 40;
  const request = recipesRequest(keys.tested);
  return [
    {
      name: 'each answer is one of the recipes that the user may see, drawn at random and whole',
      request,
      times: draws,
      check: checkDraws(tested, draws),
    },
    {
      name: 'another user gets their own recipes',
      request: recipesRequest(keys.other),
      times: 3,
      check: (answer) => checkRecipe(other, answer),
    },
    { name: 'a request without a cookie is refused', request: { ...request, headers: {} }, check: checkRefusal },
    { name: 'an empty session is refused', request: recipesRequest(''), check: checkRefusal },
    { name: 'an unknown session is refused', request: recipesRequest(keys.unknown), check: checkRefusal },
    { name: 'an expired session is refused', request: recipesRequest(keys.expired), check: checkRefusal },
  ];
};

/** How many different recipes `draws` (40) answers must hold: a fair draw fails less than once in 10^20. */
const leastDifferent = (choices: number): number => Math.min(5, Math.ceil(choices / 4));

const checkDraws = (documents: Documents, draws: number): ContractProbe['check'] => {
  let drawn: number[] = [];
  return (answer) => {
    const mismatch = checkRecipe(documents, answer);
    if (mismatch) return mismatch;
    drawn.push(JSON.parse(textOf(answer)).id);
    if (drawn.length < draws) return undefined;
    const ids = [...new Set(drawn)];
    drawn = [];
    const least = leastDifferent(documents.size);
    if (ids.length >= least) return undefined;
    return {
      path: '$.id',
      expected: `at least ${least} different recipes in ${draws} answers`,
      actual: `only ${ids.join(', ')}`,
    };
  };
};

type ParsedAnswer = { readonly value: unknown } | { readonly mismatch: Mismatch };

const parseJsonAnswer = (answer: WorkloadAnswer, status: number): ParsedAnswer => {
  if (answer.status !== status) {
    return { mismatch: { path: 'status', expected: String(status), actual: String(answer.status) } };
  }
  const contentType = answer.headers['content-type'] ?? 'nothing';
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    return { mismatch: { path: 'headers.content-type', expected: 'application/json', actual: contentType } };
  }
  try {
    return { value: JSON.parse(textOf(answer)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { mismatch: { path: 'body', expected: 'JSON in UTF-8', actual: reason } };
  }
};

const textOf = (answer: WorkloadAnswer): string => new TextDecoder('utf-8', { fatal: true }).decode(answer.body);

const isJsonObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const idOf = (value: unknown): number | undefined => {
  const id = isJsonObject(value) ? value['id'] : undefined;
  return typeof id === 'number' ? id : undefined;
};
