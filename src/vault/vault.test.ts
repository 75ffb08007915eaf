import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../presets.ts';
import { Browser, begun, CHECKPOINT, FAILED, RUN } from './browser.fixture.ts';
import { newEntry } from './door/entry.ts';
import { NoRoom } from './noRoom.ts';

describe('what the vault refuses', () => {
  it('is a run that another tab has deleted', async () => {
    await expect(new Browser().tab('first').load('a')).rejects.toThrow(/is not kept any more/);
  });

  it('is to delete a run that another tab trains, until that tab has ended it', async () => {
    const { browser, vault } = await begun();
    const second = browser.tab('second');
    await expect(second.delete('a')).rejects.toThrow(/Another tab trains this run: end it there first/);
    vault.leave('a');
    await second.delete('a');
    expect(browser.entries.size).toBe(0);
  });

  it('is to resume a run that another tab trains', async () => {
    const { browser } = await begun();
    browser.entries.set('a', { ...newEntry(RUN), checkpoints: [CHECKPOINT] });
    await expect(browser.tab('second').resume('a')).rejects.toThrow(
      /Another tab trains this run: go on there/,
    );
  });

  it('is to go on from a checkpoint that is not there or cannot be read', async () => {
    const { browser, vault } = await begun();
    vault.leave('a');
    await expect(vault.resume('a')).rejects.toThrow(/no checkpoint to go on from/);
    await expect(vault.load('a')).rejects.toThrow(/Nothing of this run was kept but its settings/);
    browser.entries.set('a', { ...newEntry(RUN), checkpoints: [CHECKPOINT] });
    await expect(vault.fork('a', 9)).rejects.toThrow(/no checkpoint of step 9 any more; kept: 3/);
    await expect(vault.resume('a')).rejects.toThrow(/None of this run’s checkpoints can be read/);
  });

  it('is to show a run whose file is gone', async () => {
    const { browser, vault } = await begun();
    await vault.hear(FAILED);
    vault.leave('a');
    browser.files.clear();
    await expect(vault.load('a')).rejects.toThrow(/The file of this run cannot be read: no such file/);
  });

  it('is to keep a run without room for it, until there is room', async () => {
    const { browser, vault } = await begun();
    browser.isFull = true;
    await expect(vault.hear(FAILED)).rejects.toBeInstanceOf(NoRoom);
    browser.isFull = false;
    await vault.hear(FAILED);
    vault.leave('a');
    expect((await vault.load('a')).config).toEqual(DEFAULT_CONFIG);
  });
});
