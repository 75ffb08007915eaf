import type { Random } from '../../src/random.ts';
import { RASTER, type Raster } from './icons.ts';

/** Side of a composed image. */
export const SIDE = 32;
/** Samples per pixel and axis. The pixel is the mean of its samples. */
const SAMPLES = 4;

/** How much a composition may differ from a plain icon. */
export interface Difficulty {
  /** Side of the icon over the image's side. */
  readonly scale: readonly [number, number];
  /** Standard deviation of the rotation, radians. */
  readonly rotation: number;
  /** Largest shift of the icon from the middle in each direction, as a share of half the image's side. */
  readonly offset: number;
  readonly mirror: number;
  /** Mean of the background's two colours. */
  readonly grey: number;
  /** Largest difference of a channel of either colour from that mean. */
  readonly spread: number;
  /** Standard deviation of each entry of the colour matrix around the identity. */
  readonly colour: number;
  /** Range of the factor on the icon's colours. */
  readonly brightness: readonly [number, number];
  /** Largest standard deviation of the pixel noise, on the 0–1 scale. */
  readonly noise: number;
}

/**
 * Both branches learn this in minutes. A network that a laptop trains in minutes hardly learns harder images.
 */
export const CLEAN: Difficulty = {
  scale: [0.75, 1.05],
  rotation: 0.15,
  offset: 0.15,
  mirror: 0.5,
  grey: 0.5,
  spread: 0.5,
  colour: 0.04,
  brightness: [0.8, 1.1],
  noise: 0.02,
};

/**
 * Pastes an icon over a two-colour gradient. Writes u8 [32, 32, 3] to `target` at byte `at`. It uses only + −
 * × ÷ and square roots, which IEEE 754 rounds in the same way everywhere. So the same stream gives the same
 * bytes on every machine.
 */
export function compose(
  icon: Raster,
  difficulty: Difficulty,
  random: Random,
  target: Uint8Array,
  at: number,
): void {
  const background = gradient(difficulty, random);
  const toIcon = placement(difficulty, random);
  const recolour = colouring(difficulty, random);
  const noise = random.between(0, difficulty.noise);
  const sample = new Float64Array(4);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      iconAt(icon, toIcon, x, y, sample);
      const under = background(x, y);
      const over = recolour(sample);
      const clear = 1 - sample[3]!;
      for (let c = 0; c < 3; c++) {
        const value = over[c]! + clear * under[c]! + noise * grain(random);
        target[at + 3 * (y * SIDE + x) + c] = Math.round(255 * clamp(value, 1));
      }
    }
  }
}

/** Affine map from image to icon coordinates: (x, y) → (ax + by + c, dx + ey + f), in raster pixels. */
type Affine = readonly [number, number, number, number, number, number];

function placement(difficulty: Difficulty, random: Random): Affine {
  const zoom = 1 / random.between(...difficulty.scale);
  // Sine and cosine follow from tan(θ/2) without either function. For small angles tan(θ/2) ≈ θ/2.
  const t = (difficulty.rotation / 2) * bell(random);
  const cos = (1 - t * t) / (1 + t * t);
  const sin = (2 * t) / (1 + t * t);
  const shiftX = random.between(-difficulty.offset, difficulty.offset);
  const shiftY = random.between(-difficulty.offset, difficulty.offset);
  const flip = random.uniform() < difficulty.mirror ? -1 : 1;
  const unit = (zoom * RASTER) / SIDE;
  const middleX = (SIDE / 2) * (1 + shiftX);
  const middleY = (SIDE / 2) * (1 + shiftY);
  const [a, b, d, e] = [flip * unit * cos, flip * unit * sin, -unit * sin, unit * cos];
  return [a, b, RASTER / 2 - a * middleX - b * middleY, d, e, RASTER / 2 - d * middleX - e * middleY];
}

/** Mean RGBA (0–1, multiplied by alpha) of the icon under pixel (x, y). */
function iconAt(icon: Raster, [a, b, c, d, e, f]: Affine, x: number, y: number, sum: Float64Array): void {
  sum.fill(0);
  for (let j = 0; j < SAMPLES; j++) {
    const py = y + (j + 0.5) / SAMPLES;
    for (let i = 0; i < SAMPLES; i++) {
      const px = x + (i + 0.5) / SAMPLES;
      addBilinear(icon, a * px + b * py + c - 0.5, d * px + e * py + f - 0.5, sum);
    }
  }
  for (let k = 0; k < 4; k++) sum[k] = sum[k]! / (SAMPLES * SAMPLES * 255);
}

/**
 * Adds the icon's value at (u, v). Pixel centres are at whole numbers. The outermost half pixel counts as
 * empty, because icons leave it empty.
 */
function addBilinear(icon: Raster, u: number, v: number, sum: Float64Array): void {
  if (u < 0 || v < 0 || u >= RASTER - 1 || v >= RASTER - 1) return;
  const left = Math.floor(u);
  const top = Math.floor(v);
  const right = u - left;
  const below = v - top;
  const at = 4 * (top * RASTER + left);
  const under = at + 4 * RASTER;
  for (let k = 0; k < 4; k++) {
    const upper = icon[at + k]! + right * (icon[at + 4 + k]! - icon[at + k]!);
    const lower = icon[under + k]! + right * (icon[under + 4 + k]! - icon[under + k]!);
    sum[k] = sum[k]! + upper + below * (lower - upper);
  }
}

/**
 * Mixes two random colours along a random direction across the image. The colours are on opposite sides of a
 * grey, so that every background has the same mean colour. If the mean distinguished images, it would be the
 * easiest thing to learn, and an encoder that learned it would learn little else.
 */
function gradient(
  { grey, spread }: Difficulty,
  random: Random,
): (x: number, y: number) => readonly [number, number, number] {
  const departure = () => random.between(-spread, spread);
  const [red, green, blue] = [departure(), departure(), departure()];
  const [dx, dy] = direction(random);
  const reach = (Math.abs(dx) + Math.abs(dy)) * SIDE;
  return (x, y) => {
    // This goes from 1 at one end to −1 at the other.
    const side = (-2 * (dx * (x + 0.5 - SIDE / 2) + dy * (y + 0.5 - SIDE / 2))) / reach;
    return [grey + side * red, grey + side * green, grey + side * blue];
  };
}

/** A random direction without sine and cosine: points are drawn until one is in the unit disc. */
function direction(random: Random): readonly [number, number] {
  for (;;) {
    const x = random.between(-1, 1);
    const y = random.between(-1, 1);
    const squared = x * x + y * y;
    if (squared > 0.01 && squared <= 1) return [x, y];
  }
}

/**
 * A colour matrix near the identity, times a brightness. It works on colours that are multiplied by alpha.
 */
function colouring(
  { colour: spread, brightness }: Difficulty,
  random: Random,
): (rgba: Float64Array) => readonly [number, number, number] {
  const factor = random.between(...brightness);
  const matrix = Array.from(
    { length: 9 },
    (_, i) => factor * ((i % 4 === 0 ? 1 : 0) + spread * bell(random)),
  );
  return (rgba) => {
    const channel = (c: number) =>
      clamp(
        matrix[3 * c]! * rgba[0]! + matrix[3 * c + 1]! * rgba[1]! + matrix[3 * c + 2]! * rgba[2]!,
        rgba[3]!,
      );
    return [channel(0), channel(1), channel(2)];
  };
}

/**
 * Nearly N(0, 1): the sum of twelve uniform numbers minus its mean. Box–Muller would not do, because
 * logarithm and cosine may differ between machines.
 */
function bell(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.uniform();
  return sum;
}

/**
 * A cheaper version of `bell` for every byte of an image: the sum of the four bytes of one word, scaled to
 * mean 0 and deviation 1.
 */
function grain(random: Random): number {
  const word = random.word();
  const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
  return (sum - 510) / Math.sqrt((4 * (256 * 256 - 1)) / 12);
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
