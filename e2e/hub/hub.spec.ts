import { expect, type Page, test } from '@playwright/test';
import { planParquet } from '../../src/data/formats/parquet/parquet.ts';
import { openParquet } from '../../src/data/formats/parquet/table.ts';
import { hubSet } from '../../src/data/hub/catalogue.ts';
import { cifarTable, type ServedFile, servedAtSize } from '../../src/data/hub/hub.fixture.ts';
import { makePng } from '../../src/data/pictures/picture.fixture.ts';
import { axeOn } from '../journeys/accessibility.ts';
import { Playground } from '../journeys/playground.ts';
import { type HubHost, startHubHost } from './hubHost.ts';

const [TRAIN, TEST] = [hubSet('cifar10').train.files[0]!, hubSet('cifar10').test.files[0]!];

/** Pictures of few bytes that can be told apart: one colour above another. */
function pictures(): Uint8Array[] {
  return Array.from({ length: 20 }, (_, seed) => {
    const rgb = Uint8Array.from(
      { length: 3 * 32 * 32 },
      (_, i) => (i < 1536 ? 40 * seed + 90 * (i % 3) : 11 * seed) % 256,
    );
    return makePng(32, 32, rgb);
  });
}

/** CIFAR-10's two tables with as many rows and bytes as the catalogue says. */
function cifar(): Record<string, ServedFile> {
  return {
    [TRAIN.path]: servedAtSize(cifarTable(50_000, pictures()), TRAIN.bytes!),
    [TEST.path]: servedAtSize(cifarTable(10_000, pictures()), TEST.bytes!),
  };
}

let host: HubHost;
let whole: Record<string, ServedFile>;

test.beforeAll(async () => {
  host = await startHubHost();
  whole = cifar();
});
test.afterAll(() => host.close());
test.beforeEach(() => {
  host.hub.files = whole;
  host.hub.trouble = () => null;
  host.hub.seen.length = 0;
});

/** Where the row groups begin that are read for so many training images, in their order. */
async function rowGroupStarts(images: number): Promise<number[]> {
  const { size, read } = whole[TRAIN.path]!;
  const file = { byteLength: size, slice: (start: number, end: number) => read(start, end).slice().buffer };
  const { parts } = planParquet([await openParquet(TRAIN.path, file)], images);
  return parts.map(({ group }) => Math.min(group.images.start, group.labels!.start));
}

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'From Hugging Face' });

/** Opens the dialog and asks for so many images. */
async function ask(page: Page, train: number, tests: number) {
  await page.getByRole('button', { name: 'From Hugging Face…' }).click();
  const dialog = dialogOf(page);
  await dialog.getByRole('spinbutton', { name: 'Training images' }).fill(String(train));
  await dialog.getByRole('spinbutton', { name: 'Test images' }).fill(String(tests));
  return dialog;
}

test('CIFAR-10 is downloaded after its licence was shown, trained on, kept over a reload, and cleared', async ({
  page,
}) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.makeSmall({ batch: 8, steps: 4 });
  const dialog = await ask(page, 200, 100);
  await expect(dialog).toContainText('Krizhevsky');
  await expect(dialog).toContainText('huggingface.co and its storage host');
  await expect(dialog).toContainText(/About 718(\.\d)? kB/);
  expect(host.hub.seen).toEqual([]);
  expect((await axeOn(page).include('dialog[open]').analyze()).violations).toEqual([]);

  await dialog.getByRole('button', { name: 'Download' }).click();
  await expect(dialog).toContainText('200 training and 100 test images of CIFAR-10 are here');
  await expect(dialog.getByRole('button', { name: /^Clear CIFAR-10/ })).toBeVisible();
  expect(host.hub.seen.every(({ method, range }) => method === 'GET' && /^bytes=\d+-\d+$/.test(range!))).toBe(
    true,
  );
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(
    playground.panel('Data').getByRole('radio', { name: /CIFAR-10, from Hugging Face/ }),
  ).toBeChecked();

  host.hub.seen.length = 0;
  await playground.button('Start').click();
  await playground.finished();
  await expect(page.locator('.notes')).toContainText('200 training, 100 test images');
  await page.reload();
  const again = await ask(page, 200, 100);
  await again.getByRole('button', { name: 'Download' }).click();
  await expect(again).toContainText('200 training and 100 test images of CIFAR-10 are here');
  expect(host.hub.seen).toEqual([]);

  await again.getByRole('button', { name: /^Clear CIFAR-10/ }).click();
  await again.getByRole('button', { name: 'Delete' }).click();
  await expect(again).toContainText('Nothing is kept yet');
  await again.getByRole('button', { name: 'Close' }).click();
  await playground.makeSmall({ batch: 8, steps: 4 });
  await playground.button('Start').click();
  await expect(playground.alert).toContainText('not kept in this browser');
  expect(host.hub.seen).toEqual([]);
});

test('a cut connection is taken up where it broke, and a cancelled download goes on with what is missing', async ({
  page,
}) => {
  await new Playground(page).open();
  const third = (await rowGroupStarts(1000))[2]!;
  let footers = 0;
  // The footer's part is cut once; the first two row groups come; the others never end. Groups are told apart
  // by where they begin: their requests come in any order, and a browser may repeat one by itself.
  host.hub.trouble = ({ host: at, range, path }) => {
    if (at !== 'storage' || path !== TRAIN.path || range === 'bytes=0-3') return null;
    const [, from, to] = /(\d+)-(\d+)/.exec(range!)!;
    if (Number(to) === TRAIN.bytes! - 1) return footers++ === 0 ? { kind: 'cut', after: 1000 } : null;
    return Number(from) >= third ? { kind: 'stall', after: 10 } : null;
  };
  const dialog = await ask(page, 1000, 100);
  await dialog.getByRole('button', { name: 'Download' }).click();
  await expect(dialog).toContainText(/[1-9]\d* of 1,100 images/);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toContainText('Cancelled');
  const parts = host.hub.parts().filter((part) => part.startsWith(TRAIN.path));
  // A browser may lose bytes that came just before the cut; what it has of them is not asked for again.
  const [, again, end] = /bytes=(\d+)-(\d+)$/.exec(parts[2]!)!;
  const begin = TRAIN.bytes! - 2 ** 19;
  expect(Number(again)).toBeGreaterThanOrEqual(begin);
  expect(Number(again)).toBeLessThanOrEqual(begin + 1000);
  expect(Number(end)).toBe(TRAIN.bytes! - 1);

  host.hub.trouble = () => null;
  host.hub.seen.length = 0;
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await expect(dialog).toContainText('1,000 training and 100 test images');
  const more = host.hub.parts().filter((part) => part.startsWith(TRAIN.path));
  // Ten row groups in all: the first came whole before, and neither it nor the footer is asked for again.
  expect(more.length).toBeGreaterThan(0);
  expect(more.length).toBeLessThan(10);
  expect(more.filter((part) => part === parts[0] || part === parts[2])).toEqual([]);
});

for (const { what, says, trouble } of [
  {
    what: 'access refused',
    says: /403.*access refused/,
    trouble: { kind: 'status', host: 'storage', status: 403 },
  },
  {
    what: 'a data set that is gone',
    says: /404.*taken down/,
    trouble: { kind: 'status', host: 'hub', status: 404 },
  },
  {
    what: 'a part that is not there',
    says: /416.*no such part/,
    trouble: { kind: 'status', host: 'storage', status: 416 },
  },
  {
    what: 'an answer that pages may not read',
    says: /does not let web pages read the file \(CORS\)/,
    trouble: { kind: 'no-cors' },
  },
] as const) {
  test(`${what} is told in words, with the way by files`, async ({ page }) => {
    await new Playground(page).open();
    host.hub.trouble = () => trouble;
    const dialog = await ask(page, 200, 100);
    await dialog.getByRole('button', { name: 'Download' }).click();
    await expect(dialog.getByRole('alert')).toContainText(says);
    await expect(dialog.getByRole('alert')).toContainText('.parquet files yourself');
    await expect(dialog.getByRole('link', { name: 'Its files' })).toHaveAttribute(
      'href',
      /uoft-cs\/cifar10\/tree/,
    );
  });
}

test('a table with fewer rows is refused, and being offline is told at once', async ({ page, context }) => {
  await new Playground(page).open();
  const dialog = await ask(page, 200, 100);
  host.hub.files = { ...whole, [TRAIN.path]: servedAtSize(cifarTable(5000, pictures()), TRAIN.bytes!) };
  await dialog.getByRole('button', { name: 'Download' }).click();
  await expect(dialog.getByRole('alert')).toContainText('expected 50000 rows, got 5000');
  await dialog.getByRole('spinbutton', { name: 'Training images' }).fill('300');
  await context.setOffline(true);
  host.hub.files = whole;
  await dialog.getByRole('button', { name: 'Download' }).click();
  await expect(dialog.getByRole('alert')).toContainText('offline');
});
