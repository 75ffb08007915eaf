import type * as fs from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** The moments of writing a file at which a process may die. */
export const MOMENTS = ['made', 'half written', 'written', 'named', 'done'] as const;

export type Moment = (typeof MOMENTS)[number];

/** What happens to the next write of a file: death at a moment, a full disk, or a signal in its middle. */
export type Trouble = Moment | 'full' | 'signal' | null;

/**
 * A disk whose writes meet trouble. Death is a promise that never settles: nothing of the command happens
 * after it, as after SIGKILL, and the files stay as they were at that moment.
 */
export class TroubledDisk {
  /** Whether the trouble was met. */
  isMet = false;
  private trouble: Trouble = null;
  private listeners: readonly unknown[] = [];
  private opened: FileHandle | null = null;
  private tellDeath: () => void = () => {};

  /** Sets the trouble of the next command. The promise resolves when the command dies. */
  expect(trouble: Trouble): Promise<'died'> {
    this.trouble = trouble;
    this.isMet = false;
    this.listeners = process.listeners('SIGTERM');
    return new Promise((resolve) => {
      this.tellDeath = () => resolve('died');
    });
  }

  /** `node:fs/promises` of this disk. */
  over(real: typeof fs): typeof fs {
    return {
      ...real,
      open: async (...args: Parameters<typeof real.open>) => {
        const handle = await real.open(...args);
        const isOutput = /\.part$/.test(`${args[0]}`);
        return isOutput || this.trouble === 'full' ? this.troubled(handle) : handle;
      },
      rename: async (...args: Parameters<typeof real.rename>) => {
        // A file of a folder gets its name within a neighbour first, and that is not yet its place.
        const isOutput = /\.part(\/|$)/.test(`${args[0]}`) && !/\.part\//.test(`${args[1]}`);
        if (isOutput) await this.dieAt('named');
        await real.rename(...args);
        if (isOutput) await this.dieAt('done');
      },
    };
  }

  private troubled(handle: FileHandle): FileHandle {
    const { writeFile, sync } = handle;
    this.opened = handle;
    handle.writeFile = async (content, ...rest) => {
      if (typeof content !== 'string' && !(content instanceof Uint8Array))
        throw new Error('this disk takes strings and bytes');
      if (this.trouble === 'signal') {
        this.isMet = true;
        this.trouble = null;
        // The test runner has handlers too, which must not hear of it.
        for (const listener of process.listeners('SIGTERM'))
          if (!this.listeners.includes(listener)) listener('SIGTERM');
      }
      await this.dieAt('made');
      const half = content.slice(0, content.length >> 1);
      if (this.trouble === 'half written' || this.trouble === 'full')
        await writeFile.call(handle, half, ...rest);
      await this.dieAt('half written');
      if (this.trouble === 'full') {
        this.isMet = true;
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      }
      await writeFile.call(handle, content, ...rest);
    };
    handle.sync = async () => {
      await this.dieAt('written');
      await sync.call(handle);
    };
    return handle;
  }

  private async dieAt(moment: Moment): Promise<void> {
    if (this.trouble !== moment) return;
    this.isMet = true;
    // The system closes the files of a process that dies.
    await this.opened?.close();
    this.tellDeath();
    await new Promise(() => {});
  }
}
