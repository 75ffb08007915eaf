import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scriptedWorker } from './scriptedWorker.fixture.ts';
import { answerOf, WorkerLink } from './workerLink.ts';

const ScriptedWorker = scriptedWorker<string>();
const URL_OF_NOTHING = new URL('file:///nothing.ts');

/** A scripted worker, also typed as the `Worker` that a link takes. */
function workerOf() {
  const worker = new Worker(URL_OF_NOTHING);
  return { scripted: ScriptedWorker.all.at(-1)!, worker };
}

beforeEach(() => {
  ScriptedWorker.all = [];
  vi.stubGlobal('Worker', ScriptedWorker);
});

afterEach(() => vi.unstubAllGlobals());

describe('a link', () => {
  function linked() {
    const { scripted, worker } = workerOf();
    const said: string[] = [];
    const link = new WorkerLink<{ readonly order: number }, string>(worker, {
      hear: (message) => said.push(message),
      broke: (detail) => said.push(`broke: ${detail}`),
    });
    return { scripted, link, said };
  }

  it('carries orders there and messages back', () => {
    const { scripted, link, said } = linked();
    link.send({ order: 1 });
    scripted.say('one', 'two');
    expect(scripted.told).toEqual([{ order: 1 }]);
    expect(said).toEqual(['one', 'two']);
  });

  it('says how its worker failed, and keeps the browser from reporting it as well', () => {
    const { scripted, said } = linked();
    const thrown = Object.assign(new Event('error', { cancelable: true }), { message: 'out of stack' });
    scripted.dispatchEvent(thrown);
    scripted.dispatchEvent(new Event('error'));
    scripted.dispatchEvent(new Event('messageerror'));
    expect(thrown.defaultPrevented).toBe(true);
    expect(said).toEqual([
      'broke: out of stack',
      'broke: its script could not be loaded',
      'broke: a message could not be read',
    ]);
  });

  it('says when its script could not come because the browser is offline', () => {
    vi.stubGlobal('navigator', { onLine: false });
    const { scripted, said } = linked();
    scripted.dispatchEvent(new Event('error'));
    vi.unstubAllGlobals();
    expect(said).toEqual(['broke: its script could not be loaded, because this browser is offline']);
  });

  it('hears and sends nothing once it was ended', () => {
    const { scripted, link, said } = linked();
    link.end();
    link.send({ order: 1 });
    scripted.say('late');
    scripted.crash('too late');
    scripted.dispatchEvent(new Event('messageerror'));
    expect(scripted.alive).toBe(false);
    expect(scripted.told).toEqual([]);
    expect(said).toEqual([]);
  });
});

describe('one answer', () => {
  const { signal } = new AbortController();

  it('is the first message, and ends the worker', async () => {
    const { scripted, worker } = workerOf();
    const answer = answerOf<string, string>(worker, 'The clerk', signal, (link) => link.send('add'));
    scripted.say('3');
    expect(await answer).toBe('3');
    expect(scripted.told).toEqual(['add']);
    expect(scripted.alive).toBe(false);
  });

  it('may come before the order was given as a whole', async () => {
    const { scripted, worker } = workerOf();
    const answer = answerOf<string, string>(worker, 'The clerk', signal, () => new Promise(() => {}));
    scripted.say('refused');
    expect(await answer).toBe('refused');
  });

  it('is refused in words when the worker breaks down, or the order cannot be given', async () => {
    const { scripted, worker } = workerOf();
    const answer = answerOf<string, string>(worker, 'The clerk', signal, () => {});
    scripted.crash('out of memory');
    await expect(answer).rejects.toThrow('The clerk broke down: out of memory.');
    expect(scripted.alive).toBe(false);
    const other = workerOf();
    const ungiven = answerOf<string, string>(other.worker, 'The clerk', signal, () => {
      throw new Error('cannot be cloned');
    });
    await expect(ungiven).rejects.toThrow('cannot be cloned');
    expect(other.scripted.alive).toBe(false);
  });

  it('is not waited for any longer than the signal lets, nor asked for after it', async () => {
    const { scripted, worker } = workerOf();
    const controller = new AbortController();
    const answer = answerOf<string, string>(worker, 'The clerk', controller.signal, (link) =>
      link.send('add'),
    );
    controller.abort(new Error('not wanted any more'));
    await expect(answer).rejects.toThrow('not wanted any more');
    expect(scripted.alive).toBe(false);
    const late = workerOf();
    const unasked = answerOf<string, string>(late.worker, 'The clerk', controller.signal, (link) =>
      link.send('add'),
    );
    await expect(unasked).rejects.toThrow('not wanted any more');
    expect(late.scripted.told).toEqual([]);
    expect(late.scripted.alive).toBe(false);
  });
});
