// The filter of a convolution's input gradient: inputs and outputs change places, and the window is turned by
// 180 degrees. Of a strided convolution, pixels of one parity see every second row and column of the window
// only; each parity has a filter of its own.

/**
 * Computes octets [from, to) of inputs of `turned`, [octet of inputs][rows][columns · outputs][8], from w,
 * [octet of outputs][kernel][kernel · inputs][8].
 * @param inputs channels, and outputs channels, multiples of 4
 * @param stride between the rows and columns of the window that are taken; the first are lastRow and
 * lastColumn, the others lie before them
 */
export function turnedFilter(
  from: i32,
  to: i32,
  w: usize,
  turned: usize,
  inputs: i32,
  outputs: i32,
  kernel: i32,
  stride: i32,
  lastRow: i32,
  lastColumn: i32,
  rows: i32,
  columns: i32,
): void {
  const run = kernel * inputs;
  for (let octet = from; octet < to; octet++) {
    let at: usize = turned + <usize>(octet * rows * columns * outputs * 32);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const within = (lastColumn - c * stride) * inputs + octet * 8;
        for (let o = 0; o < outputs; o++) {
          const place = (((o >> 3) * kernel + lastRow - r * stride) * run + within) * 8 + (o & 7);
          let weight: usize = w + <usize>(place * 4);
          for (let i = 0; i < 8; i++) {
            store<f32>(at, octet * 8 + i < inputs ? load<f32>(weight) : 0);
            at += 4;
            weight += 32;
          }
        }
      }
    }
  }
}
