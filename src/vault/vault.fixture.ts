import type { CheckpointEvent, SessionEvent, SessionNews } from '../run/protocol.ts';
import { tinyCheckpoint } from '../session/checkpoint.fixture.ts';
import { noiseData, TINY } from '../session/session.fixture.ts';
import { engineSetup } from '../session/stage.ts';
import { VaultClient, type VaultNews } from './door/client.ts';
import type { RunEntry } from './door/entry.ts';

// Tabs and their runs, for tests of the vault on the browser's own file system and database. Each tab has its
// own run.

const NAME = 'dualgate-runs';
const { train } = noiseData();
const SETUP = engineSetup(TINY, train);

interface TabOptions {
  readonly full?: boolean;
  readonly partBytes?: number;
}

/** A page's vault, with the events that it received. */
export class Tab {
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

  /** Resolves with the first event for which `holds` is true, even if it came earlier. */
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

  /** Starts a run and reports its images and network. */
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

  /** Reports that a resumed run has its images and has reached its checkpoint. */
  goOn(run: string, step: number): void {
    this.say(run, ready());
    this.client.send({ kind: 'event', event: { kind: 'rewound', run, step, budget: 0.3 } });
    this.say(run, steps(step + 1, step + 2, step + 3));
  }

  /** Ends the tab as if it were closed or had crashed. */
  kill(): void {
    this.worker.terminate();
  }
}

export function checkpoint(run: string, step: number, demanded = false): CheckpointEvent {
  return { kind: 'checkpoint', run, demanded, checkpoint: tinyCheckpoint(step) };
}

export function ready(): SessionNews {
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

export function steps(...numbers: readonly number[]): SessionNews {
  const row = { epoch: 0, loss: 1, invariance: 1, variance: 1, covariance: 1, budgetLoss: 0, boundLoss: 0 };
  return {
    kind: 'steps',
    rows: numbers.map((step) => ({ ...row, step, macRatio: 1, terms: [], budget: 0.3, lr: 0.1, ms: 1 })),
  };
}

export function finished(stoppedEarly: boolean): SessionNews {
  const knn20 = { dense: 0.5, gated: 0.5, rawPixels: 0.5, untrained: { dense: 0.5, gated: 0.5 } };
  const macs = { dense: 10, gated: 5, ratio: 0.5, reduction: 0.5 };
  return {
    kind: 'finished',
    stoppedEarly,
    final: { knn20, ridge: null, correct: {}, macs, imagesPerSecond: 1 },
  };
}

export async function folderOf(id: string): Promise<FileSystemDirectoryHandle> {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(NAME);
  return root.getDirectoryHandle(id);
}

export async function filesOf(id: string): Promise<string[]> {
  const names: string[] = [];
  for await (const name of (await folderOf(id)).keys()) names.push(name);
  return names.toSorted();
}

/** Changes a byte in the middle of a file, as a faulty disk might. */
export async function damage(id: string, file: string): Promise<void> {
  const handle = await (await folderOf(id)).getFileHandle(file);
  const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
  bytes[bytes.length >> 1]! ^= 0x10;
  const writable = await handle.createWritable();
  await writable.write(bytes);
  await writable.close();
}

let runs = 0;
export const newRun = () => `test-${Date.now()}-${++runs}`;
const tabs: Tab[] = [];

export function tab(options: TabOptions = {}): Tab {
  const made = new Tab(options);
  tabs.push(made);
  return made;
}

/** A run with checkpoints of these steps. */
export async function kept(
  ...made: readonly number[]
): Promise<{ readonly id: string; readonly first: Tab }> {
  const id = newRun();
  const first = tab();
  first.begin(id);
  for (const step of made) {
    first.client.keep(checkpoint(id, step));
    await first.entry(({ checkpoints }) => checkpoints[0]?.step === step);
  }
  return { id, first };
}

/** Ends every tab that is open. */
export function endTabs(): void {
  for (const each of tabs.splice(0)) each.kill();
}
