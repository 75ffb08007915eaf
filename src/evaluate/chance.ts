import type { Nearest } from './nearest.ts';
import type { Rows } from './rows.ts';

// Queries of which nothing tells the neighbours apart: more rows of the bank are equal than may vote.

/**
 * What chance gives each class, for the queries that it decides. Which of the equal rows vote is chance then,
 * so the vote says nothing: the share of a class among them is the probability that a random one of them is
 * right.
 */
export type Chances = ReadonlyMap<number, Float64Array>;

/** Values may differ so much between equal rows, relative to their size, by the order of their sums. */
const ROUNDING = 1e-5;
/** Rows of the bank that are read at a time. */
const AT_ONCE = 512;

/**
 * The queries whose voters are all equal rows, while the bank has more of these rows than vote. Ordinary
 * features have none: then it costs one comparison a query.
 * @param nearest neighbours, k or more for each query (or the whole bank)
 * @param k neighbours that vote
 */
export function chancesOf(
  nearest: Nearest,
  k: number,
  bank: Rows,
  bankLabels: Uint8Array,
  classes: number,
): Chances {
  const voters = Math.min(k, nearest.k);
  const queries = nearest.indices.length / nearest.k;
  const first = new Map<number, number>();
  for (let query = 0; query < queries; query++) {
    const at = query * nearest.k;
    const [best, last] = [nearest.values[at]!, nearest.values[at + voters - 1]!];
    if (Math.abs(best - last) > ROUNDING * Math.max(1, Math.abs(best))) continue;
    const [row, other] = [nearest.indices[at]!, nearest.indices[at + voters - 1]!];
    if (row === other || areEqual(bank.read(row, row + 1), bank.read(other, other + 1), 0))
      first.set(query, row);
  }
  if (first.size === 0) return new Map();
  const counts = countsOf(new Set(first.values()), bank, bankLabels, classes);
  const chances = new Map<number, Float64Array>();
  for (const [query, row] of first) {
    const count = counts.get(row)!;
    const total = count.reduce((sum, each) => sum + each, 0);
    if (total > voters)
      chances.set(
        query,
        count.map((each) => each / total),
      );
  }
  return chances;
}

/** How many rows of the bank are equal to each of these rows, by class. */
function countsOf(
  rows: ReadonlySet<number>,
  bank: Rows,
  labels: Uint8Array,
  classes: number,
): ReadonlyMap<number, Float64Array> {
  const counts = new Map<number, Float64Array>();
  const groups = new Map<number, { readonly values: Float32Array; readonly count: Float64Array }[]>();
  for (const row of rows) {
    const values = bank.read(row, row + 1).slice();
    const hash = hashOf(values, 0, values.length);
    const alike = groups.get(hash) ?? [];
    groups.set(hash, alike);
    const known = alike.find((group) => areEqual(group.values, values, 0));
    const group = known ?? { values, count: new Float64Array(classes) };
    if (known === undefined) alike.push(group);
    counts.set(row, group.count);
  }
  for (let from = 0; from < bank.count; from += AT_ONCE) {
    const to = Math.min(bank.count, from + AT_ONCE);
    const block = bank.read(from, to);
    for (let row = from; row < to; row++) {
      const at = (row - from) * bank.dimension;
      const alike = groups.get(hashOf(block, at, at + bank.dimension));
      const group = alike?.find(({ values }) => areEqual(values, block, at));
      if (group !== undefined) group.count[labels[row]!]!++;
    }
  }
  return counts;
}

/** Share of right answers, 0–1. Queries that chance decides count as much as it would be right. */
export function accuracyWithChance(predictions: Uint8Array, labels: Uint8Array, chances: Chances): number {
  let right = 0;
  for (const [query, prediction] of predictions.entries()) {
    const label = labels[query]!;
    right += chances.get(query)?.[label] ?? (prediction === label ? 1 : 0);
  }
  return right / labels.length;
}

const BITS = new DataView(new ArrayBuffer(4));

function hashOf(values: Float32Array, from: number, to: number): number {
  let hash = 0;
  for (let i = from; i < to; i++) {
    // 0 and −0 are equal.
    BITS.setFloat32(0, values[i]! + 0);
    hash = Math.imul(hash ^ BITS.getInt32(0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

/** Whether a row equals the one that begins at `at`. */
function areEqual(row: Float32Array, block: Float32Array, at: number): boolean {
  return row.every((value, i) => value === block[at + i]);
}
