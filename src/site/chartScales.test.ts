import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { CHART_SCALES } from './chartScales.ts';

const UI = fileURLToPath(new URL('../ui', import.meta.url));

it('the build has every scale that a chart’s axis asks for', () => {
  const charts = readdirSync(UI, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.tsx'))
    .map((path) => readFileSync(join(UI, path), 'utf8'))
    .filter((text) => text.includes("from 'recharts'"));
  const asked = charts.flatMap((text) => [...text.matchAll(/\bscale=(?:"(\w+)"|\{([^}]*)\})/g)]);
  const names = asked.flatMap(([, plain, choice]) =>
    plain === undefined ? [...choice!.matchAll(/'(\w+)'/g)].map(([, name]) => name!) : [plain],
  );
  expect(new Set(names)).toEqual(new Set(['linear', 'log']));
  // A scale that is named in no quotes could not be found here.
  expect(asked.every(([, plain, choice]) => plain !== undefined || /'\w+'/.test(choice!))).toBe(true);
  const built = CHART_SCALES.map((name) => name.toLowerCase());
  expect(names.filter((name) => !built.some((each) => each === name))).toEqual([]);
});
