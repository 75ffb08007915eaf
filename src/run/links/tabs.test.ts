import { describe, expect, it } from 'vitest';
import { linkWithTab, TABS, tabOfLink } from './tabs.ts';

describe('the tab in a link', () => {
  it('is read as it was written, beside settings and alone', () => {
    for (const tab of TABS.slice(1)) {
      expect(tabOfLink(`#${linkWithTab('', tab)}`)).toBe(tab);
      expect(linkWithTab('#v=1&seed=5', tab)).toBe(`v=1&seed=5&tab=${tab}`);
    }
  });

  it('is not named while it is the first, so that older links stay as they are', () => {
    expect(linkWithTab('v=1&seed=5&tab=compare', 'run')).toBe('v=1&seed=5');
    expect(linkWithTab('#tab=compare', 'run')).toBe('');
    expect(tabOfLink('#v=1&seed=5')).toBeNull();
  });

  it('that the page does not have is none', () => {
    expect(tabOfLink('#tab=elsewhere')).toBeNull();
  });
});
