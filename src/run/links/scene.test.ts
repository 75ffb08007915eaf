import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases } from '../../fuzz.fixture.ts';
import { HIDEABLE, linkWithoutRun, linkWithScene, PLAIN_SCENE, STORY_LENGTH, sceneOfLink } from './scene.ts';
import { linkWithTab } from './tabs.ts';

describe('the scene in a link', () => {
  it('is read as it was written, beside settings and alone', () => {
    const scene = { story: 3, hidden: ['settings', 'tabs'] } as const;
    expect(linkWithScene('', scene)).toBe('story=3&hide=settings,tabs');
    expect(linkWithScene('#v=1&seed=5', scene)).toBe('v=1&seed=5&story=3&hide=settings,tabs');
    for (const hash of ['', 'v=1&seed=5', 'tab=compare'])
      expect(sceneOfLink(`#${linkWithScene(hash, scene)}`)).toEqual(scene);
    expect(sceneOfLink(linkWithTab(linkWithScene('', scene), 'channels'))).toEqual(scene);
  });

  it('leaves no trace if it is plain', () => {
    expect(sceneOfLink('#v=1&seed=5')).toEqual(PLAIN_SCENE);
    expect(sceneOfLink('')).toEqual(PLAIN_SCENE);
    expect(linkWithScene('#v=1&seed=5&story=2&hide=log', PLAIN_SCENE)).toBe('v=1&seed=5');
  });

  it('takes the place of a run, and of nothing else', () => {
    expect(linkWithoutRun('#recorded=vicreg&step=9&tab=channels')).toBe('tab=channels');
    expect(linkWithoutRun('#run=0123&step=9&image=4')).toBe('');
    expect(linkWithoutRun('#v=1&seed=5&tab=channels')).toBe('v=1&seed=5&tab=channels');
  });

  it('names each part once, in one order', () => {
    expect(sceneOfLink('#hide=tabs,settings,tabs')).toEqual({ story: null, hidden: ['settings', 'tabs'] });
  });

  it.each([
    ['story=0', 'expected 1 to 5, got “0”'],
    ['story=6', 'got “6”'],
    ['story=', 'got “”'],
    ['story=2.0', 'got “2.0”'],
    ['story=__proto__', 'got “__proto__”'],
    ['story=1&story=2', 'says “story” twice'],
    ['story=2&recorded=vicreg', 'a step of the story beside a run'],
    ['story=2&run=0123', 'a step of the story beside a run'],
    ['hide=', 'got “”'],
    ['hide=settings,', 'got “”'],
    ['hide=header', 'does not have: expected any of settings, preset, .*, got “header”'],
    ['hide=constructor', 'got “constructor”'],
    ['hide=Settings', 'got “Settings”'],
    ['hide=log&hide=tabs', 'says “hide” twice'],
    [`hide=${'x'.repeat(5000)}`, `got “${'x'.repeat(40)}…”`],
  ])('%s is refused in words', (hash, words) => {
    expect(sceneOfLink(`#${hash}`)).toMatch(new RegExp(words));
  });

  it('is one that the page has, or a text, whatever stands there', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (story, hide) => {
        const scene = sceneOfLink(`#${new URLSearchParams({ story, hide })}`);
        if (typeof scene === 'string') return scene.length > 10 && scene.length < 400;
        return scene.story! <= STORY_LENGTH && scene.hidden.every((part) => HIDEABLE.includes(part));
      }),
      { numRuns: cases(300) },
    );
  });
});
