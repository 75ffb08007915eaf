import { expect, it } from 'vitest';
import { isEmbedded, linkTo } from './address.ts';

it('asks for a page in a frame, and leads out of it', () => {
  const page = 'https://example.org/dualgate/?a=1#old';
  const framed = linkTo(page, 'story=2', true);
  expect(framed).toBe('https://example.org/dualgate/?a=1&embed#story=2');
  expect(linkTo(framed, 'story=2')).toBe('https://example.org/dualgate/?a=1#story=2');
  expect(linkTo('https://example.org/?embed=1', '', true)).toBe('https://example.org/?embed');
  expect(linkTo('https://example.org/?embed', '')).toBe('https://example.org/');
});

it('sees the word in any place of the query, and nothing else', () => {
  for (const search of ['?embed', '?a=1&embed', '?embed=yes']) expect(isEmbedded(search)).toBe(true);
  for (const search of ['', '?', '?embedded', '?a=embed']) expect(isEmbedded(search)).toBe(false);
});
