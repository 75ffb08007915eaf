import { describe, expect, it } from 'vitest';
import { type Layout, uniformLayout } from './shapeLayout.ts';
import { fillIn } from './template.ts';

const UNIFORM = '@group(0) @binding(0) var<uniform> shape: Shape;';

function layoutOf(...lines: string[]) {
  return uniformLayout('odd', [...lines, UNIFORM].join('\n'));
}

/** Each field as name@offset. */
function placesOf(layout: Layout): string[] {
  return layout.kind === 'struct' ? layout.fields.map(({ name, offset }) => `${name}@${offset}`) : [];
}

describe('the layout of a uniform', () => {
  it('puts numbers one after the other', () => {
    const layout = layoutOf('struct Shape { rows: u32, shift: i32, scale: f32 }');
    expect(placesOf(layout)).toEqual(['rows@0', 'shift@4', 'scale@8']);
    expect(layout.fields.map(({ layout: { type } }) => type)).toEqual(['u32', 'i32', 'f32']);
    expect(layout.size).toBe(12);
  });

  it('aligns vectors of two to 8 bytes, those of three and four to 16, and fills up the last word of three', () => {
    const layout = layoutOf(
      'struct Shape { a: u32, b: vec2f, c: vec3<f32>, d: f32, e: vec3u, f: vec4<i32>, g: vec2<u32> }',
    );
    expect(placesOf(layout)).toEqual(['a@0', 'b@8', 'c@16', 'd@28', 'e@32', 'f@48', 'g@64']);
    expect(layout.size).toBe(80);
  });

  it('reads arrays of vectors, of structs and of arrays, whose lengths a template fills in', () => {
    const source = `
      struct Row { first: vec3f, last: u32, pairs: array<vec2<u32>, 1>, }
      struct Shape { count: u32, rows: array<vec4u, #{2 * N}>, grid: array<array<vec4f, 2>, 3u,>, }
      ${UNIFORM}`;
    expect(() => uniformLayout('odd', fillIn(source, { N: 2 }))).not.toThrow();
    const layout = uniformLayout('odd', fillIn(source, { N: 2 }));
    expect(placesOf(layout)).toEqual(['count@0', 'rows@16', 'grid@80']);
    expect(layout.size).toBe(176);
    expect(layout.fields[2]!.layout).toMatchObject({
      count: 3,
      stride: 32,
      element: { count: 2, stride: 16 },
    });
  });

  it('reads structs within structs, declared before or after, with @align and @size', () => {
    const layout = layoutOf(
      'struct Shape { a: u32, blocks: array<Block, 3>, inner: Inner, after: u32, @size(20) wide: u32, end: u32, }',
      'struct Block { @align(16) offset: u32, quads: u32, }',
      'struct Inner { place: vec4u, @align(8) @size( 8 ) odd: f32, last: f32 }',
    );
    expect(placesOf(layout)).toEqual(['a@0', 'blocks@16', 'inner@64', 'after@96', 'wide@100', 'end@120']);
    const [, blocks, inner] = layout.fields.map((field) => field.layout);
    expect(blocks).toMatchObject({ kind: 'list', count: 3, stride: 16, size: 48, element: { size: 16 } });
    expect(placesOf(inner!)).toEqual(['place@0', 'odd@16', 'last@24']);
    expect(layout.size).toBe(128);
  });

  it('passes over comments, whatever they hold', () => {
    const layout = layoutOf(
      '// struct Shape { wrong: u32 } /* not open',
      '/* struct Shape { /* nested */ wrong: u32 } // still within',
      'var<uniform> other: Other; */',
      'struct/**/Shape { // }',
      '  a: u32, // b: u32, }',
      '  /* c: u32, */ d: /* of */ f32,',
      '}',
    );
    expect(placesOf(layout)).toEqual(['a@0', 'd@4']);
  });

  it('looks at the uniform alone: storage, private and other structs may hold what they like', () => {
    const layout = layoutOf(
      'struct Step { weights: array<f32, 8>, all: array<f32> }',
      'struct Shape { a: u32 }',
      '@group(0) @binding(1) var<storage, read> step: Step;',
      'var<private> values: array<f32, 8>;',
    );
    expect(placesOf(layout)).toEqual(['a@0']);
  });
});

describe('a layout that cannot be', () => {
  it.each([
    ['fn main() {}', 'must declare one uniform, got 0'],
    [`${UNIFORM} var<uniform> more: Shape;`, 'must declare one uniform, got 2'],
    ['@group(0) @binding(0) var<uniform> count: u32;', 'the uniform must be a struct, got u32'],
    [UNIFORM, 'the uniform: the type Shape is not known here'],
    [`struct Shape { a: bool } ${UNIFORM}`, 'Shape.a: the type bool is not known here'],
    [`struct Shape { a: array<vec4u> } ${UNIFORM}`, 'Shape.a: the type array<vec4u> is not known here'],
    [`struct Shape { } ${UNIFORM}`, 'struct Shape must have fields'],
    [`struct Shape { a } ${UNIFORM}`, 'struct Shape: a field must be name: type, got a'],
    [
      `struct Shape { a: array<vec4u, 0> } ${UNIFORM}`,
      'Shape.a: an array must have elements, got array<vec4u, 0>',
    ],
    [
      `struct Shape { a: array<f32, 8> } ${UNIFORM}`,
      'Shape.a: elements of array<f32, 8> must lie a multiple of 16 bytes apart, got 4',
    ],
    [
      `struct In { x: f32 } struct Shape { a: u32, b: In } ${UNIFORM}`,
      'Shape.b: In must start at a multiple of 16 bytes, got 4: align it',
    ],
    [
      `struct In { x: f32 } struct Shape { a: In, b: u32 } ${UNIFORM}`,
      'Shape.b: must start a multiple of 16 bytes after a, got 4',
    ],
    [
      `struct Shape { @align(12) a: u32 } ${UNIFORM}`,
      'Shape.a: @align must be at least 4, a power of two, got 12',
    ],
    [`struct Shape { @size(8) a: vec4u } ${UNIFORM}`, 'Shape.a: @size must be at least 16, got 8'],
    [`struct Shape { @builtin(position) a: vec4f } ${UNIFORM}`, 'Shape.a: @builtin is not known here'],
  ])('is refused: %s', (code, reason) => {
    expect(() => uniformLayout('odd', code)).toThrow(`kernel odd: ${reason}`);
  });
});
