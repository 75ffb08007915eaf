import { DataError } from '../../images/dataset.ts';
import { checkClassCount, namesFor } from '../classNames.ts';
import type { Column, Value } from './pages.ts';
import { type ParquetTable, TableError } from './table.ts';

/** A row's label: the number or the name of its class; null: nobody labelled it. */
export type Label = number | string | null;

/** Classes with names, and the place of each row's class among them. */
export interface Labelled {
  readonly classes: readonly string[];
  readonly labels: Uint8Array;
}

/**
 * The label in a value. Absent are: null, −1 (Hugging Face writes it where labels are secret), NaN (pandas
 * writes it where a whole number was absent) and the empty name.
 * @throws TableError if the value is a number with a fraction
 */
export function labelOf(table: string, type: Column['type'], value: Value): Label {
  if (value === null || value === -1 || Number.isNaN(value)) return null;
  if (typeof value !== 'number') return new TextDecoder().decode(value) || null;
  if (type === 'BOOLEAN') return value === 1 ? 'true' : 'false';
  if (Number.isInteger(value)) return value;
  throw new TableError(
    `${table}: expected the class of a picture as its label, got the number ${value}. Write the labels as whole numbers, or as names.`,
    table,
  );
}

/**
 * The classes of rows with labels; no classes if no row has one. Names that stand in the rows are sorted.
 * Numbers are places in the file's own list of names. Without a list, classes are called by their numbers,
 * and numbers that begin at 1 make no class 0, which would be empty.
 * @param native as for `namesFor`
 * @throws DataError if some rows have no label, or the labels are no classes
 */
export function classesOf(
  name: string,
  tables: readonly ParquetTable[],
  labels: readonly Label[],
  native: number | null,
): Labelled {
  const without = labels.filter((label) => label === null).length;
  if (without === labels.length) return { classes: [], labels: new Uint8Array(labels.length) };
  if (without > 0) {
    throw new DataError(
      `${name}: expected a label in every row or in none, got ${labels.length - without} rows with and ${without} without. ` +
        'Leave out the rows without a label, or the column of labels.',
    );
  }
  const names = labels.filter((label) => typeof label === 'string');
  if (names.length === labels.length) return byName(name, names);
  if (names.length > 0) {
    throw new DataError(
      `${name}: expected labels of one kind in all tables, got numbers and names. Choose tables of one data set.`,
    );
  }
  return byNumber(name, tables, labels.map(Number), native);
}

function byName(name: string, labels: readonly string[]): Labelled {
  const classes = [...new Set(labels)].sort();
  checkClassCount(name, classes.length);
  const places = new Map(classes.map((each, place) => [each, place]));
  return { classes, labels: Uint8Array.from(labels, (label) => places.get(label)!) };
}

function byNumber(
  name: string,
  tables: readonly ParquetTable[],
  labels: readonly number[],
  native: number | null,
): Labelled {
  // Rows that a limit leaves out may have other labels; the writer's notes tell them.
  const ranges = tables.flatMap(({ groups }) => groups.flatMap(({ labelRange }) => labelRange ?? []));
  const noted = [...ranges.filter((label) => label >= 0), ...new Set(labels)];
  const least = noted.reduce((low, label) => Math.min(low, label), Number.POSITIVE_INFINITY);
  const most = noted.reduce((high, label) => Math.max(high, label), 0);
  const named = tables.find(({ classNames }) => classNames !== null)?.classNames ?? null;
  const first = named === null && least === 1 ? 1 : 0;
  const count = named?.length ?? 1 + most - first;
  checkClassCount(name, count);
  const wrong = labels.find((label) => label < first || label - first >= count);
  if (wrong !== undefined) {
    throw new DataError(
      `${name}: expected labels from ${first} to ${first + count - 1}, got ${wrong}. ` +
        (named
          ? 'Write each label as its place in the table’s list of class names, counted from 0.'
          : 'Write the labels as whole numbers from 0.'),
    );
  }
  const numbered = Array.from({ length: count }, (_, i) => `class ${i + first}`);
  const classes = named ?? (first === 0 ? namesFor(count, native) : numbered);
  return { classes, labels: Uint8Array.from(labels, (label) => label - first) };
}
