import { afterEach, describe, expect, it } from 'vitest';
import { tinyCheckpoint } from '../session/checkpoint.fixture.ts';
import type { CheckpointEvent, SessionEvent, SessionNews } from '../session/protocol.ts';
import { noiseData, TINY } from '../session/session.fixture.ts';
import { engineSetup } from '../session/stage.ts';
import { VaultClient, type VaultNews } from './client.ts';
import type { RunEntry } from './entry.ts';

// The store on the browser's own file system and database, each test with a run of its own.

const NAME = 'dualgate-runs';
const { train } = noiseData();
const SETUP = engineSetup(TINY, train);

interface TabOptions {
  readonly full?: boolean;
  readonly partBytes?: number;
}

/** A page's vault, with what it heard. */
class Tab {
  readonly news: VaultNews[] = [];
  readonly #heard: (() => void)[] = [];
  worker!: Worker;
  readonly client: VaultClient;

  constructor({ full, partBytes }: TabOptions) {
    this.client = new VaultClient(
      (news) => {
        this.news.push(news);
        for (const look of this.#heard) look();
      },
      () => {
        this.worker = full
          ? new Worker(new URL('./fullDisk.fixture.ts', import.meta.url), { type: 'module' })
          : new Worker(new URL('./vaultWorker.ts', import.meta.url), { type: 'module' });
        return this.worker;
      },
      partBytes,
    );
  }

  /** Resolves with the first news that `holds`, also if it came before. */
  until<N extends VaultNews>(holds: (news: VaultNews) => news is N): Promise<N> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.news.find(holds);
        if (found) resolve(found);
      };
      this.#heard.push(look);
      look();
    });
  }

  entry(holds: (entry: RunEntry) => boolean) {
    type News = Extract<VaultNews, { kind: 'entry' }>;
    return this.until((news): news is News => news.kind === 'entry' && holds(news.entry));
  }

  async opened(): Promise<readonly RunEntry[]> {
    this.news.length = 0;
    this.client.send({ kind: 'open' });
    const { entries } = await this.until((news) => news.kind === 'opened');
    return entries;
  }

  /** Starts a run that has its images and network. */
  begin(id: string): void {
    this.client.send({
      kind: 'begin',
      run: {
        ...{ id, config: TINY, engine: 'wasm', startedOn: '2026-01-01T00:00:00.000Z' },
        source: { kind: 'emoji10', test: 'unseen-style' },
      },
    });
    this.say(id, ready(), steps(1, 2, 3, 4, 5, 6));
  }

  say(run: string, ...news: readonly SessionNews[]): void {
    for (const item of news)
      this.client.send({ kind: 'event', event: { ...item, run } satisfies SessionEvent });
  }

  /** As when the tab is closed or crashes. */
  kill(): void {
    this.worker.terminate();
  }
}

function checkpoint(run: string, step: number, demanded = false): CheckpointEvent {
  return { kind: 'checkpoint', run, demanded, checkpoint: tinyCheckpoint(step) };
}

function ready(): SessionNews {
  const { network } = SETUP;
  const data = {
    name: 'noise',
    train: 32,
    test: 10,
    bank: null,
    size: train.size,
    classes: [],
    stepsPerEpoch: 4,
  };
  return {
    kind: 'ready',
    ready: {
      config: TINY,
      engine: { name: 'wasm', reason: 'a test', details: {}, selfTest: { worstError: 0, ms: 1 } },
      data: { ...data, recipe: 'cifar10' },
      network: { ...network, stemMacs: network.stem.macs },
      mapImages: { count: 0, pixels: new Uint8Array(0), labels: new Uint8Array(0) },
    },
  };
}

function steps(...numbers: readonly number[]): SessionNews {
  const row = { epoch: 0, loss: 1, invariance: 1, variance: 1, covariance: 1, budgetLoss: 0, boundLoss: 0 };
  return {
    kind: 'steps',
    rows: numbers.map((step) => ({ ...row, step, macRatio: 1, terms: [], budget: 0.3, lr: 0.1, ms: 1 })),
  };
}

async function folderOf(id: string): Promise<FileSystemDirectoryHandle> {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(NAME);
  return root.getDirectoryHandle(id);
}

async function filesOf(id: string): Promise<string[]> {
  const names: string[] = [];
  for await (const name of (await folderOf(id)).keys()) names.push(name);
  return names.toSorted();
}

/** Changes a byte in the middle of a file, as a failing disk might. */
async function damage(id: string, file: string): Promise<void> {
  const handle = await (await folderOf(id)).getFileHandle(file);
  const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
  bytes[bytes.length >> 1]! ^= 0x10;
  const writable = await handle.createWritable();
  await writable.write(bytes);
  await writable.close();
}

let runs = 0;
const newRun = () => `test-${Date.now()}-${++runs}`;
const tabs: Tab[] = [];

function tab(options: TabOptions = {}): Tab {
  const made = new Tab(options);
  tabs.push(made);
  return made;
}

/** A run with checkpoints of these steps. */
async function kept(...made: readonly number[]): Promise<{ readonly id: string; readonly first: Tab }> {
  const id = newRun();
  const first = tab();
  first.begin(id);
  for (const step of made) {
    first.client.keep(checkpoint(id, step));
    await first.entry(({ checkpoints }) => checkpoints[0]?.step === step);
  }
  return { id, first };
}

afterEach(() => {
  for (const each of tabs.splice(0)) each.kill();
});

describe('the vault', () => {
  it('gives a run back after its tab is gone: the newest checkpoint to the bit, and the curves up to it', async () => {
    const { id, first } = await kept(2, 4);
    first.kill();
    const second = tab();
    const run = await second.client.resume(id);
    expect(run.checkpoint).toEqual(checkpoint(id, 4).checkpoint);
    expect(run.file.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect([run.config, run.engine, run.warnings]).toEqual([TINY, 'wasm', []]);
  });

  it('keeps the newest three, and those that were asked for; no other file stays', async () => {
    const { id, first } = await kept();
    first.client.keep(checkpoint(id, 1, true));
    await first.entry(({ checkpoints }) => checkpoints[0]?.demanded === true);
    for (const step of [2, 3, 4, 5]) {
      first.client.keep(checkpoint(id, step));
      await first.entry(({ checkpoints }) => checkpoints[0]?.step === step);
    }
    const entry = (await first.opened()).find((each) => each.id === id)!;
    expect(entry.checkpoints.map(({ step }) => step)).toEqual([5, 4, 3, 1]);
    expect(await filesOf(id)).toEqual(entry.checkpoints.map(({ file }) => file).toSorted());
  });

  it.each([
    ['in parts', false],
    ['in parts, the rest at once when the run leaves the page', true],
  ])('takes a checkpoint %s', async (_, leaves) => {
    const id = newRun();
    const first = tab({ partBytes: 500 });
    first.begin(id);
    first.client.keep(checkpoint(id, 3));
    if (leaves) first.client.send({ kind: 'leave', run: id });
    await first.entry(({ checkpoints }) => checkpoints[0]?.step === 3);
    first.kill();
    expect((await tab().client.resume(id)).checkpoint).toEqual(checkpoint(id, 3).checkpoint);
  });

  it('skips checkpoints that come while one is written, but for the newest', async () => {
    const { id, first } = await kept();
    for (const step of [1, 2, 3, 4]) first.client.keep(checkpoint(id, step));
    const { entry } = await first.entry(({ checkpoints }) => checkpoints[0]?.step === 4);
    expect(entry.checkpoints.map(({ step }) => step)).toEqual([4, 1]);
  });

  it('falls back to the checkpoint before one that is damaged or gone, and says so', async () => {
    const { id, first } = await kept(1, 2, 3);
    const { entry } = await first.entry(({ checkpoints }) => checkpoints.length === 3);
    first.kill();
    await damage(id, entry.checkpoints[0]!.file);
    await (await folderOf(id)).removeEntry(entry.checkpoints[1]!.file);
    const run = await tab().client.resume(id);
    expect(run.checkpoint.step).toBe(1);
    expect(run.warnings).toHaveLength(2);
    expect(run.warnings[0]).toMatch(/^The checkpoint of step 3 cannot be read: This checkpoint is damaged/);
  });

  it('gives any checkpoint to another run, and leaves its own run to whoever trains it', async () => {
    const { id, first } = await kept(1, 2, 3);
    const { entry } = await first.entry(({ checkpoints }) => checkpoints.length === 3);
    const second = tab();
    const run = await second.client.branch(id, 2);
    expect(run.checkpoint).toEqual(checkpoint(id, 2).checkpoint);
    expect(run.file.steps.map(({ step }) => step)).toEqual([1, 2]);
    await expect(second.client.branch(id, 9)).rejects.toThrow(
      'no checkpoint of step 9 any more; kept: 3, 2, 1',
    );
    await damage(id, entry.checkpoints[1]!.file);
    await expect(second.client.branch(id, 2)).rejects.toThrow(/checkpoint of step 2 cannot be read/);
    first.client.keep(checkpoint(id, 4));
    const later = await first.entry(({ checkpoints }) => checkpoints[0]?.step === 4);
    expect(later.entry.checkpoints).toHaveLength(3);
  });

  it('says so when none can be read', async () => {
    const { id, first } = await kept(3);
    const { entry } = await first.entry(({ checkpoints }) => checkpoints.length === 1);
    first.kill();
    await damage(id, entry.checkpoints[0]!.file);
    await expect(tab().client.resume(id)).rejects.toThrow(/None of this run’s checkpoints can be read/);
  });

  it('sweeps what a crash between writing and switching left, and loses nothing that was kept', async () => {
    const { id, first } = await kept(3);
    first.kill();
    const access = await (await folderOf(id)).getFileHandle('6-half.checkpoint', { create: true });
    const writable = await access.createWritable();
    await writable.write(new Uint8Array(1000));
    await writable.close();
    const second = tab();
    const entry = (await second.opened()).find((each) => each.id === id)!;
    expect(await filesOf(id)).toEqual([entry.checkpoints[0]!.file]);
    expect((await second.client.resume(id)).checkpoint.step).toBe(3);
  });

  it('is as it was before when its worker dies in the middle of writing', async () => {
    const { id, first } = await kept(2);
    first.client.keep(checkpoint(id, 3));
    first.kill();
    const second = tab();
    await second.opened();
    const { checkpoint: found } = await second.client.resume(id);
    expect([2, 3]).toContain(found.step);
    expect(await filesOf(id)).toHaveLength(found.step === 2 ? 1 : 2);
  });

  it('lets one tab train a run, and no other resume or delete it meanwhile', async () => {
    const { id, first } = await kept(2);
    const second = tab();
    await second.opened();
    await expect(second.client.resume(id)).rejects.toThrow(/Another tab trains this run/);
    second.client.send({ kind: 'delete', id });
    const { message } = await second.until((news) => news.kind === 'complaint');
    expect(message).toMatch(/Another tab trains this run/);
    first.client.keep(checkpoint(id, 3));
    await first.entry(({ checkpoints }) => checkpoints[0]?.step === 3);
    first.client.send({ kind: 'leave', run: id });
    await first.opened();
    expect((await second.client.resume(id)).checkpoint.step).toBe(3);
    await expect(first.client.resume(id)).rejects.toThrow(/Another tab trains this run/);
  });

  it('lets two tabs train two runs at once', async () => {
    const [a, b] = [await kept(1), await kept(1)];
    for (const step of [2, 3]) {
      a.first.client.keep(checkpoint(a.id, step));
      b.first.client.keep(checkpoint(b.id, step));
      await Promise.all(
        [a, b].map(({ first }) => first.entry(({ checkpoints }) => checkpoints[0]?.step === step)),
      );
    }
    a.first.kill();
    b.first.kill();
    const third = tab();
    expect((await third.client.resume(a.id)).checkpoint.step).toBe(3);
    expect((await third.client.resume(b.id)).checkpoint.step).toBe(3);
  });

  it('on a full disk says so, and leaves the last good checkpoint', async () => {
    const { id, first } = await kept(2);
    first.kill();
    const second = tab({ full: true });
    await second.client.resume(id);
    second.client.send({ kind: 'event', event: { kind: 'rewound', run: id, step: 2, budget: 0.3 } });
    second.say(id, ready());
    second.client.keep(checkpoint(id, 4));
    const { message } = await second.until((news) => news.kind === 'complaint');
    expect(message).toMatch(
      /^The checkpoint of step 4 could not be kept: the browser gives this site no more room\./,
    );
    expect(message).toMatch(/Training goes on, and what was kept before stays/);
    second.kill();
    expect((await tab().client.resume(id)).checkpoint.step).toBe(2);
  });

  it('deletes a run with all its files', async () => {
    const { id, first } = await kept(2);
    first.client.send({ kind: 'leave', run: id });
    first.client.send({ kind: 'delete', id });
    await first.until((news) => news.kind === 'gone');
    await expect(folderOf(id)).rejects.toThrow();
    await expect(first.client.load(id)).rejects.toThrow(/not kept any more/);
  });
});
