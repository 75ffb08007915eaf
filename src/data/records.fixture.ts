/** Byte of record `record`, channel `channel` (0 = R), row and column, in the records that tests make. */
export function recordByte(record: number, channel: number, row: number, column: number): number {
  return (31 * record + 80 * channel + 3 * row + 7 * column) % 256;
}

/** CIFAR-10 records written out from the format's description. Labels count up from `firstLabel`, modulo 10. */
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
