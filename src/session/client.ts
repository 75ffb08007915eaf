import type { MapEvent, MapRequest } from './mapProtocol.ts';
import type { Command, SessionEvent } from './protocol.ts';

/** What reaches the page: the session's events, the map worker's layouts, and how the map worker fares. */
export type ClientEvent = SessionEvent | MapEvent;

export type StartCommand = Extract<Command, { kind: 'start' }>;

/**
 * The page's end of the wall: owns the session worker and the map worker of one run at a time. Features go from
 * the one worker to the other without being copied; everything else goes to `listener`.
 */
export class SessionClient {
  readonly #listener: (event: ClientEvent) => void;
  #session: Worker | null = null;
  #maps: Worker | null = null;

  constructor(listener: (event: ClientEvent) => void) {
    this.#listener = listener;
  }

  /** Starts a run in workers of its own: whatever was under way ends, and nothing of it can leak into this run. */
  start(command: StartCommand): void {
    this.end();
    const session = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'session' });
    const maps = new Worker(new URL('./mapWorker.ts', import.meta.url), { type: 'module', name: 'maps' });
    session.addEventListener('message', ({ data }: MessageEvent<SessionEvent>) => {
      if (data.kind === 'features') this.#drawMaps(data, command.config.seed);
      else this.#listener(data);
    });
    maps.addEventListener('message', ({ data }: MessageEvent<MapEvent>) => this.#listener(data));
    this.#watch(session, (detail) => {
      this.end();
      this.#listener({
        kind: 'failed',
        run: command.run,
        reason: 'internal',
        message: `The training worker broke down: ${detail}`,
        advice: 'Reset starts it anew. If it happens again, choose another engine or reload the page.',
      });
    });
    this.#watch(maps, (detail) => {
      this.#listener({
        kind: 'mapFailed',
        run: command.run,
        epoch: 0,
        message: `The map worker broke down: ${detail}`,
      });
    });
    this.#session = session;
    this.#maps = maps;
    session.postMessage(command satisfies Command);
  }

  /** To the session under way; without one there is nobody to hear it. */
  send(command: Exclude<Command, StartCommand>): void {
    this.#session?.postMessage(command);
  }

  /** Ends both workers at once. */
  end(): void {
    this.#session?.terminate();
    this.#maps?.terminate();
    this.#session = null;
    this.#maps = null;
  }

  #drawMaps(event: Extract<SessionEvent, { kind: 'features' }>, seed: number): void {
    const { run, epoch, step, dimension, features } = event;
    const request: MapRequest = { kind: 'layout', run, epoch, step, dimension, features, seed };
    const buffers = [features.dense, features.gated].flatMap((part) => (part ? [part.buffer] : []));
    this.#maps?.postMessage(request, buffers);
  }

  #watch(worker: Worker, report: (detail: string) => void): void {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      report(event.message || 'its script could not be loaded');
    });
    worker.addEventListener('messageerror', () => report('a message could not be read'));
  }
}
