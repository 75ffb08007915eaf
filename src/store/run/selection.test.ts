import { beforeEach, describe, expect, it } from 'vitest';
import { crosshairOf, useSelection } from './selection.ts';

const state = () => useSelection.getState();
const groups = () => ({ a: [...state().groups.a], b: [...state().groups.b] });

beforeEach(() => state().clear());

describe('two groups of images', () => {
  it('are made by one lasso each, and grow by adding', () => {
    state().gather([1, 2], false);
    state().gather([3], true);
    expect(groups()).toEqual({ a: [1, 2, 3], b: [] });
    state().fill('b');
    state().gather([7], false);
    state().gather([8], false);
    expect(groups()).toEqual({ a: [1, 2, 3], b: [8] });
  });

  it('share no image: the newer lasso takes it', () => {
    state().gather([1, 2, 3], false);
    state().fill('b');
    state().gather([3, 4], false);
    expect(groups()).toEqual({ a: [1, 2], b: [3, 4] });
    state().fill('a');
    state().gather([4], true);
    expect(groups()).toEqual({ a: [1, 2, 4], b: [3] });
  });

  it('go with everything else that is let go of, and so does the lasso', () => {
    state().toggleLasso();
    state().fill('b');
    state().gather([1], false);
    state().toggleClass(3);
    state().clear();
    expect(groups()).toEqual({ a: [], b: [] });
    expect(state()).toMatchObject({ lassoing: false, filling: 'a', classes: new Set() });
  });
});

it('an image is never compared with itself', () => {
  state().compare(3);
  state().compare(5);
  state().pin(5);
  expect([state().pinned, state().against]).toEqual([5, null]);
  state().compare(5);
  expect([state().pinned, state().against]).toEqual([5, null]);
});

it('two images are kept side by side, and each is let go of by itself', () => {
  const kept = () => [state().pinned, state().against];
  state().compare(3);
  expect(kept()).toEqual([3, null]);
  state().compare(5);
  expect(kept()).toEqual([3, 5]);
  state().compare(5);
  expect(kept()).toEqual([3, null]);
  state().compare(6);
  state().clear();
  expect(kept()).toEqual([null, null]);
});

it('the crosshair stands at the step that is looked back at, and goes where the pointer is', () => {
  const crosshair = () => crosshairOf(state());
  state().lookAt(40);
  expect(crosshair()).toBe(40);
  state().moveCrosshair(7);
  state().lookAt(41);
  expect(crosshair()).toBe(7);
  state().moveCrosshair(null);
  expect(crosshair()).toBe(41);
  state().moveCrosshair(9);
  state().clear();
  expect([crosshair(), state().pointed]).toEqual([41, null]);
  state().lookAt(null);
  expect(crosshair()).toBeNull();
});
