import { weightsToSafetensors } from '../network/weightsTensors.ts';
import { pytorchZip } from '../pytorch/pytorchZip.ts';
import type { Checkpoint } from '../run/checkpoint/checkpoint.ts';
import { checkpointOf, continuableOf } from '../run/checkpoint/runCheckpoint.ts';
import { type Continuable, parseRunFile, runFileOf } from '../run/files/runFile.ts';
import { gzipOf, textOf } from '../run/files/runText.ts';
import { readTrainedWeights } from '../run/files/weightsText.ts';
import type { ExchangeKind, Exchanges, Further, Order, RunOut } from './door/protocol.ts';

type Work = { [K in ExchangeKind]: (ask: Exchanges[K]['ask']) => Promise<Exchanges[K]['answer']> };

const JSON_TYPE = { type: 'application/json' };

const WORK: Work = {
  readRun: async ({ file }) => parseRunFile(await textOf(file)),
  readWeights: async ({ file }) => {
    const { run: _, ...read } = await readTrainedWeights(file);
    return read;
  },
  checkpoint: checkpointOf,
  writeRun,
  writeWeights: async ({ weights, format }) =>
    format === 'json'
      ? new Blob([textFor(weights)], JSON_TYPE)
      : new Blob([weightsToSafetensors(weights)], { type: 'application/octet-stream' }),
  writePytorch: async ({ weights, run, further }) => {
    const bundle = run && { ...run, memory: await checkpointIn(further) };
    return pytorchZip(weights, bundle, 'dualgate-pytorch');
  },
};

/** Reads or writes a file. @throws what is wrong with it, in words */
export async function carryOut<K extends ExchangeKind>(
  order: Extract<Order, { kind: K }>,
): Promise<Exchanges[K]['answer']> {
  const work: (ask: Exchanges[K]['ask']) => Promise<Exchanges[K]['answer']> = WORK[order.kind as K];
  return work(order.ask as Exchanges[K]['ask']);
}

async function writeRun({ config, record, id, further, packed }: RunOut): Promise<Blob> {
  const file = runFileOf(config, record, await continuable(further));
  const text = textFor(id === undefined ? file : { ...file, id });
  return packed ? gzipOf(text) : new Blob([text], JSON_TYPE);
}

/** The checkpoint in the form that `runFileOf` takes; undefined if there is nothing to continue from. */
async function continuable(further: Further | null): Promise<Continuable | undefined> {
  if (further === null) return undefined;
  if ('input' in further) return continuableOf(further);
  const { source, checkpoint } = further;
  return { source, checkpoint };
}

async function checkpointIn(further: Further | null): Promise<Checkpoint | null> {
  if (further === null) return null;
  return 'input' in further ? further.checkpoint : checkpointOf(further);
}

/**
 * @throws Error when the text is longer than the longest string of the browser. No reader could take it
 * either.
 */
function textFor(value: object): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(
      'As JSON this would be longer than the browser’s longest text (some 500 MB). Take the weights along as safetensors.',
    );
  }
}
