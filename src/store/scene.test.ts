import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stepToGoOn, useScene } from './scene.ts';
import { useShare } from './share.ts';

const kept = new Map<string, string>();
let written: string[] = [];
beforeEach(() => {
  written = [];
  kept.clear();
  vi.stubGlobal('location', { pathname: '/', search: '', hash: '', href: 'https://example.org/?embed' });
  vi.stubGlobal('history', {
    state: null,
    replaceState: (_: null, __: string, at: string) => {
      written.push(at);
      location.hash = at.slice(at.indexOf('#'));
    },
  });
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  useScene.setState({ story: null, hidden: [] });
});

const scene = () => useScene.getState();
const { follow, copyStep } = useShare.getState();

describe('the scene of the page', () => {
  it('is what a link says, beside its settings; the next link replaces it', async () => {
    await follow('#v=1&story=2&hide=tabs,settings');
    expect(scene()).toMatchObject({ story: 2, hidden: ['settings', 'tabs'] });
    expect(useShare.getState()).toMatchObject({ refusal: null, followed: { ownImages: false } });
    await follow('#hide=log');
    expect(scene()).toMatchObject({ story: null, hidden: ['log'] });
  });

  it('stays as it is if a link cannot be used', async () => {
    await follow('#hide=log');
    await follow('#story=9&v=1&seed=5');
    expect(useShare.getState().refusal).toContain('a step that the story does not have');
    await follow('#hide=everything');
    expect(useShare.getState().refusal).toContain('got “everything”');
    expect(scene()).toMatchObject({ story: null, hidden: ['log'] });
  });

  it('is in the address: each step of the story, and what is hidden', () => {
    location.hash = '#recorded=vicreg&step=9&tab=channels';
    scene().tell(1);
    useScene.setState({ hidden: ['settings', 'tabs'] });
    scene().tell(2);
    scene().showAll();
    scene().tell(null);
    expect(written).toEqual([
      '/#tab=channels&story=1',
      '/#tab=channels&story=2&hide=settings,tabs',
      '/#tab=channels&story=2',
      '/#tab=channels',
    ]);
  });

  it('goes on with the story where the last visit left it, and begins anew after its end', () => {
    expect(stepToGoOn()).toBe(1);
    scene().tell(3);
    scene().tell(null);
    expect(stepToGoOn()).toBe(3);
    scene().tell(5);
    expect(stepToGoOn()).toBe(1);
    kept.set('dualgate-story', 'many');
    expect(stepToGoOn()).toBe(1);
  });

  it('gives a link to its step, with what is hidden, and out of any frame', async () => {
    const copied: string[] = [];
    vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => copied.push(text) } });
    useScene.setState({ story: 4, hidden: ['settings'] });
    await copyStep();
    expect(copied).toEqual(['https://example.org/#story=4&hide=settings']);
    expect(useShare.getState().handed).toMatchObject({ kind: 'copied', of: 'story' });
  });
});
