import { type Layout, type ListLayout, type StructLayout, uniformLayout } from './shapeLayout.ts';

/** A number, a list for a vector or an array, or an object for a struct. */
export type ShapeValue = number | readonly ShapeValue[] | ShapeValues;

/** One value for every field of a struct, by the field's name in WGSL. */
export interface ShapeValues {
  readonly [field: string]: ShapeValue;
}

/**
 * The uniform of a kernel, 32-bit words as its WGSL lays them out; padding is 0.
 * @param kernel its name, for errors
 * @param code its WGSL, every constant of the template filled in
 * @throws Error on a field that is missing or unknown, and on a value that its type cannot hold
 */
export function packShape(kernel: string, code: string, values: ShapeValues): Uint32Array<ArrayBuffer> {
  const layout = uniformLayout(kernel, code);
  const words = new Uint32Array(layout.size / 4);
  const target = { words, floats: new Float32Array(words.buffer), ints: new Int32Array(words.buffer) };
  putStruct(target, 0, layout, values, `kernel ${kernel}: shape`);
  return words;
}

/** The same bytes three times. */
interface Target {
  readonly words: Uint32Array;
  readonly floats: Float32Array;
  readonly ints: Int32Array;
}

/**
 * Writes a value of any type.
 * @param at bytes from the start of the uniform
 * @param path to the value, for errors
 */
function put(target: Target, at: number, layout: Layout, value: ShapeValue | undefined, path: string): void {
  if (layout.kind === 'struct') putStruct(target, at, layout, value, path);
  else if (layout.kind === 'list') putList(target, at, layout, value, path);
  else if (layout.type === 'f32') target.floats[at / 4] = checkedFloat(value, path);
  else if (layout.type === 'u32') target.words[at / 4] = checkedWhole(value, 'u32', 0, 2 ** 32 - 1, path);
  else target.ints[at / 4] = checkedWhole(value, 'i32', -(2 ** 31), 2 ** 31 - 1, path);
}

function putStruct(
  target: Target,
  at: number,
  { type, fields }: StructLayout,
  values: ShapeValue | undefined,
  path: string,
): void {
  const names = () => fields.map(({ name }) => name).join(', ');
  if (typeof values !== 'object' || isList(values))
    throw new Error(
      `${path} must be an object with the fields of ${type}, ${names()}, got ${spelled(values)}`,
    );
  const unknown = Object.keys(values).find((key) => fields.every(({ name }) => name !== key));
  if (unknown !== undefined)
    throw new Error(`${path}.${unknown} must be one of the fields of ${type}, ${names()}, got ${unknown}`);
  for (const { name, offset, layout } of fields)
    put(target, at + offset, layout, values[name], `${path}.${name}`);
}

function putList(
  target: Target,
  at: number,
  { type, element, count, stride }: ListLayout,
  values: ShapeValue | undefined,
  path: string,
): void {
  if (values === undefined || !isList(values) || values.length !== count)
    throw new Error(`${path} must be a list of ${count} values, ${type}, got ${spelled(values)}`);
  for (const [i, value] of values.entries()) put(target, at + i * stride, element, value, `${path}[${i}]`);
}

function checkedWhole(
  value: ShapeValue | undefined,
  type: string,
  least: number,
  most: number,
  path: string,
): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw new Error(
      `${path} must be a whole number from ${least} to ${most}, ${type}, got ${spelled(value)}`,
    );
  return value;
}

function checkedFloat(value: ShapeValue | undefined, path: string): number {
  if (typeof value !== 'number' || !Number.isFinite(Math.fround(value)))
    throw new Error(`${path} must be a finite number, f32, got ${spelled(value)}`);
  return value;
}

function isList(value: ShapeValue): value is readonly ShapeValue[] {
  return Array.isArray(value);
}

function spelled(value: ShapeValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return `${value}`;
  return isList(value) ? `a list of ${value.length}` : 'an object';
}
