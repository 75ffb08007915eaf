import type { RecipeId } from '../../data/images/recipe.ts';
import { networkOf } from '../../network/fromConfig.ts';
import type { Checkpoint } from '../../run/checkpoint/checkpoint.ts';
import type { CheckpointEvent, Command, Pace, RecoveryEvent, SessionEvent } from '../../run/protocol.ts';
import { LOST_ENGINE } from '../failure.ts';
import { weightsOf } from '../weightsFile.ts';

export type StartCommand = Extract<Command, { kind: 'start' }>;

/**
 * The wait before each attempt to continue, milliseconds, as long as no newer checkpoint comes. A GPU process
 * needs seconds to start again. A run is given up at the interruption that follows the last attempt.
 */
const WAITS_MS = [0, 2000, 5000] as const;

/**
 * What is needed to start a run again when its session was lost: the newest checkpoint, and what the user has
 * asked for since the start. It lives on the page, where it survives the session.
 */
export class Recovery {
  private checkpoint: Checkpoint | null = null;
  private interruptions = 0;
  private steps = 0;
  /** Side of the images in pixels, and their recipe. */
  private images: { readonly size: number; readonly recipe: RecipeId } = { size: 0, recipe: 'cifar10' };
  private ended = false;
  /** Whether another session is about to start, or has started and is not yet at the checkpoint's step. */
  private restoring = false;
  private paused: boolean;
  private stopped = false;
  private exporting = false;
  private budget: number | null = null;
  private pace: Pace = 'full';

  constructor(readonly start: StartCommand) {
    this.paused = start.paused;
    this.checkpoint = start.from ?? null;
    this.steps = start.from?.step ?? 0;
  }

  /** Number of steps that the page knows of. */
  get step(): number {
    return this.steps;
  }

  /** The newest checkpoint; null before the first. */
  get newest(): Checkpoint | null {
    return this.checkpoint;
  }

  /** Whether the run can continue in another session. */
  get possible(): boolean {
    return this.checkpoint !== null && !this.ended;
  }

  /**
   * Takes in an event of the session. Returns whether it tells something of the run: while a session is being
   * restored, that its engine cannot be opened again belongs to the same interruption.
   */
  hear(event: SessionEvent | RecoveryEvent | CheckpointEvent): boolean {
    if (this.restoring && isSessionsOwn(event)) return false;
    switch (event.kind) {
      case 'checkpoint':
        this.checkpoint = event.checkpoint;
        this.interruptions = 0;
        break;
      case 'rewound':
        this.restoring = false;
        this.steps = event.step;
        break;
      case 'ready':
        this.images = event.ready.data;
        break;
      case 'steps':
        this.steps = event.rows.at(-1)?.step ?? this.steps;
        break;
      case 'weights':
        this.exporting = false;
        break;
      case 'finished':
      case 'failed':
        this.ended = true;
        break;
      case 'interrupted':
      case 'state':
      case 'progress':
      case 'images':
      case 'mapImages':
      case 'notice':
      case 'floors':
      case 'diverged':
      case 'epoch':
      case 'budget':
      case 'gradients':
      case 'usage':
      case 'memory':
      case 'cautions':
      case 'features':
      case 'map':
      case 'nearest':
      case 'dial':
        break;
      default:
        event satisfies never;
    }
    return true;
  }

  asked(command: Exclude<Command, StartCommand>): void {
    switch (command.kind) {
      case 'pause':
      case 'step':
        this.paused = true;
        break;
      case 'resume':
        this.paused = false;
        break;
      case 'setBudget':
        this.budget = command.budget;
        break;
      case 'setPace':
        this.pace = command.pace;
        break;
      case 'stop':
        this.stopped = true;
        this.paused = false;
        break;
      case 'exportWeights':
        this.exporting = true;
        break;
      case 'keep':
        break;
      default:
        command satisfies never;
    }
  }

  /**
   * Counts an interruption, and gives the wait before the next session starts, milliseconds. Null when there
   * is no checkpoint, or when too many attempts have failed.
   */
  interrupted(): number | null {
    const wait = WAITS_MS[this.interruptions++];
    if (this.checkpoint === null || wait === undefined) return null;
    this.restoring = true;
    this.ended = false;
    return wait;
  }

  /**
   * The commands that make a new session continue from the newest checkpoint, with the user's present wishes.
   */
  again(): readonly Command[] {
    if (this.checkpoint === null) throw new Error('recovery: there is no checkpoint to go on from');
    const commands: Command[] = [{ ...this.start, paused: this.paused, from: this.checkpoint }];
    if (this.stopped) commands.push({ kind: 'stop' });
    if (this.budget !== null) commands.push({ kind: 'setBudget', budget: this.budget });
    if (this.pace !== 'full') commands.push({ kind: 'setPace', pace: this.pace });
    return commands;
  }

  /** Requests that the lost session did not answer. The new session must answer them. */
  unanswered(): readonly Command[] {
    return this.exporting ? [{ kind: 'exportWeights' }] : [];
  }

  /**
   * The last events of a run that is given up: it goes back to its checkpoint, whose weights can be exported.
   */
  lastEvents(reason: string): readonly (SessionEvent | RecoveryEvent)[] {
    const { run, config } = this.start;
    const failed = { kind: 'failed', run, reason: 'engine', advice: LOST_ENGINE } as const;
    if (this.checkpoint === null) return [{ ...failed, message: reason }];
    const { step, budget, engine } = this.checkpoint;
    const { size, recipe } = this.images;
    const kept = `The run was interrupted ${this.interruptions} times after step ${step} and is given up; the weights of that step can still be exported.`;
    return [
      { kind: 'rewound', run, step, budget },
      { kind: 'weights', run, weights: weightsOf(engine, networkOf(config, size), config, recipe) },
      { ...failed, message: `${reason} ${kept}` },
    ];
  }
}

/** Whether an event says of a session, and not of its run, that it has failed. */
function isSessionsOwn(event: SessionEvent | RecoveryEvent | CheckpointEvent): boolean {
  return event.kind === 'failed'
    ? event.reason === 'engine'
    : event.kind === 'state' && event.state === 'failed';
}
