import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHOICES, SWITCHES } from '../../choices.ts';
import type { RunConfig } from '../../config.ts';
import { checkConfig, FIELDS } from '../../fields.ts';
import { cases } from '../../fuzz.fixture.ts';
import { DEFAULT_CONFIG, PRESETS } from '../../presets.ts';
import { LinkError, type LinkedSettings, linkOf, settingsOfLink } from './shareLink.ts';

/** Any value that a number's field allows: the steps of its slider, and whatever was typed between them. */
function numbersOf({ min, max, step, key }: (typeof FIELDS)[number]): fc.Arbitrary<number> {
  if (key === 'width') return fc.integer({ min: 4, max: 64 });
  if (step === 1) return fc.integer({ min, max });
  return fc.double({ min, max, noNaN: true }).map((value) => value + 0);
}

const anyConfig: fc.Arbitrary<RunConfig> = fc
  .tuple(
    fc.constantFrom<RunConfig['system']>('dual-gating', 'vicreg-gating', 'vicreg', 'slimmable'),
    fc.tuple(...FIELDS.map((field) => numbersOf(field).map((value) => [field.key, value] as const))),
    fc.tuple(
      ...CHOICES.map(({ key, options }) =>
        fc.constantFrom(...options.map(({ value }) => value)).map((value) => [key, value] as const),
      ),
    ),
    fc.tuple(...SWITCHES.map(({ key }) => fc.boolean().map((value) => [key, value] as const))),
  )
  .map(([system, ...pairs]) => ({ ...DEFAULT_CONFIG, ...Object.fromEntries(pairs.flat()), system }))
  .filter((config) => checkConfig(config).length === 0);

const anySettings: fc.Arbitrary<LinkedSettings> = fc.record({
  preset: fc.constantFrom(...PRESETS.map(({ id }) => id)),
  config: anyConfig,
  source: fc.constantFrom<LinkedSettings['source']>(
    { kind: 'emoji10', test: 'unseen-style' },
    { kind: 'emoji10', test: 'same-styles' },
    { kind: 'own' },
  ),
  engine: fc.constantFrom<LinkedSettings['engine']>('auto', 'wasm', 'cpu', 'webgpu'),
});

describe('a link', () => {
  it('gives back any settings that it was made of', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        expect(settingsOfLink(`#${linkOf(settings)}`)).toEqual(settings);
      }),
      { seed: 1, numRuns: cases(500) },
    );
  });

  it('that was changed at random is refused in words, or says something that can be trained', () => {
    const edit = fc.record({
      at: fc.nat(),
      remove: fc.nat(6),
      insert: fc.oneof(
        fc.string({ maxLength: 6, unit: 'binary' }),
        fc.constantFrom('&', '=', '%', '%00', '#', '&v=1', '-', '1e308', 'null', '&seed=', '\u202e', '[]'),
      ),
    });
    const links = anySettings.map(linkOf);
    let kept = 0;
    fc.assert(
      fc.property(links, fc.array(edit, { minLength: 1, maxLength: 4 }), (link, edits) => {
        const changed = edits.reduce((text, { at, remove, insert }) => {
          const from = at % (text.length + 1);
          return text.slice(0, from) + insert + text.slice(from + remove);
        }, link);
        try {
          const { config, preset } = settingsOfLink(changed);
          expect(checkConfig(config)).toEqual([]);
          expect(PRESETS.map(({ id }) => id)).toContain(preset);
          kept++;
        } catch (error) {
          if (!(error instanceof LinkError)) throw error;
          expect(error.message.length).toBeLessThan(1500);
        }
      }),
      { seed: 2, numRuns: cases(4000) },
    );
    // Changes that only touch digits leave a link that can be followed.
    expect(kept).toBeGreaterThan(cases(20));
  });
});
