import { afterEach, describe, expect, it } from 'vitest';
import { checkpointOf } from '../run/checkpoint/runCheckpoint.ts';
import { parseRunFile } from '../run/files/runFile.ts';
import { TINY } from '../session/session.fixture.ts';
import {
  checkpoint,
  damage,
  endTabs,
  filesOf,
  finished,
  folderOf,
  kept,
  newRun,
  ready,
  tab,
} from './vault.fixture.ts';

afterEach(endTabs);

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
    const run = await second.client.fork(id, 2);
    expect(run.checkpoint).toEqual(checkpoint(id, 2).checkpoint);
    expect(run.file.steps.map(({ step }) => step)).toEqual([1, 2]);
    await expect(second.client.fork(id, 9)).rejects.toThrow(
      'no checkpoint of step 9 any more; kept: 3, 2, 1',
    );
    await damage(id, entry.checkpoints[1]!.file);
    await expect(second.client.fork(id, 2)).rejects.toThrow(/checkpoint of step 2 cannot be read/);
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

  it('writes a run as a file that can be gone on with', async () => {
    const { id, first } = await kept(2, 4);
    first.kill();
    const file = parseRunFile(await (await tab().client.file(id)).text());
    expect(file.steps).toHaveLength(4);
    expect(file.id).toBe(id);
    expect(file.source).toEqual({ kind: 'emoji10', test: 'unseen-style' });
    expect(await checkpointOf(file)).toEqual(checkpoint(id, 4).checkpoint);
  });

  it('writes a run that went to its end without a checkpoint of its middle', async () => {
    const { id, first } = await kept(2);
    first.client.keep(checkpoint(id, 3, true));
    await first.entry(({ checkpoints }) => checkpoints[0]?.step === 3);
    first.say(id, finished(false));
    const { entry } = await first.entry(({ state }) => state === 'finished');
    expect(entry.checkpoints.map(({ step }) => step)).toEqual([3]);
    const file = parseRunFile(await (await first.client.file(id)).text());
    expect([file.final === null, file.checkpoint, file.id]).toEqual([false, null, id]);
  });

  it('lets a checkpoint that comes after the end change nothing of it, and keeps only one that was asked for', async () => {
    const { id, first } = await kept(2);
    first.say(id, finished(false));
    await first.entry(({ state }) => state === 'finished');
    for (const asked of [false, true]) {
      first.news.length = 0;
      first.client.keep(checkpoint(id, asked ? 4 : 3, asked));
      await first.entry(() => true);
    }
    const entry = (await first.opened()).find((each) => each.id === id)!;
    expect([entry.steps, entry.checkpoints.map(({ step }) => step)]).toEqual([6, [4]]);
    expect(await filesOf(id)).toHaveLength(2);
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
      /^The checkpoint of step 4 \(\d+ kB\) could not be kept: the browser gives this site no more room\./,
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
