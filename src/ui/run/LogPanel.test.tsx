import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { LogLines } from './LogPanel.tsx';

/** The lines and the button of a log of so many evaluations after one change of the budget. */
function shown(lines: number, isWhole: boolean) {
  const log = Array.from({ length: lines }, (_, step) => ({
    step,
    text: step === 0 ? 't_d set from 0.30 to 0.20' : `Epoch ${step} evaluated`,
    level: 'info' as const,
  }));
  const markup = renderToStaticMarkup(<LogLines log={log} isWhole={isWhole} onWhole={() => {}} />);
  return {
    lines: markup.match(/<li/g)!.length,
    button: markup.match(/<button.*?>(.+?)<\/button>/)?.[1],
    markup,
  };
}

describe('a log', () => {
  it('is shown whole up to a hundred lines, newest first', () => {
    const { lines, button, markup } = shown(100, false);
    expect([lines, button]).toEqual([100, undefined]);
    expect(markup.indexOf('Epoch 99')).toBeLessThan(markup.indexOf('t_d set'));
  });

  it('that is longer shows its newest lines, and all when it is asked for them', () => {
    const some = shown(250, false);
    expect([some.lines, some.button]).toEqual([100, 'Show all 250 lines']);
    expect(some.markup).not.toContain('t_d set');
    const all = shown(250, true);
    expect([all.lines, all.button]).toEqual([250, 'Show the newest 100']);
    expect(all.markup).toContain('t_d set');
  });
});
