import { cifarRecords } from '../journeys/playground.ts';
import type { Browser } from './browser.ts';

declare global {
  interface Window {
    /** The text of the file that the page has saved last, once it was asked for. */
    saved?: string | undefined;
  }
}

/** The longest that a browser may take for one thing, milliseconds. */
const PATIENCE_MS = 120_000;

/** Looks until `look` gives something other than null. @throws Error that says what was waited for */
async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > end) throw new Error(`Waited ${PATIENCE_MS / 1000} s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A page as its user sees it, by the names of what stands on it. */
class Page {
  constructor(private readonly browser: Browser) {}

  /** Presses a button of this name, once it can be pressed. */
  async press(name: string): Promise<void> {
    await this.pressOf('button:not([role=tab]), summary', name);
  }

  /** Opens a tab. */
  async tab(name: string): Promise<void> {
    await this.pressOf('[role=tab]', `^${name}$`);
  }

  private async pressOf(kind: string, name: string): Promise<void> {
    const press = ([selector, pattern]: readonly [string, string]) => {
      const all = [...document.querySelectorAll<HTMLElement>(selector)];
      const found = all.find((each) => {
        const words = each.getAttribute('aria-label') ?? each.textContent ?? '';
        return new RegExp(pattern).test(words.trim()) && !each.matches(':disabled');
      });
      found?.click();
      return found === undefined ? null : true;
    };
    await until(`the button ${name}`, () => this.browser.run(press, [kind, name]));
  }

  /** Fills in the field of this label, as a user who types does. */
  async fill(label: string, value: string): Promise<void> {
    const fill = ([words, text]: readonly [string, string]) => {
      const labels = [...document.querySelectorAll('label')].filter((each) =>
        each.textContent?.trim().startsWith(words),
      );
      const field = labels[0]?.control ?? document.querySelector(`[aria-label="${words}"]`);
      if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return null;
      const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')!;
      field.focus();
      set!.call(field, text);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
      field.blur();
      return true;
    };
    await until(`the field ${label}`, () => this.browser.run(fill, [label, value]));
  }

  /** Picks files with the data panel's picker. */
  async choose(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<void> {
    const encoded = files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString('base64')] as const);
    const choose = (list: readonly (readonly [string, string])[]) => {
      const picker = document.querySelector('input[type=file]:not([webkitdirectory])');
      if (!(picker instanceof HTMLInputElement)) return null;
      const { items, files: chosen } = new DataTransfer();
      for (const [name, base64] of list)
        items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      picker.files = chosen;
      picker.dispatchEvent(new Event('change', { bubbles: true }));
      return true;
    };
    await until('the picker of files', () => this.browser.run(choose, encoded));
  }

  text(selector = 'body'): Promise<string> {
    return this.browser.run((where) => document.querySelector(where)?.textContent ?? '', selector);
  }

  /** Waits until the page says this. @throws Error when the run fails */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    return until(`“${pattern.source}” on the page`, async () => {
      const progress = await this.text('.progress');
      if (progress.startsWith('failed')) throw new Error(`The run failed: ${await this.text()}`);
      return pattern.exec(progress) ?? pattern.exec(await this.text());
    });
  }

  async reachStep(step: number): Promise<void> {
    await until(`step ${step}`, async () => {
      const [, made] = /step ([\d,]+)\//.exec(await this.text('.progress')) ?? [];
      return Number(made?.replaceAll(',', '')) >= step ? true : null;
    });
  }

  /** The text of the file that a button saves. */
  async saved(button: string): Promise<string> {
    await this.browser.run(() => {
      const { createObjectURL } = URL;
      URL.createObjectURL = (object) => {
        URL.createObjectURL = createObjectURL;
        if (object instanceof Blob)
          void object.text().then((text) => {
            window.saved = text;
          });
        return createObjectURL(object);
      };
      return null;
    }, null);
    await this.press(button);
    return until(`the file of ${button}`, () =>
      this.browser.run(() => {
        const { saved } = window;
        window.saved = undefined;
        return saved ?? null;
      }, null),
    );
  }
}

const IMAGES = [
  { name: 'data_batch_1.bin', bytes: cifarRecords(64) },
  { name: 'test_batch.bin', bytes: cifarRecords(30) },
];

/** What every browser must be able to do. @throws Error that says what a browser did not do */
export async function journey(browser: Browser, address: string): Promise<void> {
  const page = new Page(browser);
  await browser.goTo(address);
  await page.choose(IMAGES);
  await page.says(/2 files,/);
  await page.press('^Advanced$');
  const settings = { 'Width c0': '4', Batch: '16', Steps: '5', 'Learning rate': '0.02', Projector: '32' };
  for (const [label, value] of Object.entries(settings)) await page.fill(label, value);
  await page.fill('Engine', 'wasm');
  await page.press('^Start$');
  await page.reachStep(5);
  await page.says(/finished/);
  await page.tab('Export');
  const run = JSON.parse(await page.saved('^Run$'));
  if (run.steps.length !== 5 || run.epochs.length === 0 || run.final === null)
    throw new Error(`The run file has ${run.steps.length} steps, ${run.epochs.length} evaluations.`);
  if (JSON.parse(await page.saved('^Weights$')).tensors === undefined)
    throw new Error('The weights file has no tensors.');

  await page.tab('Run');
  await page.press('^Reset$');
  await page.fill('Steps', '3000');
  await page.press('^Start$');
  await page.reachStep(5);
  await page.press('^Pause$');
  await page.says(/^paused/);
  if (/Runs are not kept in this browser/.test(await page.text())) await comeBackByFile(browser, page);
  else await comeBack(browser, page);
  const blocked = browser.blocked();
  if (blocked !== null && blocked.length > 0) throw new Error(`Blocked by the policy: ${blocked.join('; ')}`);
}

/** Reloads the page, and resumes the run that the browser has kept as it was when it was paused. */
async function comeBack(browser: Browser, page: Page): Promise<void> {
  await page.tab('Runs');
  await page.says(/\d checkpoints?/);
  await leave(browser, page);
  const [, kept] = await page.says(/Resume .* from step ([5-9]|\d{2,})/);
  await page.press(`^Resume .* from step ${kept}$`);
  await page.reachStep(Number(kept) + 1);
  await page.says(new RegExp(`Back at the checkpoint of step ${kept}`));
}

/** Reloads the page, and goes on with the run by its file. */
async function comeBackByFile(browser: Browser, page: Page): Promise<void> {
  await page.tab('Export');
  const file = await page.saved('^Run$');
  const made = JSON.parse(file).steps.length;
  await leave(browser, page);
  await page.choose([{ name: 'mine.json', bytes: Buffer.from(file) }]);
  await page.says(/opened: mine\.json/);
  await page.choose(IMAGES);
  await page.says(/2 files,/);
  await page.press('^Continue training$');
  await page.reachStep(made + 1);
}

/** Reloads the page. A browser asks before a page with a run is left, and nobody is here to answer. */
async function leave(browser: Browser, page: Page): Promise<void> {
  await browser.run(() => {
    window.addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), true);
    return null;
  }, null);
  await browser.reload();
  // A reload keeps the open tab; what follows is told in the first.
  await page.tab('Run');
}
