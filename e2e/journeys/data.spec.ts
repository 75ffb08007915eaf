import { expect, test } from '@playwright/test';
import { seriousFaults } from './accessibility.ts';
import { filesOf, MADE } from './dataFiles.ts';
import { Playground } from './playground.ts';
import { writeFolder, writeZip } from './realData.ts';

test.describe('STL-10’s unlabeled images', () => {
  for (const files of filesOf('stl10')) {
    test(`train at 96 pixels through the 7×7 stem, with everything but k-NN${files.title}`, async ({
      page,
    }, info) => {
      const playground = new Playground(page);
      await playground.open();
      await playground.choose([files.file('stl10', info.outputPath('made'))]);
      const data = playground.panel('Data');
      await expect(data).toContainText('looks like STL-10');
      await expect(data).toContainText('At most 246 training images, 96 × 96 px');
      await expect(data).toContainText('Coates, Lee, Ng');
      await expect(page.getByRole('combobox', { name: 'Preset' })).toHaveValue('stl10');
      // Method §4: with the 7×7 stem, width 16 cannot spend less than .227 of its dense MACs.
      await expect(playground.panel('Compute budget')).toContainText('every gate closed: 22.7 %');
      await playground.number('Width c0').fill('8');
      await expect(playground.panel('Compute budget')).toContainText('every gate closed: 36.5 %');
      await data.getByLabel('Most training images').fill('60');
      await data.getByLabel('Most test images').fill('10');
      await playground.makeSmall({ batch: 4, steps: 3 });
      await playground.button('Start').click();
      await playground.finished();
      await expect(data).toContainText(
        /Read: \d+ training, \d+ test images of 96\s×\s96\spx, without labels/,
      );
      await expect(playground.alert).toHaveCount(0);
    });
  }
});

test.describe('CIFAR-100’s records', () => {
  for (const files of filesOf('cifar100')) {
    test(`train with their hundred classes${files.title}`, async ({ page }, info) => {
      const playground = new Playground(page);
      await playground.open();
      await playground.choose([files.file('cifar100', info.outputPath('made'))]);
      const data = playground.panel('Data');
      await expect(data).toContainText('looks like CIFAR-100');
      await expect(data).toContainText('view 2 is blurred with probability .2');
      await expect(page.getByRole('combobox', { name: 'Preset' })).toHaveValue('cifar100');
      await playground.makeSmall({ batch: 4, steps: 3 });
      await playground.button('Start').click();
      await playground.finished();
      await expect(data).toContainText('Read: 18 training, 2 test images of 32 × 32 px, 100 classes');
      await expect(playground.panel('Result')).toBeVisible();
    });
  }
});

test.describe('a table in the layout of Hugging Face', () => {
  for (const files of filesOf('parquet')) {
    test(`trains from disk${files.title}`, async ({ page }, info) => {
      const playground = new Playground(page);
      await playground.open();
      await playground.choose([files.file('parquet', info.outputPath('made'))]);
      await expect(playground.panel('Data')).toContainText('looks like CIFAR-10 as parquet');
      await playground.makeSmall({ batch: 4, steps: 3 });
      await playground.button('Start').click();
      await playground.finished();
      await expect(playground.panel('Data')).toContainText(
        'Read: 18 training, 2 test images of 32 × 32 px, 10 classes',
      );
    });
  }
});

test.describe('Tiny-ImageNet’s photos', () => {
  const small = { batch: 8, steps: 3 };

  for (const files of filesOf('photos')) {
    test(`train from a folder of class folders, at a chosen side${files.title}`, async ({ page }, info) => {
      const pictures = await files.photos(5, 8);
      const playground = new Playground(page);
      await playground.open();
      await playground.chooseFolder(writeFolder(info.outputPath('pictures'), pictures));
      const data = playground.panel('Data');
      await expect(data).toContainText('Folder “pictures”: 40 files');
      await expect(data).toContainText('At most 40 training images');
      await expect(page.getByRole('combobox', { name: 'Preset' })).toHaveValue('pictures');
      await data.getByLabel('Side of the images').selectOption('32');
      await playground.makeSmall(small);
      await playground.button('Start').click();
      await playground.finished();
      await expect(data).toContainText('Read: 36 training, 4 test images of 32 × 32 px, 5 classes');
      await expect(page.locator('.notes')).toContainText('pictures');
    });
  }

  test('train from a zip, at the side that they have', async ({ page }, info) => {
    const pictures = await MADE.photos(5, 8);
    const playground = new Playground(page);
    await playground.open();
    await playground.choose([await writeZip(info.outputPath('pictures.zip'), pictures)]);
    const data = playground.panel('Data');
    await expect(data).toContainText('looks like pictures in a zip');
    await expect(data).toContainText('How many images there are, only reading tells');
    await playground.makeSmall(small);
    await playground.button('Start').click();
    await playground.finished();
    await expect(data).toContainText('Read: 36 training, 4 test images of 64 × 64 px, 5 classes');
  });

  test('train without labels from one folder, and are walked when it is dropped', async ({ page }, info) => {
    const pictures = await MADE.photos(5, 8);
    const playground = new Playground(page);
    await playground.open();
    const flat = pictures.map(({ path, png }) => ({ path: path.replace('/', '-'), png }));
    await playground.dropFolder(writeFolder(info.outputPath('holiday'), flat));
    const data = playground.panel('Data');
    await expect(data).toContainText('Folder “holiday”: 40 files');
    await data.getByLabel('Side of the images').selectOption('32');
    await data.getByLabel('Most training images').fill('24');
    await playground.makeSmall(small);
    await playground.button('Start').click();
    await playground.finished();
    await expect(data).toContainText(/test images of 32\s×\s32\spx, without labels/);
    await expect(playground.panel('Maps of the test images')).toBeVisible();
    await expect(playground.alert).toHaveCount(0);

    // The choice goes to the embedded set and back to the files, which keep the settings made for them.
    await playground.button('Reset').click();
    await data.getByRole('radio', { name: 'Emoji-10, same styles' }).check();
    await data.getByRole('radio', { name: 'Your files' }).check();
    await expect(data.getByLabel('Most training images')).toHaveValue('24');
  });
});

test.describe('a folder that can be read in two ways', () => {
  test('is asked about with the images of both readings, and trains as the user answers', async ({
    page,
  }, info) => {
    const pictures = await MADE.photos(2, 10);
    const renamed = pictures.map(({ path, png }) => ({
      path: path.replace('class-00', 'train').replace('class-01', 'test'),
      png,
    }));
    const playground = new Playground(page);
    await playground.open();
    await playground.dropFolder(writeFolder(info.outputPath('doubtful'), renamed));
    const question = page.getByRole('dialog', { name: 'How are these folders meant?' });
    const splits = question.getByRole('region', { name: 'Folders are splits' });
    const classes = question.getByRole('region', { name: 'Every folder is a class' });
    await expect(splits).toContainText('10 images to train on, 10 to test on; no classes.');
    await expect(classes).toContainText(
      '20 images; a tenth of them is held out to test on; 2 classes: test, train.',
    );
    await expect(splits.getByRole('img', { name: 'train image' })).toHaveCount(6);
    await expect(splits.getByRole('img', { name: 'test image' })).toHaveCount(3);
    await expect(classes.getByRole('img', { name: 'train image' })).toHaveCount(6);
    expect(await seriousFaults(page)).toEqual([]);

    // Escape leaves the question open. A run without an answer asks again.
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    const data = playground.panel('Data');
    await expect(data).toContainText('How these folders are meant is not said yet.');
    await playground.makeSmall({ batch: 4, steps: 2 });
    await playground.button('Start').click();
    await expect(question).toBeVisible();
    await splits.getByRole('button', { name: 'Read as splits' }).focus();
    await page.keyboard.press('Enter');
    await expect(data).toContainText('Folders are read as splits.');
    await playground.button('Start').click();
    await playground.finished();
    await expect(data).toContainText(/Read: 10 training, 10 test images of 64\s×\s64\spx, without labels/);
    expect(JSON.parse((await playground.exported('Run')).text).source).toMatchObject({ layout: 'splits' });

    await playground.button('Reset').click();
    await data.getByRole('button', { name: 'Change…' }).click();
    await classes.getByRole('button', { name: 'Read as classes' }).click();
    await data.getByLabel('Side of the images').selectOption('32');
    await playground.button('Start').click();
    await playground.finished();
    await expect(data).toContainText('Read: 18 training, 2 test images of 32 × 32 px, 2 classes');
    await expect(playground.alert).toHaveCount(0);
  });
});

test('pictures that cannot be read are listed, and the rest is used once the user says so', async ({
  page,
}, info) => {
  const heic = new TextEncoder().encode('\0\0\0\x18ftypheic\0\0\0\0mif1heic');
  const photos = Array.from({ length: 8 }, (_, i) => ({ path: `class-05/${i}.HEIC`, png: heic }));
  const pictures = [...(await MADE.photos(5, 8)), ...photos];
  const playground = new Playground(page);
  await playground.open();
  await playground.chooseFolder(writeFolder(info.outputPath('pictures'), pictures));
  const data = playground.panel('Data');
  await data.getByLabel('Side of the images').selectOption('32');
  await playground.makeSmall({ batch: 8, steps: 3 });
  await playground.button('Start').click();
  await expect(playground.alert).toContainText(
    'pictures: expected pictures that can be read, got 40 of 48; left out would be 8 HEIC (Chrome cannot read them; convert to PNG or JPEG): class-05/0.HEIC',
  );
  await expect(playground.alert).toContainText('“class-05” would have no pictures');
  await playground.button('Use the rest').click();
  await playground.finished();
  await expect(data).toContainText('Read: 36 training, 4 test images of 32 × 32 px, 5 classes');
  await expect(data).toContainText(
    'pictures: 40 used, 8 left out: 8 HEIC (Chrome cannot read them; convert to PNG or JPEG).',
  );
  await expect(playground.alert).toHaveCount(0);
});

test('an empty folder is refused in words, and what was chosen stays', async ({ page }, info) => {
  const playground = new Playground(page);
  await playground.open();
  await playground.dropFolder(
    writeFolder(info.outputPath('empty'), [{ path: '.hidden', png: new Uint8Array(1) }]),
  );
  await expect(playground.alert).toContainText('The folder “empty” holds no files');
  await expect(playground.panel('Data').getByRole('radio', { name: 'Emoji-10, unseen style' })).toBeChecked();
});
