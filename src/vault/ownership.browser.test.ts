import { afterEach, describe, expect, it } from 'vitest';
import { lockedOwnership } from './ownership.ts';
import { checkpoint, endTabs, finished, kept, tab } from './vault.fixture.ts';

afterEach(endTabs);

describe('the vault in several tabs', () => {
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

  it('keeps a run that goes on after another was trained in the same visit', async () => {
    const before = await kept(2);
    before.first.kill();
    const { id, first } = await kept(1);
    await first.client.resume(before.id);
    first.client.send({ kind: 'leave', run: id });
    first.goOn(before.id, 2);
    first.client.keep(checkpoint(before.id, 3));
    await first.entry((entry) => entry.id === before.id && entry.checkpoints[0]?.step === 3);
    const second = tab();
    await expect(second.client.resume(before.id)).rejects.toThrow(/Another tab trains this run/);
    expect((await second.client.resume(id)).checkpoint.step).toBe(1);
  });

  it('keeps a run that goes on after it had ended in the same visit, and shows what came then', async () => {
    const { id, first } = await kept(2);
    first.say(id, finished(true));
    await first.entry(({ state }) => state === 'finished');
    expect((await first.client.resume(id)).checkpoint.step).toBe(2);
    first.client.send({ kind: 'leave', run: id });
    first.goOn(id, 2);
    first.client.keep(checkpoint(id, 5));
    await first.entry(({ checkpoints }) => checkpoints[0]?.step === 5);
    first.kill();
    const { steps: shown, final } = await tab().client.load(id);
    expect([shown.at(-1)?.step, final]).toEqual([5, null]);
  });

  it('goes on keeping the run under way when another cannot be resumed, or is not gone on with', async () => {
    const elsewhere = await kept(1);
    const waiting = await kept(1);
    waiting.first.kill();
    const { id, first } = await kept(2);
    await expect(first.client.resume(elsewhere.id)).rejects.toThrow(/Another tab trains this run/);
    await first.client.resume(waiting.id);
    first.client.send({ kind: 'leave', run: waiting.id });
    first.client.keep(checkpoint(id, 3));
    await first.entry(({ checkpoints }) => checkpoints[0]?.step === 3);
    const second = tab();
    await expect(second.client.resume(id)).rejects.toThrow(/Another tab trains this run/);
    expect((await second.client.resume(waiting.id)).checkpoint.step).toBe(1);
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

  it('tells the other tabs at once that one of them goes on with a run', async () => {
    const { id, first } = await kept(2);
    first.kill();
    const [second, third] = [tab(), tab()];
    const isTaken = () => third.news.some((news) => news.kind === 'opened' && news.elsewhere.includes(id));
    await third.opened();
    expect(isTaken()).toBe(false);
    await second.client.resume(id);
    await expect.poll(isTaken).toBe(true);
  });

  it('takes nobody who only waits until a run is free for its owner', async () => {
    const prefix = `test ${crypto.randomUUID()} `;
    const script = `
      const hold = (name, mode) => new Promise((held) =>
        navigator.locks.request(name, { mode }, () => { held(); return new Promise(() => {}); }));
      await hold('${prefix}trained', 'exclusive');
      await hold('${prefix}waited for', 'shared');
      postMessage('held');`;
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    const other = new Worker(url, { type: 'module' });
    await new Promise((resolve) => {
      other.onmessage = resolve;
    });
    const ownership = lockedOwnership(prefix);
    expect(await ownership.elsewhere()).toEqual(['trained']);
    // Many may wait for one run at once.
    await ownership.whenFree('waited for');
    other.terminate();
    await ownership.whenFree('trained');
    URL.revokeObjectURL(url);
  });
});
