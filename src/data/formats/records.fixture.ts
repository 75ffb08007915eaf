/** Byte of record `record`, channel `channel` (0 = R), row and column, in the records that tests make. */
export function recordByte(record: number, channel: number, row: number, column: number): number {
  return (31 * record + 80 * channel + 3 * row + 7 * column) % 256;
}

/**
 * CIFAR-10 records written out from the format's description. Labels count up from `firstLabel`, modulo 10.
 */
export function makeRecords(count: number, firstLabel = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * 3073);
  for (let record = 0; record < count; record++) {
    let at = record * 3073;
    bytes[at++] = (firstLabel + record) % 10;
    for (let channel = 0; channel < 3; channel++)
      for (let row = 0; row < 32; row++)
        for (let column = 0; column < 32; column++) bytes[at++] = recordByte(record, channel, row, column);
  }
  return bytes;
}

/**
 * CIFAR-100 records: the fine label counts up from `firstLabel`, modulo 100; the coarse one is a fifth of it.
 */
export function makeFineRecords(count: number, firstLabel = 0): Uint8Array<ArrayBuffer> {
  const plain = makeRecords(count);
  const bytes = new Uint8Array(count * 3074);
  for (let record = 0; record < count; record++) {
    const fine = (firstLabel + record) % 100;
    bytes.set([Math.floor(fine / 5), fine], record * 3074);
    bytes.set(plain.subarray(record * 3073 + 1, (record + 1) * 3073), record * 3074 + 2);
  }
  return bytes;
}

/** STL-10's byte of image `image`: planes R, G, B, each column by column. */
export function stlByte(image: number, channel: number, row: number, column: number): number {
  return (29 * image + 70 * channel + 5 * row + 11 * column) % 256;
}

/** Images in STL-10's layout, written out from its description. */
export function makeStlImages(count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * 27_648);
  let at = 0;
  for (let image = 0; image < count; image++)
    for (let channel = 0; channel < 3; channel++)
      for (let column = 0; column < 96; column++)
        for (let row = 0; row < 96; row++) bytes[at++] = stlByte(image, channel, row, column);
  return bytes;
}
