import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FromWorker } from '../../exchange/door/protocol.ts';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import { tinyWeights } from '../../network/weights.fixture.ts';
import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import type { SessionNews } from '../../run/protocol.ts';
import { tinyCheckpoint } from '../../session/checkpoint.fixture.ts';
import { TINY } from '../../session/session.fixture.ts';
import { ready } from '../../vault/vault.fixture.ts';
import { applyEvent, newRun, type RunState } from './run.ts';
import { RunExports } from './runExports.ts';
import type { Download, ExportKind } from './runFiles.ts';
import { stepRow } from './stepRow.fixture.ts';

const ScriptedWorker = scriptedWorker<FromWorker>();

/** A run that trains in this tab and has made three steps. */
function trained(...news: readonly SessionNews[]): RunState {
  const told: readonly SessionNews[] = [
    ready(),
    { kind: 'state', state: 'paused' },
    { kind: 'steps', rows: [1, 2, 3].map((step) => stepRow(step)) },
    ...news,
  ];
  return told
    .map((one) => ({ ...one, run: 'a' }))
    .reduce<RunState>(applyEvent, newRun('a', TINY, { kind: 'here' }));
}

const WEIGHTS = { kind: 'weights', weights: tinyWeights() } as const;

/** Exports of a run, with the commands that its session got and the files that were offered to the user. */
function exportsOf(first: RunState, checkpoint: Checkpoint | null = null) {
  const asked: string[] = [];
  const offered: Promise<Download>[] = [];
  let run = first;
  const exports = new RunExports({ checkpoint, send: ({ kind }) => void asked.push(kind) }, () => ({
    run,
    ...{ source: { kind: 'emoji10', test: 'unseen-style' }, opened: null },
    offer: async (writing) => {
      offered.push(writing);
      await writing;
      return true;
    },
  }));
  const weightsCame = () => {
    run = trained(WEIGHTS);
    exports.weightsCame();
  };
  return { exports, asked, offered, weightsCame };
}

beforeEach(() => {
  ScriptedWorker.all = [];
  vi.stubGlobal('Worker', ScriptedWorker);
});
afterEach(() => void vi.unstubAllGlobals());

describe('the exports of a run', () => {
  it('wait for the weights, one for each time that they were asked for', () => {
    const { exports, asked, offered, weightsCame } = exportsOf(trained());
    exports.ask('weights');
    exports.ask('run');
    expect(asked).toEqual(['exportWeights', 'keep', 'exportWeights']);
    expect(offered).toHaveLength(0);
    weightsCame();
    expect(offered).toHaveLength(1);
    weightsCame();
    weightsCame();
    expect(offered).toHaveLength(2);
  });

  it.each<[ExportKind, number, readonly string[]]>([
    ['pytorch', 3, []],
    ['pytorch', 2, ['keep', 'exportWeights']],
    ['run.gz', 2, ['keep', 'exportWeights']],
    ['weights.safetensors', 2, []],
  ])('as %s with a checkpoint of step %i of 3 ask for %j', (what, step, expected) => {
    const { exports, asked, offered } = exportsOf(trained(WEIGHTS), tinyCheckpoint(step));
    exports.ask(what);
    expect(asked).toEqual(expected);
    expect(offered).toHaveLength(expected.length === 0 ? 1 : 0);
  });

  it.each<[string, (exports: RunExports) => void]>([
    ['the session', (exports) => exports.giveUp()],
    ['the run', (exports) => exports.turnTo(null)],
  ])('are given up with %s', (_, end) => {
    const { exports, offered, weightsCame } = exportsOf(trained());
    exports.ask('weights');
    end(exports);
    weightsCame();
    expect(offered).toHaveLength(0);
  });

  it('know the steps that are in a run file, once it is written', async () => {
    const { exports, offered } = exportsOf(trained(WEIGHTS), tinyCheckpoint(3));
    exports.ask('run');
    expect(exports.savedStep).toBe(0);
    await vi.waitFor(() => expect(ScriptedWorker.named('exchange')[0]?.told.at(-1)).toBeTruthy());
    ScriptedWorker.named('exchange')[0]!.say({ kind: 'done', answer: new Blob(['{}']) });
    await offered[0];
    await vi.waitFor(() => expect(exports.savedStep).toBe(3));
    exports.turnTo(null);
    expect(exports.savedStep).toBe(0);
  });
});
