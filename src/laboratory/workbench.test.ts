import { beforeAll, describe, expect, it } from 'vitest';
import type { FinalRow } from '../metrics.ts';
import { tensorFile, tensorValues, type WeightsFile } from '../network/weights.ts';
import { noiseData, RecordedSession, TINY } from '../session/session.fixture.ts';
import { nodePlaces } from '../wasm/threads/nodePlaces.ts';
import type { MeasuresOrder } from './door/measuresOrder.ts';
import type { LaboratoryCommand, LaboratoryEvent } from './door/protocol.ts';
import { Workbench } from './workbench.ts';

const ORDER: MeasuresOrder = {
  kind: 'measures',
  knn: [
    { k: 20, distance: 'cosine' },
    { k: 1, distance: 'cosine' },
    { k: 1, distance: 'euclidean' },
  ],
  ridge: true,
  linear: false,
  matryoshka: false,
  spread: false,
  floors: false,
};

let weights: WeightsFile;
let final: FinalRow;

beforeAll(async () => {
  const run = await new RecordedSession().whole({ ...TINY, steps: 3 });
  weights = run.of('weights')[0]!.weights;
  final = run.of('finished')[0]!.final;
});

/** A workbench on noise images, with the events that it sent. */
class RecordedWorkbench {
  readonly events: LaboratoryEvent[] = [];
  loads = 0;
  onEvent: (event: LaboratoryEvent) => void = () => {};
  readonly #bench: Workbench;

  constructor(data = noiseData()) {
    this.#bench = new Workbench({
      emit: (event) => {
        this.events.push(structuredClone(event));
        this.onEvent(event);
      },
      loadData: async (_, onProgress) => {
        this.loads++;
        onProgress(1, 2);
        return data;
      },
      places: { pool: nodePlaces() },
    });
  }

  send(command: LaboratoryCommand): void {
    this.#bench.receive(command);
  }

  open(subject = 'a', file = weights): void {
    this.send({ kind: 'open', subject, weights: file, source: { kind: 'emoji10', test: 'unseen-style' } });
  }

  /** Waits for the last event of an order. */
  ends(id: number, order = ORDER): Promise<Exclude<LaboratoryEvent, { kind: 'progress' }>> {
    return new Promise((resolve) => {
      const before = this.onEvent;
      this.onEvent = (event) => {
        before(event);
        if (event.id === id && event.kind !== 'progress') resolve(event);
      };
      this.send({ kind: 'order', id, order });
    });
  }

  tasks(id: number): string[] {
    const named = this.events.flatMap((event) =>
      event.kind === 'progress' && event.id === id ? [event.task] : [],
    );
    return [...new Set(named)];
  }
}

describe('an order of measures', () => {
  it('comes to the numbers that the run itself ended with', async () => {
    const bench = new RecordedWorkbench();
    bench.open();
    const end = await bench.ends(1);
    if (end.kind !== 'done' || end.outcome.kind !== 'measures') throw new Error(JSON.stringify(end));
    const { measures, data, branches } = end.outcome;
    expect(measures.map(({ id }) => id)).toEqual(['knn20-cosine', 'knn1-cosine', 'knn1-euclidean', 'ridge']);
    const [knn20, , , ridge] = measures;
    expect(knn20!.scores.map(({ branch }) => branch)).toEqual(['gated', 'dense']);
    for (const { branch, accuracy, correct } of knn20!.scores) {
      expect(accuracy).toBe(final.knn20[branch]);
      expect(correct).toBe(final.correct[branch]);
    }
    for (const { branch, accuracy, standardError } of ridge!.scores) {
      expect(accuracy).toBe(final.ridge![branch]);
      expect(standardError).toBeCloseTo(Math.sqrt((accuracy * (1 - accuracy)) / 10), 12);
    }
    expect(knn20!.comparisons).toHaveLength(1);
    expect(knn20!.comparisons[0]).toMatchObject({ first: 'gated', second: 'dense', count: 10 });
    expect(knn20!.comparisons[0]!.difference).toBeCloseTo(final.knn20.gated! - final.knn20.dense!, 12);
    expect(knn20!.caution).toContain('20 neighbours are 63 % of the 32 training images');
    expect(data).toMatchObject({ train: 32, test: 10, classes: 10, fewest: 3, most: 4 });
    expect(branches).toEqual([
      { branch: 'gated', dimension: 32, macs: final.macs.gated },
      { branch: 'dense', dimension: 32, macs: final.macs.dense },
    ]);
  });

  it('tells how far it is, without ever going back', async () => {
    const bench = new RecordedWorkbench();
    bench.open();
    await bench.ends(1);
    const progress = bench.events.filter((event) => event.kind === 'progress');
    const shares = progress.map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeCloseTo(1, 9);
    expect(progress.at(-1)!.remainingMs).toBeLessThan(1);
    expect(bench.tasks(1)[0]).toBe('Loading images');
  });

  it('encodes once for all orders on the same network, and anew for another', async () => {
    const bench = new RecordedWorkbench();
    bench.open();
    await bench.ends(1);
    const images = () =>
      bench.events.filter(
        (event) =>
          event.kind === 'progress' &&
          event.unit === 'images' &&
          event.done > 0 &&
          event.task.startsWith('Encoding'),
      );
    const encoded = images().length;
    await bench.ends(2);
    expect(images().length).toBe(encoded);
    expect(bench.loads).toBe(1);
    bench.open('b');
    await bench.ends(3);
    expect(images().length).toBe(2 * encoded);
  });

  it('can be cancelled on its way and while it waits; the next one is carried out', async () => {
    const bench = new RecordedWorkbench();
    bench.open();
    bench.onEvent = (event) => {
      if (event.kind === 'progress' && event.id === 1 && event.task.startsWith('Neighbours'))
        bench.send({ kind: 'cancel', id: 1 });
    };
    const [first, second, third] = [bench.ends(1), bench.ends(2), bench.ends(3)];
    bench.send({ kind: 'cancel', id: 2 });
    expect((await first).kind).toBe('cancelled');
    expect((await second).kind).toBe('cancelled');
    expect((await third).kind).toBe('done');
    expect(bench.tasks(2)).toEqual([]);
  });
});

describe('an order that cannot be carried out', () => {
  const failure = async (bench: RecordedWorkbench) => {
    const end = await bench.ends(1);
    return end.kind === 'failed' ? end.message : end.kind;
  };

  it('without a network says so', async () => {
    expect(await failure(new RecordedWorkbench())).toContain('a network must be opened');
  });

  it('on images of another size says which', async () => {
    const data = noiseData();
    const bench = new RecordedWorkbench({ ...data, test: { ...data.test, size: 16 } });
    bench.open();
    expect(await failure(bench)).toContain('for images of 12 pixels, the test images have 16');
  });

  it('on weights that were changed finds it by the features in the file', async () => {
    const name = 'backbone.layer3.0.conv2.weight';
    const { shape } = weights.tensors[name]!;
    const changed = tensorFile(
      shape,
      tensorValues(weights.tensors[name]!).map((value) => 2 * value),
    );
    const bench = new RecordedWorkbench();
    bench.open('a', { ...weights, tensors: { ...weights.tensors, [name]: changed } });
    expect(await failure(bench)).toContain('The file was changed or is damaged');
  });

  it('on weights with a tensor missing names it', async () => {
    const { 'projector.0.weight': _, ...tensors } = weights.tensors;
    const bench = new RecordedWorkbench();
    bench.open('a', { ...weights, tensors });
    expect(await failure(bench)).toContain('projector.0.weight must have shape [16, 32], got none');
  });
});
