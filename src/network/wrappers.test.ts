import { describe, expect, it } from 'vitest';
import { unwrapped, wrappersNotice } from './wrappers.ts';

describe('unwrapped', () => {
  it.each([
    ['module.backbone.conv1.weight', ['module']],
    ['_orig_mod.backbone.conv1.weight', ['_orig_mod']],
    ['module._orig_mod.backbone.conv1.weight', ['module', '_orig_mod']],
    ['_orig_mod.module.backbone.conv1.weight', ['_orig_mod', 'module']],
    ['backbone._orig_mod.conv1.weight', ['_orig_mod']],
    ['backbone.conv1.weight', []],
  ])('reads %s', (name, wrappers) => {
    expect(unwrapped({ [name]: 1 })).toEqual({ tensors: { 'backbone.conv1.weight': 1 }, wrappers });
  });

  it('leaves names alone that only look like wrappers', () => {
    const tensors = { 'modules.0.weight': 1, 'a.my_module.b': 2 };
    expect(unwrapped(tensors)).toEqual({ tensors, wrappers: [] });
  });

  it('refuses a bare and a wrapped tensor of one name', () => {
    expect(() => unwrapped({ 'a.b': 1, 'module.a.b': 2 })).toThrow(/“a.b” and “module.a.b” are the same/);
  });
});

it('says what was taken off', () => {
  expect(wrappersNotice([])).toBeNull();
  expect(wrappersNotice(['module', '_orig_mod'])).toMatch(/had “module\.” and “_orig_mod\.” of a wrapped/);
});
