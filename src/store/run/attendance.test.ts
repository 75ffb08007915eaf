import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../../presets.ts';
import type { SessionState } from '../../run/protocol.ts';
import { EMPTY_RECORD } from '../../run/record.ts';
import { useLongRuns } from '../longRuns.ts';
import { usePlayground } from '../playground.ts';
import { attendToRuns, titleOf } from './attendance.ts';
import { newRun, type Origin, type RunState } from './run.ts';
import { stepRow } from './stepRow.fixture.ts';

/** A page that can be hidden and shown, in a browser that counts its locks and notices. */
class Page extends EventTarget {
  hidden = false;
  title = '';

  turn(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

let page = new Page();
let held = 0;
let notices: string[] = [];
let end = () => {};

beforeEach(() => {
  page = new Page();
  held = 0;
  notices = [];
  vi.stubGlobal('document', page);
  const release = async () => void held--;
  const request = async () => {
    held++;
    return { release };
  };
  vi.stubGlobal('navigator', { wakeLock: { request } });
  const FakeNotice = class extends EventTarget {
    static permission = 'granted';
    constructor(title: string) {
      super();
      notices.push(title);
    }
  };
  vi.stubGlobal('Notification', FakeNotice);
  end = attendToRuns();
});

afterEach(() => {
  end();
  usePlayground.setState({ run: null });
  useLongRuns.setState({ awake: true, notice: false });
  vi.unstubAllGlobals();
});

function runIn(state: SessionState, steps = 1, origin: Origin = { kind: 'here' }): RunState {
  const rows = Array.from({ length: steps }, (_, i) => stepRow(i + 1));
  const config = { ...DEFAULT_CONFIG, steps: 8 };
  return { ...newRun('a', config, origin), state, record: { ...EMPTY_RECORD, steps: rows } };
}

/** Shows a run, and lets the browser answer. */
async function show(...run: Parameters<typeof runIn>): Promise<void> {
  usePlayground.setState({ run: runIn(...run) });
  await settled();
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));

describe('the screen', () => {
  it('is kept on while a run trains and the page is seen, and no longer', async () => {
    await show('training');
    expect(held).toBe(1);
    await show('evaluating', 2);
    expect(held).toBe(1);
    await show('paused', 2);
    expect(held).toBe(0);
    await show('training', 3);
    expect(held).toBe(1);
    await show('finished', 8);
    expect(held).toBe(0);
  });

  it('may go dark while the page is hidden, and is kept on again when it is seen', async () => {
    await show('training');
    page.turn(true);
    await settled();
    expect(held).toBe(0);
    page.turn(false);
    await settled();
    expect(held).toBe(1);
  });

  it('may go dark when the user wants so, for a run of a file, and where the browser has no lock', async () => {
    await show('training', 1, { kind: 'opened', file: 'a.json' });
    expect(held).toBe(0);
    await show('training');
    useLongRuns.setState({ awake: false });
    await settled();
    expect(held).toBe(0);
    vi.stubGlobal('navigator', {});
    useLongRuns.setState({ awake: true });
    await settled();
    expect(held).toBe(0);
  });

  it('is not held by a lock that comes when the run has ended', async () => {
    usePlayground.setState({ run: runIn('training') });
    usePlayground.setState({ run: runIn('paused') });
    await settled();
    expect(held).toBe(0);
  });
});

describe('the title of the page', () => {
  it('tells how far the run is, and its end', async () => {
    await show('training', 2);
    expect(page.title).toBe('25 % · DualGate');
    await show('paused', 3);
    expect(page.title).toBe('paused at 37 % · DualGate');
    await show('finished', 8);
    expect(page.title).toBe('done · DualGate');
    expect(titleOf(runIn('failed'))).toBe('failed · DualGate');
  });

  it('is the name alone for a run that was not trained here, and without one', () => {
    expect(titleOf(runIn('finished', 8, { kind: 'opened', file: 'a' }))).toBe('DualGate');
    expect(titleOf(null)).toBe('DualGate');
  });
});

describe('a notice', () => {
  it('tells the end of a run that ended while the page was hidden, if the user wants so', async () => {
    useLongRuns.setState({ notice: true });
    page.turn(true);
    await show('training', 7);
    await show('finished', 8);
    expect(notices).toEqual(['DualGate: the run has ended after 8 steps']);
    await show('training', 7);
    await show('failed', 7);
    expect(notices.at(-1)).toBe('DualGate: the run failed after 7 steps');
  });

  it('is not shown while the page is seen, unwanted, nor for a run that was opened', async () => {
    await show('training', 7);
    await show('finished', 8);
    page.turn(true);
    await show('training', 7);
    await show('finished', 8);
    useLongRuns.setState({ notice: true });
    page.turn(false);
    await show('training', 7);
    await show('finished', 8);
    expect(notices).toEqual([]);
  });
});
