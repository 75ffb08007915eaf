import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SystemId } from '../../config.ts';
import type { Command, Ready, SessionNews } from '../../run/protocol.ts';
import type { ClientEvent } from '../../session/door/client.ts';

type Start = Extract<Command, { kind: 'start' }>;

/** A session that only records its commands. */
const session = vi.hoisted(() => ({ started: [] as unknown[], tell: (_: unknown) => {} }));
vi.mock('../../session/door/client.ts', () => ({
  SessionClient: class {
    constructor(listener: (event: unknown) => void) {
      session.tell = listener;
    }
    start(command: unknown) {
      session.started.push(command);
    }
    send() {}
    end() {}
  },
}));

const READY: Omit<Ready, 'config'> = {
  engine: null,
  data: {
    name: 'Emoji-10',
    train: 5000,
    test: 10,
    size: 32,
    classes: [],
    bank: null,
    recipe: 'cifar10',
    stepsPerEpoch: 78,
  },
  network: { stemMacs: 0, blocks: [], denseMacs: 0, smallestRatio: 0, features: 64 },
  mapImages: { count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) },
};

const started = () => session.started as Start[];
const names = () => started().map(({ config: { system, budget } }) => `${system} ${budget}`);

/** Modules are loaded during these tests, which takes seconds on a busy machine. */
const PATIENT = { timeout: 20_000 };

function tell(news: SessionNews): void {
  session.tell({ ...news, run: started().at(-1)!.run } satisfies ClientEvent);
}

/** Ends the present run, and waits until everything that depends on it has been told. */
async function finish(stoppedEarly = false): Promise<void> {
  const { config } = started().at(-1)!;
  const knn20 = { dense: 0.5, gated: config.system === 'vicreg' ? null : 0.4 };
  const floors = { rawPixels: 0.2, untrained: { dense: 0.1, gated: null } };
  const macs = { dense: 1000, gated: 300, ratio: 0.3, reduction: 0.7 };
  const final = { knn20: { ...knn20, ...floors }, ridge: null, correct: {}, macs, imagesPerSecond: 10 };
  tell({ kind: 'ready', ready: { ...READY, config } });
  tell({ kind: 'finished', final, stoppedEarly });
  tell({ kind: 'state', state: 'finished' });
  await vi.waitFor(
    () => expect(started().at(-1)!.config === config && sweep().state === 'running').toBe(false),
    PATIENT,
  );
}

let sweep: () => ReturnType<typeof import('./sweep.ts').useSweep.getState>;
let playground: () => ReturnType<typeof import('../playground.ts').usePlayground.getState>;
let runs: () => ReturnType<typeof import('../runs/runs.ts').useRuns.getState>;
let config: import('../../config.ts').RunConfig;

/** Loads the page again. */
async function visit(): Promise<void> {
  vi.resetModules();
  session.started.length = 0;
  sweep = (await import('./sweep.ts')).useSweep.getState;
  playground = (await import('../playground.ts')).usePlayground.getState;
  runs = (await import('../runs/runs.ts')).useRuns.getState;
  config = (await import('../settings.ts')).useSettings.getState().config;
  await sweep().load();
}

function start(systems: readonly SystemId[], budgets = [0.3, 0.5]): void {
  sweep().start({ systems: systems.map((system) => ({ system })), budgets, seeds: [1], config });
}

beforeEach(async () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
    removeItem: (key: string) => kept.delete(key),
  });
  vi.stubGlobal('document', { baseURI: 'http://localhost/' });
  vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
  await visit();
});

describe('a sweep', () => {
  it('trains one run after another, each at its own budget whatever the slider does, and shelves them', async () => {
    start(['vicreg', 'dual-gating']);
    expect(names()).toEqual(['vicreg 0.3']);
    await finish();
    expect(playground().budgetHeld).toBe(true);
    await finish();
    await finish();
    expect(names()).toEqual(['vicreg 0.3', 'dual-gating 0.3', 'dual-gating 0.5']);
    expect([sweep().state, runs().own.length]).toEqual(['over', 3]);
    expect(
      runs().own.every(({ origin, data }) => origin === 'here' && data.source === 'emoji10 unseen-style'),
    ).toBe(true);
  });

  it('goes on after a reload with what is left', async () => {
    start(['dual-gating']);
    await finish();
    await vi.waitFor(() => expect(names()).toHaveLength(2), PATIENT);
    await vi.waitFor(() => expect(localStorage.getItem('dualgate-sweep')).not.toBeNull(), PATIENT);
    await visit();
    expect([sweep().state, started().length]).toEqual(['held', 0]);
    sweep().goOn();
    expect(names()).toEqual(['dual-gating 0.5']);
    await finish();
    expect(sweep().state).toBe('over');
  });

  it('leaves out what is skipped, ended early or failed', async () => {
    start(['vicreg', 'dual-gating', 'vicreg-gating']);
    sweep().skip();
    await vi.waitFor(() => expect(names()).toHaveLength(2));
    await finish(true);
    tell({ kind: 'failed', reason: 'diverged', message: 'not finite', advice: '' });
    await vi.waitFor(() => expect(names()).toHaveLength(4));
    expect(Object.values(sweep().job!.failed)).toEqual(['not finite']);
    await finish();
    await finish();
    expect(names()).toEqual([
      'vicreg 0.3',
      'dual-gating 0.3',
      'vicreg-gating 0.3',
      'dual-gating 0.5',
      'vicreg-gating 0.5',
    ]);
    expect([sweep().state, sweep().job!.skipped.length]).toEqual(['over', 2]);
  });

  it('waits when its run is stopped, or replaced by the user’s own', () => {
    start(['dual-gating']);
    sweep().hold();
    expect([sweep().state, playground().run]).toEqual(['held', null]);
    sweep().goOn();
    playground().toggle();
    playground().abandon();
    expect([sweep().state, names().length]).toEqual(['held', 2]);
    sweep().discard();
    expect([sweep().state, sweep().job]).toEqual(['none', null]);
  });

  it('asks first how folders are read, as the runs of the page do', async () => {
    const { useSettings } = await import('../settings.ts');
    const { useLayoutQuestion } = await import('../data/layoutQuestion.ts');
    const train = ['train/1.png', 'test/1.png'].map((path) => ({ path, file: new File([], path) }));
    const limits = { train: null, test: null };
    const source = { kind: 'files', side: null, limits, train, test: [] } as const;
    useSettings.setState({ source });
    useLayoutQuestion.setState({ asked: { files: train, question: { readings: [], doubt: '' } } });
    start(['dual-gating']);
    playground().toggle();
    expect([started().length, useLayoutQuestion.getState().open]).toEqual([0, true]);
    useLayoutQuestion.getState().answer('classes');
    start(['dual-gating']);
    expect(started()[0]!.source).toEqual({ ...source, layout: 'classes' });
  });

  it('says why it cannot start', () => {
    start(['dual-gating'], [0.3, Number.NaN]);
    expect(sweep().complaint).toContain('Budget t_d must be from 0.05 to 1');
    expect(started()).toEqual([]);
  });
});
