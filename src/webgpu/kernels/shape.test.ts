import { describe, expect, it } from 'vitest';
import { dispatch, floatBits, kernel } from './kernel.ts';
import { packShape, type ShapeValues } from './shape.ts';

const CODE = `
struct Block { @align(16) offset: u32, share: f32, }
struct Shape {
  rows: u32, // of one pass
  shift: i32,
  scale: vec3f,
  slope: f32,
  blocks: array<Block, 2>,
}
@group(0) @binding(0) var<uniform> shape: Shape;
`;

const VALUES = {
  rows: 2 ** 32 - 1,
  shift: -2,
  scale: [1, 0.1, -0.5],
  slope: 1e-30,
  blocks: [
    { offset: 7, share: 0.25 },
    { offset: 8, share: -0 },
  ],
};

const pack = (change: ShapeValues = {}) => packShape('odd', CODE, { ...VALUES, ...change });

describe('a shape', () => {
  it('lies as WGSL reads it, padding 0', () => {
    expect([...pack()]).toEqual([
      ...[0xffffffff, 0xfffffffe, 0, 0],
      ...[1, 0.1, -0.5, 1e-30].map(floatBits),
      ...[7, floatBits(0.25), 0, 0],
      ...[8, 0x80000000, 0, 0],
    ]);
  });

  it('takes its values in any order', () => {
    const { rows, ...rest } = VALUES;
    expect(packShape('odd', CODE, { ...rest, rows })).toEqual(pack());
  });

  it('is packed when a dispatch is made, for the template’s constants', () => {
    const source = CODE.replace('2>', '#{BLOCKS}>');
    const made = (count: number) =>
      dispatch({
        kernel: kernel('odd', source, { BLOCKS: count }),
        shape: { ...VALUES, blocks: VALUES.blocks.slice(0, count) },
        buffers: [],
        workgroups: [1, 1, 1],
      });
    expect(made(2).shape).toEqual(pack());
    expect(made(1).shape).toEqual(pack().slice(0, 12));
    expect('of' in made(1)).toBe(false);
  });
});

describe('a shape is refused', () => {
  it.each<[string, ShapeValues, string]>([
    ['a fraction', { rows: 1.5 }, 'shape.rows must be a whole number from 0 to 4294967295, u32, got 1.5'],
    ['a negative', { rows: -1 }, 'shape.rows must be a whole number from 0 to 4294967295, u32, got -1'],
    ['one too large', { rows: 2 ** 32 }, 'u32, got 4294967296'],
    ['no number', { rows: Number.NaN }, 'u32, got NaN'],
    [
      'below i32',
      { shift: -(2 ** 31) - 1 },
      'shape.shift must be a whole number from -2147483648 to 2147483647, i32',
    ],
    ['above i32', { shift: 2 ** 31 }, 'i32, got 2147483648'],
    ['NaN for f32', { slope: Number.NaN }, 'shape.slope must be a finite number, f32, got NaN'],
    ['infinity', { slope: -Infinity }, 'f32, got -Infinity'],
    ['what float32 rounds to infinity', { slope: 3.5e38 }, 'f32, got 3.5e+38'],
    ['a list for a number', { slope: [1] }, 'f32, got a list of 1'],
    ['a number for a vector', { scale: 1 }, 'shape.scale must be a list of 3 values, vec3f, got 1'],
    ['a vector with padding', { scale: [1, 2, 3, 0] }, 'vec3f, got a list of 4'],
    ['a vector with a hole', { scale: [1, Number.NaN, 3] }, 'shape.scale[1] must be a finite number'],
    [
      'too few structs',
      { blocks: [{ offset: 1, share: 1 }] },
      'a list of 2 values, array<Block, 2>, got a list of 1',
    ],
    [
      'a list for a struct',
      { blocks: [VALUES.blocks[0]!, [8, 1]] },
      'shape.blocks[1] must be an object with the fields of Block, offset, share, got a list of 2',
    ],
    [
      'a field of a struct that is missing',
      { blocks: [{ offset: 1, share: 1 }, { offset: 1 }] },
      'shape.blocks[1].share must be a finite number, f32, got nothing',
    ],
    [
      'a field of a struct that is unknown',
      { blocks: [{ offset: 1, share: 1, quads: 2 }, VALUES.blocks[1]!] },
      'shape.blocks[0].quads must be one of the fields of Block, offset, share, got quads',
    ],
    [
      'an unknown field',
      { slopes: 1 },
      'shape.slopes must be one of the fields of Shape, rows, shift, scale, slope, blocks, got slopes',
    ],
  ])('for %s, with its kernel and field', (_, change, reason) => {
    expect(() => pack(change)).toThrow(reason);
    expect(() => pack(change)).toThrow('kernel odd: shape.');
  });

  it.each(Object.keys(VALUES))('where %s is missing', (name) => {
    const rest = Object.fromEntries(Object.entries(VALUES).filter(([key]) => key !== name));
    expect(() => packShape('odd', CODE, rest)).toThrow(
      new RegExp(`kernel odd: shape\\.${name} must .*, got nothing`),
    );
  });
});
