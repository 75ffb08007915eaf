import { describe, expect, it } from 'vitest';
import { UsageError } from '../usageError.ts';
import { startOrder } from './startArguments.ts';

describe('startOrder', () => {
  it('opens the site at its port, unless told otherwise', () => {
    expect(startOrder([])).toEqual({ open: true, port: 4173 });
    expect(startOrder(['--no-open', '--port', '65535'])).toEqual({ open: false, port: 65_535 });
  });

  it.each([
    [['--port', '0'], '--port must be a whole number from 1 to 65535, got 0'],
    [['--port', '65536'], 'got 65536'],
    [['--port', 'http'], 'got http'],
    [['--fast'], '--fast'],
    [['now'], 'now'],
  ])('refuses %j', (args, message) => {
    expect(() => startOrder(args)).toThrow(UsageError);
    expect(() => startOrder(args)).toThrow(message);
  });
});
