// Makers of pictures and archives, written from the formats' descriptions, with every oddity that a test
// wants. They run in Node and in a browser.

export type Bytes = Uint8Array<ArrayBuffer>;

const text = (words: string): Bytes => new TextEncoder().encode(words);

export function joined(parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

const big = (value: number): Bytes => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
const little = (value: number, length: number): Bytes =>
  Uint8Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256);

/** Pixels of picture `seed`, u8 [side, side, 3]: a gradient that changes under every flip or turn. */
export function pixelsOf(seed: number, side = 8): Bytes {
  return Uint8Array.from({ length: 3 * side * side }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return [40 * seed + pixel, 90 * seed + 3 * Math.floor(pixel / side), 17 * seed][i % 3]! % 256;
  });
}

/** A PNG of RGB pixels, u8 [side, side, 3], not packed. */
export function png(pixels: Uint8Array, side = 8): Bytes {
  const rows = joined(
    Array.from({ length: side }, (_, y) =>
      joined([Uint8Array.of(0), pixels.subarray(3 * y * side, 3 * (y + 1) * side)]),
    ),
  );
  let [a, b] = [1, 0];
  for (const byte of rows) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  const stored = joined([
    Uint8Array.of(0x78, 1, 1),
    little(rows.length, 2),
    little(65_535 - rows.length, 2),
    rows,
    big(65_536 * b + a),
  ]);
  const chunk = (type: string, data: Uint8Array) => {
    const body = joined([text(type), data]);
    return joined([big(data.length), body, big(crc32(body))]);
  };
  const header = joined([big(side), big(side), Uint8Array.of(8, 2, 0, 0, 0)]);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return joined([signature, chunk('IHDR', header), chunk('IDAT', stored), chunk('IEND', new Uint8Array(0))]);
}

/** The PNG of picture `seed`. */
export function picture(seed: number, side = 8): Bytes {
  return png(pixelsOf(seed, side), side);
}

async function streamed(bytes: Bytes, format: CompressionFormat): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export function gzip(bytes: Bytes): Promise<Bytes> {
  return streamed(bytes, 'gzip');
}

/** A member of a tar, with what is odd about it. */
export interface TarMember {
  readonly path: string | Bytes;
  readonly bytes?: Bytes;
  /** One character: “0” file, “1” hard link, “2” symbolic link, “5” folder … */
  readonly type?: string;
  readonly target?: string;
  /** Whether the size is in base 256. */
  readonly isBinary?: boolean;
  /** Whether it lacks “ustar”, as in version 7 of Unix. */
  readonly isOld?: boolean;
  /** Bytes that stand in the header, by position. */
  readonly also?: Readonly<Record<number, number>>;
}

function tarMember({ path, bytes = new Uint8Array(0), type = '0', target = '', ...odd }: TarMember): Bytes {
  const header = new Uint8Array(512);
  const put = (value: string | Bytes, at: number) =>
    header.set(typeof value === 'string' ? text(value) : value, at);
  put(path, 0);
  put('0000644\0' + '0000000\0' + '0000000\0', 100);
  put(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  if (odd.isBinary) header.set([0x80, 0, 0, 0, 0, 0, 0, 0, ...big(bytes.length)], 124);
  put('00000000000\0', 136);
  put(type, 156);
  put(target, 157);
  if (!odd.isOld) put('ustar\0' + '00', 257);
  for (const [at, byte] of Object.entries(odd.also ?? {})) header[Number(at)] = byte;
  const sum = header.reduce((all, byte) => all + byte, 8 * 32);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return joined([header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)]);
}

const END = new Uint8Array(1024);

/** A tar. @param end what follows its members; the end mark if not given */
export function tar(members: readonly TarMember[], end: Bytes = END): Bytes {
  return joined([...members.map(tarMember), end]);
}

/** A member before another one that tells its long path (L) or target (K), as GNU's tar writes it. */
export function gnuLong(type: 'L' | 'K', path: string): TarMember {
  return { path: '././@LongLink', type, bytes: text(`${path}\0`) };
}

/** A member before another one that tells its fields, as pax has them. */
export function pax(fields: Readonly<Record<string, string>>, type = 'x'): TarMember {
  const records = Object.entries(fields).map(([key, value]) => {
    const rest = text(` ${key}=${value}\n`);
    let length = rest.length + 1;
    while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
    return joined([text(`${length}`), rest]);
  });
  return { path: 'PaxHeaders/x', type, bytes: joined(records) };
}

/** An entry of a zip, with what is odd about it. */
export interface ZipItem {
  readonly path: string;
  readonly bytes: Bytes;
  /** Whether it is packed by Deflate. */
  readonly deflate?: boolean;
  /** A method that it claims; its bytes are as given. */
  readonly method?: number;
  /** Bits of its flags; 0x800 (the name is UTF-8) if not given. */
  readonly flags?: number;
  /** Whether it is a link of Unix. */
  readonly isLink?: boolean;
}

export async function zip(items: readonly ZipItem[]): Promise<Bytes> {
  const locals: Bytes[] = [];
  const central: Bytes[] = [];
  let at = 0;
  for (const { path, bytes, deflate = false, method, flags = 0x800, isLink = false } of items) {
    const data = deflate ? await streamed(bytes, 'deflate-raw') : bytes;
    const name = text(path);
    const common = joined([
      little(20, 2),
      little(flags, 2),
      little(method ?? (deflate ? 8 : 0), 2),
      little(0, 2),
      little(0x21, 2),
      little(crc32(bytes), 4),
      little(data.length, 4),
      little(bytes.length, 4),
      little(name.length, 2),
      little(0, 2),
    ]);
    const local = joined([text('PK\x03\x04'), common, name, data]);
    const mode = isLink ? 0o120777 : 0o100644;
    central.push(
      joined([
        ...[text('PK\x01\x02'), little(0x0314, 2), common, little(0, 2), little(0, 2), little(0, 2)],
        ...[little(mode * 65_536, 4), little(at, 4), name],
      ]),
    );
    locals.push(local);
    at += local.length;
  }
  const directory = joined(central);
  const end = joined([
    ...[text('PK\x05\x06'), little(0, 4), little(items.length, 2), little(items.length, 2)],
    ...[little(directory.length, 4), little(at, 4), little(0, 2)],
  ]);
  return joined([...locals, directory, end]);
}
