import { describe, expect, it } from 'vitest';
import { commands } from 'vitest/browser';
import type { RoadCase } from '../../cli/images/roads.fixture.ts';
import { decodeBitmap } from './decodeBitmap.ts';
import { outcomeOf } from './outcome.fixture.ts';

// The same pictures are read here and in Node, and must become the same pixels or the same refusal.

declare module 'vitest/browser' {
  interface BrowserCommands {
    /** The pictures, with what Node makes of them (e2e/browserUnit.config.ts). */
    roadCases: () => Promise<RoadCase[]>;
  }
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** How much a value may differ. In lossy formats, decoders may round differently. */
const LEVELS = { png: 0, webp: 2, jpg: 8 } as const;

const cases = await commands.roadCases();

describe.each(['png', 'webp', 'jpg'] as const)('every %s', (ending) => {
  const pictures = cases.filter(({ name }) => name.endsWith(`.${ending}`));

  it('becomes the same pixels here and in Node, or the same refusal', async () => {
    const differences: string[] = [];
    for (const { name, base64, refusal, width, height, pixels } of pictures) {
      const here = await outcomeOf(decodeBitmap, name, bytesOf(base64));
      if ('refusal' in here || refusal !== null) {
        const words = 'refusal' in here ? here.refusal : 'pixels';
        if (words !== refusal) differences.push(`${name}: here “${words}”, in Node “${refusal ?? 'pixels'}”`);
        continue;
      }
      const node = bytesOf(pixels);
      const worst = here.pixels.reduce((most, value, i) => Math.max(most, Math.abs(value - node[i]!)), 0);
      if (here.width !== width || here.height !== height || worst > LEVELS[ending]) {
        differences.push(
          `${name}: ${here.width} × ${here.height}, in Node ${width} × ${height}, apart ${worst}`,
        );
      }
    }
    expect(differences).toEqual([]);
    expect(pictures.filter(({ refusal }) => refusal === null).length).toBeGreaterThan(20);
    expect(pictures.filter(({ refusal }) => refusal !== null).length).toBeGreaterThan(60);
  });
});
