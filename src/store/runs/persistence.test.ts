import { afterEach, describe, expect, it, vi } from 'vitest';

/** The store of a page that was just loaded, in a browser whose storage answers like this. */
async function visit(storage: object | undefined, kept: Map<string, string> | null = new Map()) {
  vi.resetModules();
  vi.stubGlobal('navigator', { storage });
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => {
      if (kept === null) throw new DOMException('refused', 'SecurityError');
      return kept.get(key) ?? null;
    },
    setItem: (key: string, value: string) => kept?.set(key, value),
  });
  const { usePersistence } = await import('./persistence.ts');
  await usePersistence.getState().look();
  return usePersistence.getState;
}

function browser(grants: boolean, persisted = false) {
  const persist = vi.fn(async () => grants);
  return { persist, persisted: async () => persisted };
}

afterEach(() => void vi.unstubAllGlobals());

describe('the question whether runs should be kept', () => {
  it('is put once, and the browser is asked only when the user says yes', async () => {
    const storage = browser(true);
    const kept = new Map<string, string>();
    const page = await visit(storage, kept);
    expect(page().standing).toBe('question');
    expect(storage.persist).not.toHaveBeenCalled();
    await page().answer(true);
    expect(storage.persist).toHaveBeenCalledOnce();
    expect(page().standing).toBe('nothing');
    expect((await visit(browser(true), kept))().standing).toBe('nothing');
  });

  it('says so when the browser declines, and is not put again in a later visit', async () => {
    const kept = new Map<string, string>();
    const page = await visit(browser(false), kept);
    await page().answer(true);
    expect(page().standing).toBe('declined');
    expect((await visit(browser(false), kept))().standing).toBe('nothing');
  });

  it('may be refused, and the browser is then not asked', async () => {
    const storage = browser(true);
    const page = await visit(storage);
    await page().answer(false);
    expect([page().standing, storage.persist.mock.calls.length]).toEqual(['nothing', 0]);
  });

  it('is not put where runs are kept anyway, nor where the browser cannot be asked or remember it', async () => {
    expect((await visit(browser(true, true)))().standing).toBe('nothing');
    expect((await visit({ getDirectory: () => {} }))().standing).toBe('nothing');
    expect((await visit(undefined))().standing).toBe('nothing');
    expect((await visit(browser(true), null))().standing).toBe('nothing');
  });
});
