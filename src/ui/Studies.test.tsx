import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { BrokenStudy, Studies } from './Studies.tsx';

describe('the studies', () => {
  it('are tabs of which the first is shown once its code is here', () => {
    const markup = renderToStaticMarkup(<Studies />);
    expect(Array.from(markup.matchAll(/role="tab"[^>]*>([^<]+)</g), ([, title]) => title)).toEqual([
      ...['Runs', 'Compare', 'Views', 'Channels', 'Evaluate', 'Mask lab'],
    ]);
    expect(markup).toContain('Loading');
  });

  it('say in the place of a tab that broke what happened, and offer to try again', () => {
    const again = vi.fn();
    const props = { title: 'Compare', error: new Error('no such flags'), resetErrorBoundary: again };
    const markup = renderToStaticMarkup(<BrokenStudy {...props} />);
    expect(markup).toMatch(/^<div class="alert" role="alert">/);
    expect(markup).toContain('The tab “Compare” broke.</strong> The rest of the page goes on');
    expect(markup).toContain('What it said: no such flags');
    expect(markup).toContain('>Try again</button>');
    BrokenStudy(props).props.children[1].props.onClick();
    expect(again).toHaveBeenCalledWith();
  });
});
