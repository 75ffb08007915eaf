import { expect, it } from 'vitest';
import { viewWords } from './viewWords.ts';

const PLAIN = {
  crop: { top: 0, left: 0, height: 32, width: 32 },
  jitter: null,
  grayscale: false,
  blur: null,
  solarize: null,
  flip: false,
} as const;

it('a view that changes nothing says so of everything but its crop', () => {
  const [crop, ...rest] = viewWords(PLAIN, 32);
  expect(crop).toEqual({ what: 'Crop', words: '32 × 32 px from (0, 0), 100.0 % of the area, to 32 × 32 px' });
  expect(rest.map(({ words }) => words)).toEqual([null, null, null, null, null]);
});

it('a view that changes everything says what, in units and in the order of doing', () => {
  const jitter = {
    order: ['hue', 'contrast', 'brightness', 'saturation'],
    brightness: 0.8,
    contrast: 1.234,
    saturation: 1,
    hue: -0.05,
  } as const;
  const view = {
    ...{ jitter, grayscale: true, blur: 1.239, solarize: 128, flip: true },
    crop: { top: 3, left: 5, height: 24, width: 20 },
  };
  expect(viewWords(view, 32).map(({ words }) => words)).toEqual([
    '20 × 24 px from (5, 3), 46.9 % of the area, to 32 × 32 px',
    'hue −18°, contrast × 1.23, brightness × 0.80, saturation × 1.00',
    'without colours',
    'Gaussian, σ 1.24 px',
    'bytes from 128 up inverted',
    'left and right exchanged',
  ]);
});
