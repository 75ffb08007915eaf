import { expect, it } from 'vitest';
import { recordedLink, recordedOfLink } from './recordedLink.ts';

it('brings a recorded run, and the moment of it', () => {
  for (const moment of [
    { system: 'vicreg', step: null },
    { system: 'dual-gating', step: 156 },
  ] as const)
    expect(recordedOfLink(`#${recordedLink(moment)}`)).toEqual(moment);
  expect(recordedLink({ system: 'vicreg', step: null })).toBe('recorded=vicreg');
});

it('is none if it carries settings', () => {
  expect(recordedOfLink('#v=1&seed=5')).toBeNull();
  expect(recordedOfLink('')).toBeNull();
});

it('that cannot be used says why', () => {
  expect(recordedOfLink('#recorded=simclr')).toContain('expected one of dual-gating');
  expect(recordedOfLink('#recorded=vicreg&step=soon')).toContain('“step” must be a whole number, got “soon”');
  expect(recordedOfLink('#recorded=vicreg&colour=red')).toContain('does not know: “colour”');
});
