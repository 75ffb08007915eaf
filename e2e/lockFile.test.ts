import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';

const Dependencies = z.record(z.string(), z.string()).optional();
const LockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      dependencies: Dependencies,
      optionalDependencies: Dependencies,
    }),
  ),
});

// npm leaves optional packages of other platforms out of the lock file when it cannot reach them, and then
// `npm ci` refuses it everywhere.
it('the lock file names every dependency of every package, those of other platforms too', () => {
  const { packages } = LockFile.parse(
    JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')),
  );
  /** Node's rule: node_modules beside the package, then beside each folder above it. */
  const isLocked = (from: string, name: string): boolean => {
    if (packages[`${from === '' ? '' : `${from}/`}node_modules/${name}`]) return true;
    if (from === '') return false;
    return isLocked(
      from.includes('/node_modules/') ? from.slice(0, from.lastIndexOf('/node_modules/')) : '',
      name,
    );
  };
  const absent = Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !isLocked(path, name))
      .map((name) => `${name}, wanted by ${path}`),
  );
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(absent).toEqual([]);
});
