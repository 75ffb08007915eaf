import { readFile } from 'node:fs/promises';
import { type Download, expect, type Locator, type Page } from '@playwright/test';
import { bytes } from '../../src/ui/shell/format.ts';
import { waitFor } from './waitFor.ts';

/** What a panel draws: a chart, a drawing of its own, a picture in pixels, or a figure of boxes. */
const DRAWN = 'svg.recharts-surface, svg.drawing, canvas, [data-figure]';

/** The page as its user sees it. */
export class Playground {
  constructor(readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.goto('./');
    await expect(this.button('Start')).toBeVisible();
  }

  /** Shows or hides the settings of the next run. On narrow pages they lie over everything else. */
  async settings(shown: boolean): Promise<void> {
    const opener = this.button('Settings of the next run');
    if ((await opener.getAttribute('aria-expanded')) === String(shown)) return;
    await (shown ? opener : this.button('Close the settings')).click();
  }

  panel(name: string): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  get alert(): Locator {
    return this.page.getByRole('alert');
  }

  /** A network and a run so small that they take seconds, on the engine that every browser has. */
  async makeSmall(numbers: { batch: number; steps: number; width?: number | undefined }): Promise<void> {
    await this.number('Width c0').fill(String(numbers.width ?? 2));
    await this.number('Batch').fill(String(numbers.batch));
    await this.number('Steps').fill(String(numbers.steps));
    // The preset's rate of .1 suits batches of 64. With a few images and batches of 16, runs diverge after
    // some 300 steps.
    await this.number('Learning rate').fill('0.02');
    await this.panel('Hyper-parameters').getByText('Advanced').click();
    await this.number('Projector').fill('32');
    // The automatic choice tries WebGPU. A software adapter then compiles for up to a minute and draws no
    // page.
    await this.panel('Engine').getByRole('combobox').selectOption('wasm');
  }

  /** The field of a hyper-parameter. */
  number(label: string): Locator {
    return this.panel('Hyper-parameters').getByRole('spinbutton', { name: label });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** Steps that the page says were made. */
  async steps(): Promise<number> {
    return stepsIn(await this.page.locator('.progress:not(.order)').textContent());
  }

  /** Waits until the page says so many steps. A run that fails before tells why at once. */
  async reachStep(step: number, timeout = 90_000): Promise<void> {
    const orFailed = async () => {
      const text = await this.page.locator('.progress:not(.order)').textContent();
      if (text?.startsWith('failed'))
        throw new Error(`Waited for step ${step}: ${(await this.alert.allTextContents()).join(' ')}`);
      return stepsIn(text);
    };
    // It looks often, because a small run ends within two seconds.
    await waitFor(`step ${step}`, () =>
      expect.poll(orFailed, { timeout, intervals: [50] }).toBeGreaterThanOrEqual(step),
    );
  }

  /** Begins the prepared run and holds it after so many steps, on machines of any speed. */
  async beginHeld(steps: number): Promise<void> {
    for (let step = 1; step <= steps; step++) {
      await this.button('Step').click();
      await this.reachStep(step);
    }
    await expect(this.button('Resume')).toBeVisible();
    expect(await this.steps()).toBe(steps);
  }

  async finished(timeout = 120_000): Promise<void> {
    await waitFor('the end of the run', () =>
      expect(this.page.locator('.progress:not(.order)')).toContainText('finished', { timeout }),
    );
  }

  /** Waits until both maps are drawn by UMAP, and say so of themselves: such as “step 30”. */
  async mapsDrawn(words: string): Promise<void> {
    await waitFor(`maps of ${words}`, async () => {
      for (const branch of ['dense', 'gated'])
        await expect(this.page.getByTestId(`${branch}-map`)).toContainText(new RegExp(`^UMAP · .*${words}`), {
          timeout: 60_000,
        });
    });
  }

  /** Drops a run file that is not opened yet, and waits until the page shows its run. */
  async openRun(name: string, text: string): Promise<void> {
    await this.drop([{ name, bytes: Buffer.from(text) }]);
    await expect(this.page.getByText(`opened: ${name}`)).toBeVisible();
  }

  /** Drops files on the page, as from a folder. */
  async drop(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<void> {
    const encoded = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
    const transfer = await this.page.evaluateHandle((list) => {
      const data = new DataTransfer();
      for (const { name, base64 } of list) {
        data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      }
      return data;
    }, encoded);
    await this.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  }

  /** Drops files of a data set, and waits until the next run would read them. */
  async dropImages(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<void> {
    await this.drop(files);
    const size = files.reduce((sum, file) => sum + file.bytes.length, 0);
    const data = this.panel('Data');
    await expect(data.getByRole('radio', { name: 'Your files' })).toBeChecked();
    await expect(data).toContainText(
      `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${bytes(size)};`,
    );
  }

  /** Picks files with the data panel's picker. */
  async choose(paths: readonly string[]): Promise<void> {
    await this.panel('Data')
      .getByLabel('Files of a data set, pictures, or a run file')
      .setInputFiles([...paths]);
  }

  /** Picks a folder with the data panel's picker. */
  async chooseFolder(path: string): Promise<void> {
    await this.panel('Data').getByLabel('A folder of pictures').setInputFiles(path);
  }

  /** Drops a folder on the page, as the file manager does: the page gets an entry, not files. */
  async dropFolder(path: string): Promise<void> {
    const browser = await this.page.context().newCDPSession(this.page);
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
      browser.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
    await send('dragEnter');
    await send('dragOver');
    // The browser drops nothing on a page that has not yet said that it takes what hovers over it.
    await expect(this.page.locator('.drop-veil')).toBeVisible();
    await send('drop');
    await browser.detach();
  }

  /** Opens one of the page's tabs. */
  async tab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name, exact: true }).click();
  }

  /** Does something on another tab, and returns to the open one. */
  async onTab<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = await this.page.getByRole('tab', { selected: true }).textContent();
    await this.tab(name);
    const result = await work();
    await this.tab(before!);
    return result;
  }

  /** Chooses an item of a panel's menu. */
  async menu(panel: string, item: string): Promise<void> {
    await this.panel(panel)
      .getByRole('button', { name: `Menu of ${panel}` })
      .click();
    await this.panel(panel).getByRole('button', { name: item }).click();
  }

  /** What an item of a panel's menu saves. */
  async saved(panel: string, item: string): Promise<{ name: string; text: string }> {
    // A short run ends before its curves are drawn: the panel then says that there is nothing to save yet.
    if (/PNG|SVG/.test(item)) await expect(this.panel(panel).locator(DRAWN).first()).toBeVisible();
    const download = this.page.waitForEvent('download');
    await this.menu(panel, item);
    return contents(await download);
  }

  /** What a button saves: the file's name and its JSON. */
  async exported(button: 'Weights' | 'Run'): Promise<{ name: string; text: string }> {
    const { name, bytes } = await this.taken(button);
    return { name, text: bytes.toString('utf8') };
  }

  /** What a button of the export tab saves, as bytes. */
  async taken(button: string): Promise<{ name: string; bytes: Buffer }> {
    const file = await this.onTab('Export', async () => {
      const download = this.page.waitForEvent('download', { timeout: 120_000 });
      await this.panel('Export').getByRole('button', { name: button, exact: true }).click();
      return download;
    });
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  }
}

/** “step 1,200/5,000” → 1200 */
function stepsIn(progress: string | null): number {
  return Number(/step ([\d,]+)\//.exec(progress ?? '')?.[1]?.replaceAll(',', '') ?? 0);
}

async function contents(file: Download): Promise<{ name: string; text: string }> {
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

/** CIFAR-10 records that can be told apart: each class is a blob of its colour at a place of its own. */
export function cifarRecords(count: number): Uint8Array {
  const bytes = new Uint8Array(count * 3073);
  for (let record = 0; record < count; record++) {
    const label = record % 10;
    const start = record * 3073;
    bytes[start] = label;
    for (let plane = 0; plane < 3; plane++) {
      for (let p = 0; p < 1024; p++) {
        const distance = Math.hypot((p % 32) - 6 - 2 * label, Math.floor(p / 32) - 8 - (record % 16));
        const light = distance < 8 ? (((label + 1) * (plane + 3) * 37) % 200) + 40 : 20 + ((record * 7) % 30);
        bytes[start + 1 + plane * 1024 + p] = light;
      }
    }
  }
  return bytes;
}
