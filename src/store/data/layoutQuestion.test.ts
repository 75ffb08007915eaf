import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WHOLE } from '../../data/formats/files.ts';
import { scriptedWorker } from '../../link/scriptedWorker.fixture.ts';
import type { LayoutAnswer } from '../../session/door/layoutProtocol.ts';
import { type DataSource, useSettings } from '../settings.ts';
import { mustAsk, questionOn, useLayoutQuestion } from './layoutQuestion.ts';

const EMOJI: DataSource = { kind: 'emoji10', test: 'unseen-style' };
const file = (path: string) => ({ path, file: new File([], path) });
const source = {
  kind: 'files',
  ...WHOLE,
  train: [file('train/1.png'), file('test/1.png')],
  test: [],
} as const;
const question = { readings: [], doubt: '' };

const ScriptedWorker = scriptedWorker<LayoutAnswer>();

beforeEach(() => {
  vi.stubGlobal('Worker', ScriptedWorker);
  useSettings.setState({ source });
  useLayoutQuestion.setState({ asked: { files: source.train, question }, open: true });
  ScriptedWorker.all = [];
});

afterEach(() => vi.unstubAllGlobals());

it('must be answered before a run, and goes into the source', () => {
  expect(mustAsk(source)).toBe(true);
  useLayoutQuestion.getState().answer('splits');
  const { source: answered } = useSettings.getState();
  expect(answered).toEqual({ ...source, layout: 'splits' });
  expect([mustAsk(answered), useLayoutQuestion.getState().open]).toEqual([false, false]);
  // It can be opened again, and answered in another way.
  expect(questionOn(answered, useLayoutQuestion.getState())).toBe(question);
  useLayoutQuestion.getState().ask();
  expect(useLayoutQuestion.getState().open).toBe(true);
});

it('stays with its files when it is cancelled, when less of them is read, and while other images are chosen', () => {
  useLayoutQuestion.getState().cancel();
  expect([mustAsk(source), useLayoutQuestion.getState().open]).toEqual([true, false]);
  useSettings.getState().changeSampling({ side: 32 });
  expect(mustAsk(useSettings.getState().source)).toBe(true);
  useSettings.getState().chooseSource(EMOJI);
  expect(mustAsk(EMOJI)).toBe(false);
  useSettings.getState().chooseSource(source);
  expect(mustAsk(useSettings.getState().source)).toBe(true);
});

it('belongs to no other files', () => {
  const other = { ...source, train: [file('a.bin')] };
  useSettings.getState().chooseSource(other);
  expect(mustAsk(other)).toBe(false);
});

it.each([
  [1, 'CIFAR-10-images/train/cat/1.png'],
  [1, 'stl10/test/2.jpg'],
  [1, 'cifar-10-png.zip'],
  [0, 'cifar-10-binary.tar.gz'],
  [0, 'stl10_binary.tar.gz'],
  [0, 'cifar-10-batches-bin/data_batch_1.bin'],
  [0, 'cifar-10-batches-bin/batches.meta.txt'],
])('is looked for by %i reader in %s', (readers, path) => {
  useSettings.getState().chooseSource({ ...source, train: [file(path)] });
  expect(ScriptedWorker.all).toHaveLength(readers);
});

it('is looked for again after its reader broke down', async () => {
  const files = [file('train/2.png')];
  useSettings.getState().chooseSource({ ...source, train: files });
  ScriptedWorker.all[0]!.crash('out of memory');
  await vi.waitFor(() => {
    useSettings.getState().chooseSource({ ...source, train: files });
    expect(ScriptedWorker.all).toHaveLength(2);
  });
  ScriptedWorker.all[1]!.say(question);
  await vi.waitFor(() => expect(useLayoutQuestion.getState().asked).toEqual({ files, question }));
});
