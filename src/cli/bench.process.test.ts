import { expect, it } from 'vitest';
import { runAlone } from './command.fixture.ts';

it('npm run bench measures, prints its table last, and exits with 0', async () => {
  const args = '--engine tfjs-wasm --width 4 --batch 4 --steps 1'.split(' ');
  const { code, output, errors } = await runAlone('bench', args);
  expect([code, errors]).toEqual([0, 'tfjs-wasm: step 1 of 1\n']);
  expect(output.trimEnd().split('\n').at(-1)).toMatch(/^tfjs-wasm +\d+ ms( +[\d.]+){4}$/);
}, 180_000);
