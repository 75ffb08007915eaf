import { expect, it } from 'vitest';
import { imageFault, ownLink, ownOfLink } from './momentLink.ts';

const RUN = 'mbq1x2-1k9z-ab3';

it('brings an own run by its id, with its step and the images that are marked', () => {
  for (const moment of [
    { run: RUN, step: null, dial: null, image: null, against: null },
    { run: RUN, step: 40, dial: null, image: 12, against: null },
    { run: `file-${'0f'.repeat(16)}`, step: 0, dial: null, image: 0, against: 7 },
    { run: RUN, step: null, dial: 0.3, image: 4, against: null },
    { run: RUN, step: null, dial: 1, image: null, against: null },
    { run: RUN, step: null, dial: 1e-7, image: null, against: null },
  ])
    expect(ownOfLink(`#${ownLink(moment)}`)).toEqual(moment);
  expect(ownLink({ run: RUN, step: 40, dial: null, image: 12, against: 7 })).toBe(
    `run=${RUN}&step=40&image=12&against=7`,
  );
});

it('is none if it names no run', () => {
  expect(ownOfLink('#v=1&seed=5')).toBeNull();
  expect(ownOfLink('#recorded=vicreg&step=3')).toBeNull();
  expect(ownOfLink('')).toBeNull();
});

it.each([
  ['run=', /names no run/],
  ['run=../../x', /names no run: .*got “..\/..\/x”/],
  ['run=A', /names no run/],
  [`run=${'a'.repeat(65)}`, /at most 64/],
  ['run=__proto__', /names no run/],
  [`run=${RUN}&step=soon`, /“step” must be a whole number, got “soon”/],
  [`run=${RUN}&step=1e9`, /“step” must be a whole number/],
  [`run=${RUN}&step=99999999`, /“step” must be a whole number/],
  [`run=${RUN}&image=1.5`, /“image” must be a whole number/],
  [`run=${RUN}&against=`, /“against” must be a whole number/],
  [`run=${RUN}&step=1&step=2`, /says “step” twice/],
  [`run=${RUN}&dial=soon`, /“dial” must be a share above 0 and up to 1, got “soon”/],
  [`run=${RUN}&dial=0`, /“dial” must be a share/],
  [`run=${RUN}&dial=1.01`, /“dial” must be a share/],
  [`run=${RUN}&dial=0x1`, /“dial” must be a share/],
  [`run=${RUN}&dial=.2&dial=.3`, /says “dial” twice/],
  [`run=${RUN}&dial=.2&step=3`, /a step beside a place of the dial/],
  [`run=${RUN}&colour=red`, /does not know: “colour”/],
  [`run=${RUN}&recorded=vicreg`, /does not know: “recorded”/],
])('that cannot be used says why: %s', (hash, words) => {
  expect(ownOfLink(`#${hash}`)).toMatch(words);
});

it('marks only images that the run has', () => {
  expect(imageFault({ image: 3, against: null }, 4)).toBeNull();
  expect(imageFault({ image: null, against: null }, 0)).toBeNull();
  expect(imageFault({ image: 3, against: 4 }, 4)).toBe(
    'It marks image 4, but the maps of this run show images 0 to 3.',
  );
  expect(imageFault({ image: 0, against: null }, 0)).toContain('no map image of this run is known');
});
