import type { Browser } from '@playwright/test';
import { madeOnce } from './madeOnce.ts';
import { cifarRecords, Playground } from './playground.ts';

// Runs that are trained once and recorded. Journeys about something else begin with them. Journeys about
// interruptions compare their result with that of the undisturbed run.

/** How a run is prepared on an open page. */
export interface Preparation {
  readonly batch: number;
  readonly steps: number;
  /** Channels of the first stage; 2 if not given. */
  readonly width?: number;
  /** Images of its epochs. */
  readonly images: number;
  readonly tests: number;
  readonly engine: 'wasm' | 'webgpu';
  readonly system?: 'VICReg dense';
  /** Epochs; 1 for runs that are there to be looked at, whose last maps belong to the last evaluation. */
  readonly evaluateEvery?: number;
}

/** Runs to look at. The first has three evaluations; the second has no gates and three more steps. */
const TO_LOOK_AT = { batch: 8, width: 4, images: 80, tests: 150, engine: 'wasm' } as const;

export const PREPARATIONS = {
  gated: { ...TO_LOOK_AT, steps: 30, evaluateEvery: 1 },
  dense: { ...TO_LOOK_AT, steps: 33, system: 'VICReg dense' },
  /** Twenty epochs, which take seconds: a run has to be under way for as long as it takes to disturb it. */
  'undisturbed on wasm': {
    ...{ batch: 16, steps: 300, images: 240, tests: 40, engine: 'wasm' },
    evaluateEvery: 10,
  },
  /**
   * As small as possible: a software adapter compiles for ten seconds, and each step takes a tenth of a
   * second.
   */
  'undisturbed on webgpu': { batch: 4, steps: 25, images: 20, tests: 40, engine: 'webgpu' },
} as const satisfies Record<string, Preparation>;

export type RecordingName = keyof typeof PREPARATIONS;

/** The images of a run, as they are dropped. */
export function imagesOf({ images, tests }: Pick<Preparation, 'images' | 'tests'>) {
  return [
    { name: 'data_batch_1.bin', bytes: cifarRecords(images) },
    { name: 'test_batch.bin', bytes: cifarRecords(tests) },
  ];
}

/** Opens the page, and sets all of the next run. */
export async function prepare(playground: Playground, preparation: Preparation): Promise<void> {
  const { batch, steps, width, engine, system, evaluateEvery } = preparation;
  await playground.open();
  await playground.makeSmall({ batch, steps, width });
  await playground.panel('Engine').getByRole('combobox').selectOption(engine);
  if (evaluateEvery) await playground.number('Evaluate every').fill(String(evaluateEvery));
  if (system) await playground.panel('Method').getByRole('radio', { name: system }).check();
  await playground.dropImages(imagesOf(preparation));
}

/** The run file of a run that was trained from its beginning to its end, with its last maps. */
export function recorded(browser: Browser, name: RecordingName): Promise<string> {
  return madeOnce(name, async () => {
    // The context is separate, as another browser would be: it sees nothing of the journey and leaves nothing
    // to it.
    const context = await browser.newContext();
    try {
      const playground = new Playground(await context.newPage());
      const preparation: Preparation = PREPARATIONS[name];
      await prepare(playground, preparation);
      await playground.button('Start').click();
      await playground.finished(480_000);
      if (preparation.evaluateEvery === 1) await playground.mapsDrawn(`step ${preparation.steps}`);
      return (await playground.exported('Run')).text;
    } finally {
      await context.close();
    }
  });
}
