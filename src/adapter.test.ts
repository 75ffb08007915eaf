import { afterEach, expect, it, vi } from 'vitest';
import { findAdapter } from './adapter.ts';

afterEach(() => vi.unstubAllGlobals());

/** A browser that answers with these, one after the other. */
function browser(...answers: readonly (object | null)[]) {
  const requestAdapter = vi.fn();
  for (const answer of answers) requestAdapter.mockResolvedValueOnce(answer);
  vi.stubGlobal('navigator', { gpu: { requestAdapter } });
  return requestAdapter;
}

it('asks a browser that offers no adapter once more', async () => {
  const adapter = {};
  const asked = browser(null, adapter);
  expect(await findAdapter()).toBe(adapter);
  expect(asked).toHaveBeenCalledTimes(2);
});

it('takes the first that is offered, and believes a second no', async () => {
  const only = browser({});
  expect(await findAdapter()).not.toBeNull();
  expect(only).toHaveBeenCalledOnce();
  const asked = browser(null, null);
  expect(await findAdapter()).toBeNull();
  expect(asked).toHaveBeenCalledTimes(2);
});

it('asks for the fast GPU, and for the saving one if that is wanted', async () => {
  const fast = browser({});
  await findAdapter();
  expect(fast).toHaveBeenCalledExactlyOnceWith({ powerPreference: 'high-performance' });
  const saving = browser(null, {});
  await findAdapter('low-power');
  expect(saving.mock.calls).toEqual([[{ powerPreference: 'low-power' }], [{ powerPreference: 'low-power' }]]);
});

it('finds none where there is no WebGPU', async () => {
  vi.stubGlobal('navigator', {});
  expect(await findAdapter()).toBeNull();
});
