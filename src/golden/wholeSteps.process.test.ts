import { expect, it } from 'vitest';
import { useBackend } from '../method/backend.ts';
import { expectWholeSteps } from './wholeSteps.fixture.ts';

// It starts no program, but plain JavaScript takes a quarter of a minute for it: too long for `npm run
// check`.
it('golden sections e and f on cpu: whole steps match the authors’ numbers and free their tensors', async () => {
  expect((await useBackend('cpu')).name).toBe('cpu');
  await expectWholeSteps();
}, 180_000);
