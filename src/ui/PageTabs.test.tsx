import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { BrokenStudy, OpenTab, PageTabList } from './PageTabs.tsx';

describe('the tabs of the page', () => {
  it('begin with the run, and show a study once its code is here', () => {
    const titles = renderToStaticMarkup(<PageTabList />);
    expect(Array.from(titles.matchAll(/role="tab"[^>]*>([^<]+)</g), ([, title]) => title)).toEqual([
      ...['Run', 'Compare', 'Channels', 'Views', 'Evaluate', 'Mask lab', 'Runs', 'Export', 'Device'],
    ]);
    expect(titles.match(/aria-selected="true"[^>]*>([^<]+)</)?.[1]).toBe('Run');
    expect(renderToStaticMarkup(<OpenTab tab="run" />)).toContain('Compute budget');
    expect(renderToStaticMarkup(<OpenTab tab="compare" />)).toContain('Loading');
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
