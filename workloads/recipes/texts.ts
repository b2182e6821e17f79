import type { Random } from './random.ts';
import {
  cooks,
  dishes,
  ends,
  foods,
  fractions,
  manners,
  preparations,
  remarks,
  sources,
  units,
  verbs,
  vessels,
} from './words.ts';

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const filled = (random: Random, template: string): string =>
  template
    .replace('{food}', random.pick(foods))
    .replace('{other}', random.pick(foods))
    .replace('{n}', String(random.int(4, 24)));

export const recipeName = (random: Random): string => {
  const [first, second] = random.sample(foods, 2);
  const name = `${random.pick(manners)} ${first} & ${second} ${random.pick(dishes)}`;
  return random.chance(0.2) ? `${random.pick(cooks)}’s ${name}` : capitalised(name);
};

export const cookName = (random: Random): string => random.pick(cooks);

export const sourceText = (random: Random): string => `${random.pick(sources)}${random.int(1, 9_999)}`;

export const timeText = (random: Random): string =>
  random.chance(0.1)
    ? ''
    : random.chance(0.4)
      ? `${random.int(1, 4)} h ${random.int(1, 11) * 5} min`
      : `${random.int(3, 18) * 5} minutes`;

export const servingsText = (random: Random): string =>
  random.chance(0.3) ? `${random.int(2, 4)}–${random.int(5, 8)} servings` : `${random.int(1, 12)}`;

export const quantityText = (random: Random): string =>
  random.chance(0.3)
    ? `${random.int(1, 3)} ${random.pick(fractions)} ${random.pick(units)}`
    : `${random.int(1, 40) * 5} ${random.pick(units)}`;

export const ingredientName = (random: Random): string =>
  random.chance(0.3) ? `${random.pick(manners)} ${random.pick(foods)}` : random.pick(foods);

export const preparationText = (random: Random): string => (random.chance(0.4) ? '' : random.pick(preparations));

export const stepText = (random: Random): string => {
  const sentences = Array.from({ length: random.int(1, 3) }, () => {
    const [first, second] = random.sample(foods, 2);
    const verb = random.pick(verbs);
    const what = random.chance(0.5) ? `the ${first}` : `the ${first} and the ${second}`;
    return `${verb} ${what} in ${random.pick(vessels)} ${filled(random, random.pick(ends))}.`;
  });
  return sentences.join(' ');
};

export const noteText = (random: Random): string =>
  random
    .sample(remarks, random.int(1, 3))
    .map((remark) => filled(random, remark))
    .join(random.chance(0.3) ? '\n\n' : ' ');
