import { afterEach, expect, it, vi } from 'vitest';
import { remember, remembered, rememberedChoices } from './remembered.ts';

afterEach(() => void vi.unstubAllGlobals());

const said = (value: unknown) => `read from ${JSON.stringify(value)}`;

it('keeps a text under its key', () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
  });
  remember('a', '{"pace":"gentle"}');
  expect([remembered('a'), remembered('b')]).toEqual(['{"pace":"gentle"}', null]);
  expect(rememberedChoices('a', said)).toBe('read from {"pace":"gentle"}');
  expect(rememberedChoices('b', said)).toBe('read from null');
  remember('a', 'damaged');
  expect(rememberedChoices('a', said)).toBe('read from null');
});

it('remembers nothing where the browser refuses storage', () => {
  const refuse = () => {
    throw new Error('refused');
  };
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse });
  remember('a', 'x');
  expect(remembered('a')).toBeNull();
  expect(rememberedChoices('a', said)).toBe('read from null');
});
