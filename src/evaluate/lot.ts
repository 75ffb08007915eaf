import { hashedUniform } from '../random.ts';

/**
 * A number that decides between things that are equal for a query: the largest wins. It looks like chance,
 * and is the same each time. If the first row won, equal images would all get the class that the bank begins
 * with, and a bank that is sorted by class could show 100 % where nothing was learnt. The numbers do not come
 * from the run's seed: weights without a run have none, and a later look at them must give the run's own
 * accuracy.
 */
export function lot(query: number, item: number): number {
  return hashedUniform(Math.imul(query + 1, 0x2545f491), item);
}
