import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../presets.ts';
import { dataOf } from './data/files.ts';
import { usePlace } from './place.ts';
import { useSettings } from './settings.ts';
import { useShare } from './share.ts';

const first = useSettings.getState();
const { follow, undo, copyLink, dismiss } = useShare.getState();
const config = () => useSettings.getState().config;

let clipboard: string[] = [];
beforeEach(() => {
  clipboard = [];
  vi.stubGlobal('location', { href: 'https://example.org/dualgate/?a=1#old' });
  vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => clipboard.push(text) } });
});
afterEach(() => {
  vi.unstubAllGlobals();
  dismiss();
  useSettings.setState(first, true);
});

describe('a link', () => {
  it('sets the next run, says so, and can be taken back', async () => {
    useSettings.getState().change('steps', 77);
    await follow('#v=1&seed=9&budget=0.4&engine=wasm&test=same-styles');
    expect(config()).toEqual({ ...DEFAULT_CONFIG, seed: 9, budget: 0.4 });
    expect(useSettings.getState()).toMatchObject({ engine: 'wasm', source: { test: 'same-styles' } });
    expect(useShare.getState().followed?.words).toContain('Dual gating, t_d 0.40, seed 9, all the other');
    undo();
    expect(config()).toEqual({ ...DEFAULT_CONFIG, steps: 77 });
    expect(useSettings.getState()).toMatchObject({ engine: 'auto', source: { test: 'unseen-style' } });
    expect(useShare.getState().followed).toBeNull();
  });

  it('that cannot be used changes nothing', async () => {
    await follow('#v=1&seed=9&steps=0');
    expect(useShare.getState().refusal).toContain('Steps must be');
    expect(config()).toEqual(DEFAULT_CONFIG);
    await follow('#v=2');
    expect(useShare.getState().refusal).toContain('version “2”');
    await follow('#v=1&seed=9');
    expect(useShare.getState().refusal).toBeNull();
  });

  it('is nothing where there is none', async () => {
    await follow('');
    await follow('#');
    expect(useShare.getState()).toMatchObject({ followed: null, refusal: null });
  });

  it('opens the tab that it names, with settings and alone', async () => {
    await follow('#tab=masklab');
    expect(usePlace.getState().tab).toBe('masklab');
    expect(useShare.getState()).toMatchObject({ followed: null, refusal: null });
    await follow('#v=1&seed=9&tab=compare');
    expect([usePlace.getState().tab, config().seed]).toEqual(['compare', 9]);
    // A link of before there were tabs in links.
    await follow('#v=1&seed=8');
    expect([usePlace.getState().tab, config().seed]).toEqual(['compare', 8]);
    await copyLink();
    expect(clipboard[0]).toMatch(/#v=1&seed=8&tab=compare$/);
    await follow('#v=1&seed=7&tab=elsewhere');
    expect(useShare.getState().refusal).toContain('a tab that this page does not have: “elsewhere”');
    expect(config().seed).toBe(8);
    usePlace.setState({ tab: 'run' });
  });

  it('carries the settings of the page without what stood behind its address', async () => {
    useSettings.getState().change('width', 12);
    await copyLink();
    expect(clipboard).toEqual(['https://example.org/dualgate/?a=1#v=1&width=12']);
    expect(useShare.getState().handed).toEqual({ kind: 'copied', of: 'settings', ownImages: false });
  });

  it('is shown where the clipboard is refused, and says that files stay at home', async () => {
    vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new Error('denied')) } });
    const source = dataOf([{ path: 'data.bin', file: new File(['x'], 'data.bin') }]);
    useSettings.setState({ source });
    await copyLink();
    const link = 'https://example.org/dualgate/?a=1#v=1&data=own';
    expect(useShare.getState().handed).toEqual({ kind: 'shown', of: 'settings', link, ownImages: true });
    // The user who opens the link keeps the images that are chosen.
    await follow(new URL(link).hash);
    expect(useSettings.getState().source).toBe(source);
    expect(useShare.getState().followed?.ownImages).toBe(true);
  });
});
