import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { FailureReason, SessionNews } from '../../run/protocol.ts';
import { ProgressLine } from './progressLine.ts';

/** What the command line says to these events. */
function saidTo(...events: readonly SessionNews[]): string {
  let output = '';
  const stream = {
    write(text: string) {
      output += text;
    },
  };
  const line = new ProgressLine(DEFAULT_CONFIG, { stdout: stream, stderr: stream, onInterrupt: () => {} });
  for (const event of events) line.show({ ...event, run: 'cli' });
  return output;
}

const failed = (reason: FailureReason, advice: string) =>
  ({ kind: 'failed', reason, message: 'It broke.', advice }) as const;

it('a failed engine is answered by the option that chooses another one, not by the settings of the page', () => {
  const said = saidTo(failed('engine', 'Choose another engine in the settings.'));
  expect(said).toContain('FAILED  It broke. Start again with another engine (--engine wasm');
  expect(said).not.toContain('settings');
});

it('any other failure keeps its advice', () => {
  expect(saidTo(failed('config', 'Choose a smaller batch.'))).toBe(
    'FAILED  It broke. Choose a smaller batch.\n',
  );
});

it('a caution is said once as long as it stays', () => {
  const cautions = (step: number, ...texts: string[]) =>
    ({ kind: 'cautions', step, cautions: texts }) as const;
  expect(saidTo(cautions(0, 'a'), cautions(1, 'a', 'b'), cautions(2, 'a', 'b'))).toBe(
    'note    a\nnote    b\n',
  );
  expect(saidTo(cautions(0, 'a'), cautions(1), cautions(2, 'a'))).toBe('note    a\nnote    a\n');
});
