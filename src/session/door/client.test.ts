import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { tensorValues } from '../../network/weights.ts';
import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import type {
  CheckpointEvent,
  Command,
  RecoveryEvent,
  SessionEvent,
  SessionNews,
} from '../../run/protocol.ts';
import { Batches } from '../course/batches.ts';
import { FIRST_AIM } from '../course/exactBudget.ts';
import { noiseData, TINY } from '../session.fixture.ts';
import { engineSetup } from '../stage.ts';
import { type ClientEvent, SessionClient } from './client.ts';
import type { MapEvent } from './mapProtocol.ts';
import type { StartCommand } from './recovery.ts';

type Said = SessionEvent | RecoveryEvent | CheckpointEvent | MapEvent;

const ScriptedWorker = scriptedWorker<Said>();

const START: StartCommand = {
  ...{ kind: 'start', run: 'a', config: TINY, engine: 'webgpu', paused: false },
  source: { kind: 'emoji10', test: 'unseen-style' },
};
const { train } = noiseData();
const SETUP = engineSetup(TINY, train);
const LOST: RecoveryEvent = { kind: 'interrupted', run: 'a', step: 7, reason: 'The device was lost.' };

function checkpoint(step: number): CheckpointEvent {
  const floors = { rawPixels: 0.1, untrained: { gated: 0.1, dense: 0.1 } };
  const batches = new Batches(TINY, train).position();
  const kept: Checkpoint = {
    step,
    trainingMs: 1,
    budget: 0.3,
    aim: FIRST_AIM,
    floors,
    batches,
    engine: SETUP.initial,
  };
  return { kind: 'checkpoint', run: 'a', checkpoint: kept };
}

const rewound = (step: number): RecoveryEvent => ({ kind: 'rewound', run: 'a', step, budget: 0.3 });
const news = (item: SessionNews): SessionEvent => ({ ...item, run: 'a' });
const steps = (...numbers: readonly number[]) => news({ kind: 'steps', rows: numbers.map(stepRow) });

function stepRow(step: number) {
  return {
    ...{ step, epoch: 0, loss: 1, invariance: 1, variance: 1, covariance: 1, budgetLoss: 0, boundLoss: 0 },
    ...{ macRatio: 1, terms: [], budget: 0.3, lr: 0.1, ms: 1 },
  };
}

/** The event that a session of TINY sends before it trains, with the fields that a client reads. */
function ready(): SessionEvent {
  const { network } = SETUP;
  return news({
    kind: 'ready',
    ready: {
      ...{ config: TINY, engine: null, mapImages: { count: 0, pixels: train.pixels, labels: train.labels } },
      data: {
        name: 'noise',
        train: 32,
        test: 10,
        size: train.size,
        classes: [],
        bank: null,
        recipe: 'cifar10',
        stepsPerEpoch: 4,
      },
      network: { ...network, stemMacs: network.stem.macs },
    },
  });
}

function map(step: number): MapEvent {
  const xy = new Float32Array(2);
  return { kind: 'map', run: 'a', epoch: 0, step, branch: 'dense', projection: 'umap', neighbours: 15, xy };
}

function features(step: number): SessionEvent {
  return news({
    ...{ kind: 'features', epoch: 0, step, count: 2, features: { dense: new Float32Array(4) } },
    gates: [Uint8Array.of(1, 0, 0, 1)],
  });
}

describe('the page’s end of a run', () => {
  const heard: ClientEvent[] = [];
  let client: SessionClient;

  const sessions = () => ScriptedWorker.named('session');
  const newest = () => sessions().at(-1)!;
  const kinds = () => heard.map(({ kind }) => kind);
  const told = (worker: InstanceType<typeof ScriptedWorker>) => worker.told as Command[];

  beforeEach(() => {
    ScriptedWorker.all = [];
    heard.length = 0;
    vi.stubGlobal('Worker', ScriptedWorker);
    vi.useFakeTimers();
    client = new SessionClient((event) => heard.push(event));
    client.start(START);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('goes on in a new worker from the newest checkpoint, and keeps the map worker', () => {
    newest().say(ready(), checkpoint(0), steps(1, 2, 3, 4), checkpoint(4), steps(5), LOST);
    const [lost, restored] = sessions();
    expect(lost!.alive).toBe(false);
    expect(restored!.alive).toBe(true);
    expect(told(restored!)).toEqual([{ ...START, from: checkpoint(4).checkpoint }]);
    expect(ScriptedWorker.named('maps').map(({ alive }) => alive)).toEqual([true]);
    restored!.say(rewound(4), steps(5));
    expect(kinds()).toEqual(['ready', 'steps', 'steps', 'interrupted', 'rewound', 'steps']);
  });

  it('hears nothing more of a worker that was replaced', () => {
    newest().say(checkpoint(0), LOST);
    sessions()[0]!.say(steps(9), checkpoint(9));
    sessions()[0]!.crash('too late');
    expect(kinds()).toEqual(['interrupted']);
    newest().say(LOST);
    vi.advanceTimersByTime(2000);
    expect(sessions()).toHaveLength(3);
    expect(told(newest())).toEqual([{ ...START, from: checkpoint(0).checkpoint }]);
  });

  it('comes through the worker’s own crash', () => {
    newest().say(checkpoint(0), steps(1, 2));
    newest().crash('out of memory');
    expect(heard.at(-1)).toEqual({
      ...{ kind: 'interrupted', run: 'a', step: 2 },
      reason: 'The training worker broke down: out of memory',
    });
    expect(told(newest())).toEqual([{ ...START, from: checkpoint(0).checkpoint }]);
  });

  it('fails when a worker crashes that has not come to a checkpoint, or has ended', () => {
    newest().crash('no script');
    expect(heard.at(-1)).toMatchObject({ kind: 'failed', reason: 'internal' });
    client.start(START);
    const final = {
      knn20: { gated: 0, dense: 0, rawPixels: 0, untrained: { gated: 0, dense: 0 } },
      ...{ ridge: null, correct: {} },
      ...{ macs: { dense: 1, gated: 1, ratio: 1, reduction: 0 }, imagesPerSecond: 1 },
    };
    newest().say(checkpoint(6), news({ kind: 'finished', final, stoppedEarly: false }));
    newest().crash('late');
    expect(heard.at(-1)).toMatchObject({ kind: 'failed', reason: 'internal' });
    expect(sessions()).toHaveLength(2);
  });

  it('passes on to the new worker what the user has asked meanwhile', () => {
    newest().say(checkpoint(0));
    client.send({ kind: 'setBudget', budget: 0.6 });
    client.send({ kind: 'pause' });
    newest().say(LOST);
    const from = checkpoint(0).checkpoint;
    expect(told(newest())).toEqual([
      { ...START, paused: true, from },
      { kind: 'setBudget', budget: 0.6 },
    ]);
    client.send({ kind: 'resume' });
    newest().say(LOST);
    client.send({ kind: 'stop' });
    vi.advanceTimersByTime(2000);
    expect(told(newest()).slice(0, 2)).toEqual([{ ...START, paused: false, from }, { kind: 'stop' }]);
  });

  it('asks again for weights that the lost session still owed, once the new one stands', () => {
    newest().say(checkpoint(0));
    client.send({ kind: 'exportWeights' });
    newest().say(LOST);
    expect(told(newest())).toHaveLength(1);
    newest().say(rewound(0));
    expect(told(newest()).at(-1)).toEqual({ kind: 'exportWeights' });
  });

  it('waits longer from attempt to attempt, and gives up after the third, with the checkpoint’s weights', () => {
    newest().say(ready(), checkpoint(4), steps(5), LOST);
    expect(sessions()).toHaveLength(2);
    newest().say(rewound(4), LOST);
    expect(newest().alive).toBe(false);
    vi.advanceTimersByTime(1999);
    expect(sessions()).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(sessions()).toHaveLength(3);
    newest().say(rewound(4), LOST);
    vi.advanceTimersByTime(4999);
    expect(sessions()).toHaveLength(3);
    vi.advanceTimersByTime(1);
    newest().say(rewound(4), LOST);
    vi.runAllTimers();
    expect(sessions()).toHaveLength(4);
    expect(ScriptedWorker.all.every(({ alive }) => !alive)).toBe(true);
    expect(kinds().slice(-4)).toEqual(['interrupted', 'rewound', 'weights', 'failed']);
    const failure = heard.at(-1)!;
    expect(failure).toMatchObject({ reason: 'engine' });
    expect(JSON.stringify(failure)).toContain('WASM');
    const weights = heard.find((event) => event.kind === 'weights')!.weights;
    for (const [name, values] of [...SETUP.initial.parameters, ...SETUP.initial.buffers])
      expect(tensorValues(weights.tensors[name]!)).toEqual(values);
  });

  it('counts anew from every newer checkpoint', () => {
    newest().say(checkpoint(0), LOST);
    for (let step = 1; step < 6; step++) newest().say(rewound(step - 1), checkpoint(step), LOST);
    expect(sessions()).toHaveLength(7);
  });

  it('tries again when the engine cannot be had at once, then says why not', () => {
    const failed = (message: string) =>
      news({ kind: 'failed', reason: 'engine', message, advice: 'Choose another engine.' });
    newest().say(ready(), checkpoint(0), LOST);
    for (let attempt = 1; attempt < 3; attempt++) {
      newest().say(news({ kind: 'state', state: 'failed' }), failed('no adapter'));
      vi.runAllTimers();
    }
    expect(sessions()).toHaveLength(4);
    expect(kinds()).toEqual(['ready', 'interrupted']);
    newest().say(failed('still no adapter'));
    expect(sessions()).toHaveLength(4);
    expect(heard.at(-1)).toMatchObject({ kind: 'failed', reason: 'engine' });
    expect(heard.at(-1)).toHaveProperty('message', expect.stringContaining('still no adapter'));
  });

  it('starts no session for a run that was ended while it waited', () => {
    newest().say(checkpoint(0), LOST);
    newest().say(LOST);
    client.end();
    vi.runAllTimers();
    expect(sessions()).toHaveLength(2);
  });

  it('tells later sessions what the automatic choice came to', () => {
    const auto: StartCommand = { ...START, engine: 'auto' };
    const info = {
      name: 'wasm' as const,
      reason: 'Measured here.',
      details: {},
      selfTest: { worstError: 0, ms: 0 },
    };
    client.start(auto);
    expect(told(newest())).toEqual([auto]);
    const event = ready();
    if (event.kind === 'ready') {
      newest().say({ ...event, ready: { ...event.ready, engine: info } });
    }
    client.start(auto);
    expect(told(newest())).toEqual([{ ...auto, decided: { name: 'wasm', reason: 'Measured here.' } }]);
    client.start(START);
    expect(told(newest())).toEqual([START]);
  });

  it('sends features and map settings to the map worker, and gates to the page', () => {
    client.drawMapsBy('paper');
    newest().say(features(4));
    expect(ScriptedWorker.named('maps')[0]!.told).toMatchObject([
      { kind: 'settings', settings: 'quick' },
      { kind: 'settings', settings: 'paper' },
      { kind: 'layout', step: 4, count: 2, features: { dense: new Float32Array(4) } },
    ]);
    expect(heard).toMatchObject([{ kind: 'features', features: {}, gates: [Uint8Array.of(1, 0, 0, 1)] }]);
    client.start(START);
    expect(ScriptedWorker.named('maps')[1]!.told).toEqual([{ kind: 'settings', settings: 'paper' }]);
  });

  it('tells the map worker which maps a run that goes on had', () => {
    const dense = { epoch: 0, step: 4, projection: 'umap', neighbours: 15, xy: new Float32Array(4) } as const;
    client.start(START, { dense });
    expect(ScriptedWorker.named('maps').at(-1)!.told).toEqual([
      { kind: 'settings', settings: 'quick' },
      { kind: 'drawn', run: START.run, maps: { dense } },
    ]);
  });

  it('shows no map of steps that were taken back', () => {
    newest().say(checkpoint(4), features(4), features(8), LOST);
    const [maps] = ScriptedWorker.named('maps');
    maps!.say(map(8));
    newest().say(rewound(4));
    maps!.say(map(8), map(4));
    newest().say(features(8));
    maps!.say(map(8));
    expect(heard.flatMap((event) => (event.kind === 'map' ? [event.step] : []))).toEqual([8, 4, 8]);
  });
});
