import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Resvg } from '@resvg/resvg-wasm';
import { z } from 'zod';
import type { CIFAR10_CLASSES } from '../../src/data/images/dataset.ts';

/** The icons of every class. Every style has each of them. */
export const ICONS: Readonly<Record<(typeof CIFAR10_CLASSES)[number], readonly string[]>> = {
  airplane: ['airplane', 'small-airplane', 'airplane-departure', 'airplane-arrival'],
  automobile: [
    'automobile',
    'sport-utility-vehicle',
    'taxi',
    'police-car',
    'oncoming-automobile',
    'racing-car',
  ],
  bird: ['bird', 'eagle', 'duck', 'dove', 'owl', 'parrot', 'swan', 'rooster', 'goose'],
  cat: ['cat', 'cat-face', 'black-cat', 'grinning-cat'],
  deer: ['deer', 'moose'],
  dog: ['dog', 'dog-face', 'guide-dog', 'service-dog', 'poodle'],
  frog: ['frog'],
  horse: ['horse', 'horse-face', 'unicorn', 'horse-racing'],
  ship: ['ship', 'ferry', 'passenger-ship', 'sailboat', 'speedboat', 'motor-boat'],
  truck: ['delivery-truck', 'articulated-lorry', 'pickup-truck', 'fire-engine'],
};

/** A set of drawings by one maker: the package that holds it, and the credit that its licence asks for. */
export interface Style {
  readonly id: 'noto' | 'fluent-emoji-flat' | 'twemoji';
  readonly credit: string;
}

export const TRAINING_STYLES: readonly Style[] = [
  {
    id: 'noto',
    credit: 'Noto Emoji, © Google Inc, Apache License 2.0, https://github.com/googlefonts/noto-emoji',
  },
  {
    id: 'fluent-emoji-flat',
    credit: 'Fluent Emoji Flat, © Microsoft Corporation, MIT, https://github.com/microsoft/fluentui-emoji',
  },
];

/** The style that training never sees. */
export const UNSEEN_STYLE: Style = {
  id: 'twemoji',
  credit:
    'Twemoji, © Twitter, Inc and other contributors, CC BY 4.0, https://github.com/jdecked/twemoji (pasted, turned and recoloured)',
};

/** Side of a rasterised icon: four times the largest side at which it is drawn. */
export const RASTER = 128;

/** u8 [RASTER, RASTER, 4], RGBA, colours multiplied by alpha, the drawing centred and as large as fits. */
export type Raster = Uint8Array;

/** The rasters of a style, in the order of ICONS: classes × icons of the class. */
export type RasterSet = readonly (readonly Raster[])[];

const IconPackage = z.object({
  width: z.number(),
  height: z.number(),
  icons: z.record(
    z.string(),
    z.object({ body: z.string(), width: z.number().optional(), height: z.number().optional() }),
  ),
});

const require = createRequire(import.meta.url);
let renderer: Promise<typeof Resvg> | undefined;

/**
 * Rasterises every icon of a style. resvg as WebAssembly gives the same bytes on every machine.
 * @throws Error if the style's package lacks an icon
 */
export async function rasterise(style: Style): Promise<RasterSet> {
  renderer ??= loadRenderer();
  const Renderer = await renderer;
  const path = locked(`@iconify-json/${style.id}/icons.json`);
  const pack = IconPackage.parse(JSON.parse(await readFile(path, 'utf8')));
  return Object.values(ICONS).map((names) =>
    names.map((name) => {
      const icon = pack.icons[name];
      if (icon === undefined) {
        throw new Error(
          `@iconify-json/${style.id} must have the icon "${name}", got none. Install the version in package-lock.json (npm ci).`,
        );
      }
      return draw(Renderer, icon.body, icon.width ?? pack.width, icon.height ?? pack.height);
    }),
  );
}

/** The renderer, ready to draw. It is loaded only here, because commands that find the images start without it. */
async function loadRenderer(): Promise<typeof Resvg> {
  const binary = await readFile(locked('@resvg/resvg-wasm/index_bg.wasm'));
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await initWasm(binary);
  return Resvg;
}

/** The path of a file of a package. @throws Error if the package is not there */
function locked(name: string): string {
  try {
    return require.resolve(name);
  } catch (cause) {
    throw new Error(
      `Emoji-10 cannot be composed: ${name} is not here. Install the locked packages (npm ci), or unpack the bundle again.`,
      { cause },
    );
  }
}

function draw(Renderer: typeof Resvg, body: string, width: number, height: number): Raster {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 ${width} ${height}" width="${RASTER}" height="${RASTER}">${body}</svg>`;
  const picture = new Renderer(svg);
  const rendered = picture.render();
  const pixels = rendered.pixels.slice();
  rendered.free();
  picture.free();
  return pixels;
}
