import { expect, it } from 'vitest';
import { runAlone } from './command.fixture.ts';

// Only wrong arguments are tested, because right ones would build the site and serve it.
it('npm start answers wrong arguments with its usage and exit code 2', async () => {
  const { code, output, errors } = await runAlone('start', ['--port', '0']);
  expect([code, output]).toEqual([2, '']);
  expect(errors).toBe(
    '--port must be a whole number from 1 to 65535, got 0\nUsage: npm start -- [--no-open] [--port N]\n',
  );
}, 180_000);
