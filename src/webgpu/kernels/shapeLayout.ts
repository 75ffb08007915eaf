// Reads from WGSL how a kernel's uniform lies in memory: the fields of the struct with their types, at the
// offsets that WGSL gives them in the uniform address space. The reader knows u32, i32, f32, their vectors,
// arrays of fixed length and structs, and the attributes @align and @size.

/** A type with its place in memory, bytes. `type` is how the source spells it. */
export type Layout = ScalarLayout | ListLayout | StructLayout;

interface Sized {
  readonly type: string;
  readonly align: number;
  readonly size: number;
}

export interface ScalarLayout extends Sized {
  readonly kind: 'scalar';
  readonly type: 'u32' | 'i32' | 'f32';
}

/** A vector or an array. */
export interface ListLayout extends Sized {
  readonly kind: 'list';
  readonly element: Layout;
  readonly count: number;
  /** From one element to the next, bytes. */
  readonly stride: number;
}

export interface StructLayout extends Sized {
  readonly kind: 'struct';
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: string;
  /** From the start of the struct, bytes. */
  readonly offset: number;
  readonly layout: Layout;
}

/** Layouts by source text. A plan has hundreds of dispatches, but only a few dozen kernels. */
const known = new Map<string, StructLayout>();

/**
 * The struct that a kernel has as its uniform.
 * @param kernel its name, for errors
 * @param code its WGSL, with every constant of the template filled in
 * @throws Error when the code has no uniform or more than one, or when the uniform is no struct, has an
 * unknown type, or lies where WGSL allows no uniform
 */
export function uniformLayout(kernel: string, code: string): StructLayout {
  let layout = known.get(code);
  if (layout === undefined) {
    layout = new Declarations(kernel, code).uniform();
    known.set(code, layout);
  }
  return layout;
}

const scalar = (type: ScalarLayout['type']): ScalarLayout => ({ kind: 'scalar', type, align: 4, size: 4 });

/** By the letter that ends a vector's short name. */
const SCALARS: Readonly<Record<string, ScalarLayout>> = {
  u: scalar('u32'),
  i: scalar('i32'),
  f: scalar('f32'),
};

class Declarations {
  readonly #kernel: string;
  readonly #text: string;
  /** What is between the braces, by the struct's name. */
  readonly #bodies: ReadonlyMap<string, string>;

  constructor(kernel: string, code: string) {
    this.#kernel = kernel;
    this.#text = withoutComments(code);
    const structs = this.#text.matchAll(/\bstruct\s+(\w+)\s*\{([^}]*)\}/g);
    this.#bodies = new Map(Array.from(structs, ([, name, body]) => [name!, body!]));
  }

  uniform(): StructLayout {
    const types = Array.from(
      this.#text.matchAll(/\bvar\s*<\s*uniform\s*>\s*\w+\s*:\s*([^;]+);/g),
      ([, type]) => type!.trim(),
    );
    if (types.length !== 1) return this.#fail(`must declare one uniform, got ${types.length}`);
    const layout = this.#layout(types[0]!, 'the uniform');
    return layout.kind === 'struct' ? layout : this.#fail(`the uniform must be a struct, got ${types[0]}`);
  }

  /** @param of what has the type; errors name it */
  #layout(type: string, of: string): Layout {
    const number = /^([uif])32$/.exec(type);
    if (number !== null) return SCALARS[number[1]!]!;
    const vector = /^vec([234])(?:([uif])|<\s*([uif])32\s*,?\s*>)$/.exec(type);
    if (vector !== null) return vectorOf(type, Number(vector[1]), SCALARS[vector[2] ?? vector[3]!]!);
    const array = /^array\s*<(.+),\s*(\d+)[ui]?\s*,?\s*>$/s.exec(type);
    if (array !== null) return this.#array(type, array[1]!.trim(), Number(array[2]), of);
    const body = this.#bodies.get(type);
    return body === undefined
      ? this.#fail(`${of}: the type ${type} is not known here`)
      : this.#struct(type, body);
  }

  #array(type: string, of: string, count: number, holder: string): ListLayout {
    const element = this.#layout(of, holder);
    const stride = roundUp(element.size, element.align);
    if (count < 1) return this.#fail(`${holder}: an array must have elements, got ${type}`);
    // WGSL refuses a uniform whose elements are nearer to each other.
    if (stride % 16 !== 0)
      return this.#fail(
        `${holder}: elements of ${type} must lie a multiple of 16 bytes apart, got ${stride}`,
      );
    return { kind: 'list', type, align: element.align, size: count * stride, element, count, stride };
  }

  #struct(type: string, body: string): StructLayout {
    const fields: Field[] = [];
    let [align, end] = [1, 0];
    // Commas within < > belong to a type and separate no fields.
    for (const declared of body.split(/,(?![^<]*>)/).map((text) => text.trim())) {
      if (declared === '') continue;
      const found = /^((?:@\s*\w+\s*\([^)]*\)\s*)*)(\w+)\s*:\s*(.+)$/s.exec(declared);
      if (found === null) return this.#fail(`struct ${type}: a field must be name: type, got ${declared}`);
      const [, attributes = '', name = ''] = found;
      const of = `${type}.${name}`;
      const layout = this.#layout(found[3]!.trim(), of);
      const asked = this.#attributes(attributes, layout, of);
      const offset = roundUp(end, asked.align);
      this.#checkPlace(fields.at(-1), offset, layout, of);
      fields.push({ name, offset, layout });
      align = Math.max(align, asked.align);
      end = offset + asked.size;
    }
    if (fields.length === 0) return this.#fail(`struct ${type} must have fields`);
    return { kind: 'struct', type, align, size: roundUp(end, align), fields };
  }

  /** Alignment and size of a field: those of its type, raised by its attributes. */
  #attributes(attributes: string, { align, size }: Layout, of: string): { align: number; size: number } {
    const asked = { align, size };
    for (const [, name, text] of attributes.matchAll(/@\s*(\w+)\s*\(([^)]*)\)/g)) {
      if (name !== 'align' && name !== 'size') return this.#fail(`${of}: @${name} is not known here`);
      const value = Number(/^\s*(\d+)[ui]?\s*,?\s*$/.exec(text!)?.[1]);
      const power = name === 'align' ? ', a power of two' : '';
      if (!(value >= asked[name]) || (power !== '' && !Number.isInteger(Math.log2(value))))
        return this.#fail(`${of}: @${name} must be at least ${asked[name]}${power}, got ${text}`);
      asked[name] = value;
    }
    return asked;
  }

  /** Arrays and structs start at multiples of 16 bytes in a uniform, and so does what follows a struct. */
  #checkPlace(before: Field | undefined, offset: number, layout: Layout, of: string): void {
    const whole = layout.kind === 'struct' || (layout.kind === 'list' && layout.type.startsWith('array'));
    if (whole && offset % 16 !== 0)
      this.#fail(`${of}: ${layout.type} must start at a multiple of 16 bytes, got ${offset}: align it`);
    if (before?.layout.kind === 'struct' && offset < before.offset + roundUp(before.layout.size, 16))
      this.#fail(
        `${of}: must start a multiple of 16 bytes after ${before.name}, got ${offset - before.offset}`,
      );
  }

  #fail(what: string): never {
    throw new Error(`kernel ${this.#kernel}: ${what}`);
  }
}

/** A vector of three is aligned as one of four, and the next field may use its last word. */
function vectorOf(type: string, count: number, element: ScalarLayout): ListLayout {
  return { kind: 'list', type, align: count === 2 ? 8 : 16, size: 4 * count, element, count, stride: 4 };
}

function roundUp(bytes: number, align: number): number {
  return Math.ceil(bytes / align) * align;
}

/** Removes line comments and block comments. WGSL allows block comments inside block comments. */
function withoutComments(code: string): string {
  let text = '';
  let from = 0;
  let depth = 0;
  let line = false;
  for (const { 0: mark, index } of code.matchAll(/\/\/|\/\*|\*\/|\n/g)) {
    if (line) {
      if (mark !== '\n') continue;
      line = false;
      from = index;
    } else if (mark === '/*' || (mark === '//' && depth === 0)) {
      if (depth === 0) text += code.slice(from, index);
      if (mark === '/*') depth++;
      else line = true;
    } else if (mark === '*/' && depth > 0) {
      depth--;
      // A comment separates words, as a space does.
      if (depth === 0) text += ' ';
      from = index + 2;
    }
  }
  return line || depth > 0 ? text : text + code.slice(from);
}
