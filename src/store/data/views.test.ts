import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { OpenedImages, ViewsNews } from '../../session/door/viewsProtocol.ts';
import { viewBranches } from '../run/branches.ts';
import { useViews } from './views.ts';

const ScriptedWorker = scriptedWorker<ViewsNews>();
const SOURCE = { kind: 'emoji10', test: 'unseen-style' } as const;
const IMAGES: OpenedImages = { name: 'noise', count: 7, size: 8, recipe: 'cifar10', limited: false };

beforeEach(() => {
  ScriptedWorker.all = [];
  vi.stubGlobal('Worker', ScriptedWorker);
  useViews.setState({ ...useViews.getInitialState() });
});

afterEach(() => {
  useViews.getState().close();
  vi.unstubAllGlobals();
});

function opened() {
  useViews.getState().open(SOURCE);
  const worker = ScriptedWorker.all.at(-1)!;
  worker.say({ kind: 'opened', images: IMAGES });
  return worker;
}

describe('the preview of views', () => {
  it('reads, tells how far it is, and then makes pairs', () => {
    useViews.getState().open(SOURCE);
    const worker = ScriptedWorker.all[0]!;
    worker.say({ kind: 'progress', done: 3, total: 9 });
    expect(useViews.getState().phase).toEqual({ kind: 'reading', done: 3, total: 9 });
    useViews.getState().make(DEFAULT_CONFIG);
    worker.say({ kind: 'opened', images: IMAGES });
    useViews.getState().make(DEFAULT_CONFIG);
    expect(worker.told).toEqual([
      { kind: 'open', source: SOURCE },
      { kind: 'draw', config: DEFAULT_CONFIG, index: 0, draw: 0 },
    ]);
  });

  it('walks round the ends, and the dice never leave an image where it is', () => {
    opened();
    const { show, showAny } = useViews.getState();
    show(-1);
    expect(useViews.getState().index).toBe(6);
    show(7);
    expect(useViews.getState().index).toBe(0);
    for (let i = 0; i < 40; i++) {
      const before = useViews.getState().index;
      showAny();
      expect(useViews.getState().index).not.toBe(before);
    }
  });

  it('ends what it was reading when another source is opened, and hears no more of it', () => {
    useViews.getState().open(SOURCE);
    useViews.getState().open({ ...SOURCE, test: 'same-styles' });
    const [first, second] = ScriptedWorker.all;
    expect([first!.alive, second!.alive]).toEqual([false, true]);
    first!.say({ kind: 'opened', images: IMAGES });
    expect(useViews.getState().phase.kind).toBe('reading');
    useViews.getState().close();
    expect(second!.alive).toBe(false);
    expect(useViews.getState().phase).toEqual({ kind: 'closed' });
  });

  it('says why images cannot be shown, and can be opened again', () => {
    const worker = opened();
    worker.say({ kind: 'failed', message: 'a.bin is empty.' });
    expect(useViews.getState()).toMatchObject({
      phase: { kind: 'failed', message: 'a.bin is empty.' },
      pair: null,
    });
    expect(worker.alive).toBe(false);
    opened().crash('out of memory');
    expect(useViews.getState().phase).toMatchObject({ message: expect.stringContaining('out of memory') });
  });
});

it('each view is named by the branches that it goes through', () => {
  expect(viewBranches(DEFAULT_CONFIG)).toEqual(['gated', 'dense']);
  expect(viewBranches({ ...DEFAULT_CONFIG, system: 'vicreg' })).toEqual(['dense', 'dense']);
});
