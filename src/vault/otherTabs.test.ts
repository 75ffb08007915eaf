import { afterEach, expect, it, vi } from 'vitest';
import { otherTabs } from './otherTabs.ts';

/** As the browser's: it tells all others of its name, and not itself. */
class FakeChannel extends EventTarget {
  static readonly open = new Set<FakeChannel>();
  constructor(readonly name: string) {
    super();
    FakeChannel.open.add(this);
  }
  postMessage(): void {
    for (const other of FakeChannel.open)
      if (other !== this && other.name === this.name) other.dispatchEvent(new Event('message'));
  }
}

afterEach(() => vi.unstubAllGlobals());

it('looks once for all changes that came while the vault was at work, and again for later ones', async () => {
  vi.stubGlobal('BroadcastChannel', FakeChannel);
  const waiting: (() => Promise<void>)[] = [];
  const look = vi.fn(async () => {});
  otherTabs('runs', look, (work) => waiting.push(work));
  const own = vi.fn(async () => {});
  const first = otherTabs('runs', own, (work) => void work());
  otherTabs('elsewhere', own, (work) => void work());
  for (let i = 0; i < 3; i++) first.changed();
  expect(waiting).toHaveLength(1);
  await waiting.pop()!();
  expect(look).toHaveBeenCalledTimes(1);
  first.changed();
  expect(waiting).toHaveLength(1);
  expect(own).not.toHaveBeenCalled();
});
