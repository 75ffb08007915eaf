import { expect, it } from 'vitest';
import { recordedLink, recordedOfLink } from './recordedLink.ts';

it('brings a recorded run, the moment of it, and the images that are marked', () => {
  for (const moment of [
    { system: 'vicreg', step: null, dial: null, image: null, against: null },
    { system: 'dual-gating', step: 156, dial: null, image: null, against: null },
    { system: 'dual-gating', step: 0, dial: null, image: 0, against: 41 },
    { system: 'dual-gating', step: null, dial: 0.35, image: 41, against: null },
  ] as const)
    expect(recordedOfLink(`#${recordedLink(moment)}`)).toEqual(moment);
  expect(recordedLink({ system: 'vicreg', step: null, dial: null, image: null, against: null })).toBe(
    'recorded=vicreg',
  );
});

it('is none if it carries settings', () => {
  expect(recordedOfLink('#v=1&seed=5')).toBeNull();
  expect(recordedOfLink('')).toBeNull();
});

it('that cannot be used says why', () => {
  expect(recordedOfLink('#recorded=simclr')).toContain('expected one of dual-gating');
  expect(recordedOfLink('#recorded=vicreg&step=soon')).toContain('“step” must be a whole number, got “soon”');
  expect(recordedOfLink('#recorded=vicreg&colour=red')).toContain('does not know: “colour”');
  expect(recordedOfLink('#recorded=vicreg&image=-1')).toContain('“image” must be a whole number, got “-1”');
});
