import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const FOLDER = new URL('styles/', import.meta.url);

it('lets only one file of styles say what a class is', () => {
  const owners = new Map<string, string[]>();
  for (const file of readdirSync(FOLDER)) {
    // All rules share one space of names. Rules inside of others, as for narrow pages, are indented.
    const rules = readFileSync(new URL(file, FOLDER), 'utf8').matchAll(/^\.([\w-]+) \{$/gm);
    for (const [, name] of rules) owners.set(name!, [...(owners.get(name!) ?? []), file]);
  }
  expect(owners.size).toBeGreaterThan(50);
  expect([...owners].filter(([, files]) => new Set(files).size > 1)).toEqual([]);
});
