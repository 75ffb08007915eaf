import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../presets.ts';
import { FRAME_SIZES, frameHtml, pageOpens } from './frame.ts';
import { usePlace } from './place.ts';
import { usePlayer } from './player/player.ts';
import { usePlayground } from './playground.ts';
import { inventedDial } from './run/dial/dial.fixture.ts';
import { applyEvent, newRun } from './run/run.ts';
import { stepRow } from './run/stepRow.fixture.ts';
import { useScene } from './scene.ts';
import { useSettings } from './settings.ts';
import { turnDial } from './studies/dial.ts';

const byProject = { system: 'vicreg', on: '2026-11-29', device: 'a computer', project: '1' } as const;
const rows = Array.from({ length: 50 }, (_, i) => stepRow(i + 1));
const recorded = applyEvent(newRun('a', DEFAULT_CONFIG, { kind: 'recorded', file: 'a', byProject }), {
  kind: 'steps',
  run: 'a',
  rows,
});

const settings = useSettings.getState();
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  usePlayer.getState().toPresent();
  usePlayground.setState({ run: null });
  usePlace.setState({ tab: 'run' });
  useScene.setState({ story: null, hidden: [] });
  useSettings.setState(settings, true);
  vi.useRealTimers();
});

describe('a link to what the page shows', () => {
  it('carries the settings of the next run beside a run of one’s own', async () => {
    useSettings.getState().change('seed', 7);
    usePlace.setState({ tab: 'compare' });
    expect(await pageOpens([])).toEqual({
      words: 'the settings of the next run',
      hash: 'v=1&seed=7&tab=compare',
    });
  });

  it('opens the recorded run, at the step that is looked at, or as it plays', async () => {
    usePlayground.setState({ run: recorded });
    usePlayer.getState().scrub(20);
    expect((await pageOpens(['settings', 'tabs'])).hash).toBe('recorded=vicreg&step=20&hide=settings,tabs');
    usePlayer.getState().play();
    expect(await pageOpens([])).toEqual({
      words: 'this recorded run, which plays',
      hash: 'recorded=vicreg',
    });
  });

  it('opens the recorded run with its dial where that is turned', async () => {
    const dial = inventedDial(DEFAULT_CONFIG, rows.length, [0.2, 0.6]);
    usePlayground.setState({ run: applyEvent(recorded, { kind: 'dial', run: 'a', dial }) });
    turnDial(dial.points[1]!);
    expect(await pageOpens([])).toEqual({
      words: 'this recorded run, its dial at 60 %',
      hash: 'recorded=vicreg&dial=0.6',
    });
  });

  it('opens the step of the story that is told', async () => {
    usePlayground.setState({ run: recorded });
    useScene.setState({ story: 2 });
    expect(await pageOpens(['log'])).toEqual({
      words: 'step 2 of the story',
      hash: 'story=2&hide=log',
    });
  });
});

it('the HTML of a frame is whole, whatever its link holds', () => {
  const html = frameHtml('https://example.org/?a="1"&embed#story=1', FRAME_SIZES[0]!);
  expect(html).toContain(
    'src="https://example.org/?a=&quot;1&quot;&amp;embed#story=1" width="480" height="360"',
  );
  expect(html.match(/"/g)!.length % 2).toBe(0);
});
