import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import { LinkError, type LinkedSettings, linkOf, settingsOfLink } from './shareLink.ts';

const plain: LinkedSettings = {
  preset: 'emoji',
  config: DEFAULT_CONFIG,
  source: { kind: 'emoji10', test: 'unseen-style' },
  engine: 'auto',
};

describe('a link', () => {
  it('says only what differs from what links leave out', () => {
    expect(linkOf(plain)).toBe('v=1');
    const config = { ...DEFAULT_CONFIG, system: 'vicreg' as const, seed: 7, separateBn: false };
    expect(linkOf({ ...plain, config, engine: 'wasm' })).toBe(
      'v=1&system=vicreg&seed=7&separateBn=off&engine=wasm',
    );
    expect(linkOf({ ...plain, source: { kind: 'own' } })).toBe('v=1&data=own');
  });

  it('means for ever what it meant when it was made', () => {
    // The defaults of these links must not change when the presets change.
    expect(settingsOfLink('v=1&width=16').config).toMatchObject({
      learningRate: 0.1,
      steps: 390,
      larsTrust: 0.006,
      optimizer: 'lars',
    });
    expect(settingsOfLink('v=1&preset=photos').config.minCrop).toBe(0.4);
  });

  it.each([
    ['of a later version', 'v=2&seed=3', /version “2”.*reads version 1/],
    ['without a version', 'seed=3', /no settings of this page/],
    ['with an unknown setting', 'v=1&colour=red', /does not know: “colour”/],
    ['with a setting of a prototype', 'v=1&__proto__=1', /does not know/],
    ['with a setting twice', 'v=1&seed=3&seed=4', /“seed” twice/],
    ['with words for a number', 'v=1&steps=many', /“steps” must be a number, got “many”/],
    ['with a number in hexadecimal', 'v=1&steps=0x10', /must be a number/],
    ['with a number that is none', 'v=1&steps=NaN', /must be a number/],
    ['with a number out of its range', 'v=1&budget=3', /Budget t_d must be from 0.05 to 1/],
    ['with a number that overflows', 'v=1&steps=1e999', /cannot be used|must be/],
    ['with a width that no network has', 'v=1&width=0', /width/i],
    ['with a broken whole number', 'v=1&batch=8.5', /Batch must be a whole number/],
    ['with an unknown system', 'v=1&system=simclr', /“system” cannot be used.*“simclr”/],
    ['with an unknown switch', 'v=1&separateBn=true', /must be on or off, got “true”/],
    ['with an unknown preset', 'v=1&preset=mine', /preset that this page does not have/],
    ['with unknown data', 'v=1&data=https://example.org/x.zip', /“data” must be/],
    [
      'with own data and a test set',
      'v=1&data=own&test=unseen-style',
      /test set of Emoji-10 beside other data/,
    ],
    [
      'with a download and a test set',
      'v=1&data=hub&test=unseen-style',
      /test set of Emoji-10 beside other data/,
    ],
    ['with a size in words', 'v=1&data=hub&set=cifar10&side=big', /“side” must be a whole number, got “big”/],
    ['with an unknown engine', 'v=1&engine=gpu', /“engine” must be/],
    ['that is endless', `v=1&seed=${'1'.repeat(5000)}`, /at most 4000 characters/],
    ['with an endless value', `v=1&seed=${'1'.repeat(300)}`, /far too long/],
  ])('is refused as a whole when it is one %s', (_, hash, reason) => {
    expect(() => settingsOfLink(`#${hash}`)).toThrow(LinkError);
    expect(() => settingsOfLink(`#${hash}`)).toThrow(reason);
  });
});
