import type { RunConfig } from '../../config.ts';
import type { TrainAndTest } from '../../data/images/dataset.ts';
import type { Engine } from '../../engine.ts';
import type { Command, DataSource, EngineChoice, SessionEvent } from '../../run/protocol.ts';
import { addToRecord, EMPTY_RECORD, type RunRecord } from '../../run/record.ts';
import { Session } from '../../session/session.ts';
import { openNodeEngine } from '../openNodeEngine.ts';

export interface TrainOnceOrder {
  readonly config: RunConfig;
  readonly data: TrainAndTest;
  readonly source: DataSource;
  readonly engine: EngineChoice;
  /** Of the WASM engine; null for all cores. */
  readonly threads: number | null;
  /** @param send sends the session a command, which it hears before it goes on */
  onEvent(event: SessionEvent, send: (command: Command) => void): void;
}

/**
 * Trains one run from start to end. It frees what the engine held, so that another run can follow in this
 * process.
 */
export async function trainOnce({
  config,
  data,
  source,
  engine,
  threads,
  onEvent,
}: TrainOnceOrder): Promise<{ readonly record: RunRecord; readonly failure: string | null }> {
  let record = EMPTY_RECORD;
  let opened: Engine | null = null;
  const failure = await new Promise<string | null>((resolve) => {
    const session: Session = new Session({
      emit(event: SessionEvent) {
        record = addToRecord(record, event);
        onEvent(event, (command) => session.receive(command));
        if (event.kind === 'state' && event.state === 'finished') resolve(null);
        if (event.kind === 'failed') resolve(`${event.message} ${event.advice}`);
      },
      loadData: async () => data,
      openEngine: async (order) => {
        const choice = await openNodeEngine(order);
        opened = choice.engine;
        return choice;
      },
    });
    session.receive({
      ...{ kind: 'start', run: 'cli', config, source, engine, paused: false },
      ...(threads === null ? {} : { threads }),
    });
  });
  (opened as Engine | null)?.dispose();
  return { record, failure };
}
