import type { Random } from '../../random.ts';

/** Values that readers often handle wrongly: zero, all ones, and the edges of signed numbers. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff];

/**
 * A damaged or hostile copy of a file: some bytes are flipped, set to an edge, cut out, doubled or inserted,
 * numbers of four bytes become huge, or the end is cut off. The same random stream gives the same copy.
 */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let out = [...bytes];
  const times = 1 + random.below(4);
  for (let i = 0; i < times && out.length > 0; i++) {
    // Heads and ends describe the rest, so they are hit as often as everything between.
    const near = Math.min(out.length, 64);
    const at = [random.below(out.length), random.below(near), out.length - 1 - random.below(near)][
      random.below(3)
    ]!;
    const length = 1 + random.below(Math.min(40, out.length - at));
    switch (random.below(7)) {
      case 0:
        out[at] = out[at]! ^ (1 << random.below(8));
        break;
      case 1:
        out[at] = EDGES[random.below(EDGES.length)]!;
        break;
      case 2:
        out.splice(at, length);
        break;
      case 3:
        out.splice(at, 0, ...out.slice(at, at + length));
        break;
      case 4:
        out.splice(at, 0, ...Array.from({ length }, () => random.below(256)));
        break;
      case 5: {
        const edge = EDGES[random.below(EDGES.length)]!;
        for (let b = at; b < Math.min(out.length, at + 4); b++) out[b] = edge;
        break;
      }
      default:
        out = out.slice(0, at);
    }
  }
  return Uint8Array.from(out);
}
