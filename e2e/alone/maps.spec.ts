import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import sharp from 'sharp';
import { parseRecordedFile, type RecordedFile } from '../../src/recorded/recordedFile.ts';
import { quantised } from '../../src/run/files/quantised.ts';
import { Playground } from '../journeys/playground.ts';
import { expectShortTasks, slowness } from './yardstick.ts';

const RECORDED = 'recorded/dual-gating.run.json.gz';
const POINTS = 10_000;
const COLUMNS = 100;
/** Frames of a moving map that are looked at. */
const FRAMES = 60;
const FRAME_MS = 1000 / 30;

declare global {
  interface Window {
    /** Times at which the dots of one map were drawn, milliseconds. */
    drawn: number[];
  }
}

/** The recorded run, with ten thousand images on its maps that are somewhere else at each of its moments. */
async function withManyPoints(file: RecordedFile): Promise<RecordedFile> {
  const side = COLUMNS * 32;
  const sheet = sharp({ create: { width: side, height: side, channels: 3, background: '#7d8ca0' } });
  return {
    ...file,
    run: { ...file.run, mapLabels: Array.from({ length: POINTS }, (_, image) => image % 10) },
    moments: file.moments.map(({ nearest: _, ...moment }, m) => ({
      ...moment,
      gates: null,
      maps: moment.maps.map((map) => ({
        ...map,
        ...quantised(Float32Array.from({ length: 2 * POINTS }, (_, i) => Math.sin((1 + m) * i * i))),
      })),
    })),
    pictures: {
      ...{ columns: COLUMNS, type: 'image/png' },
      data: (await sheet.png().toBuffer()).toString('base64'),
    },
  };
}

test('maps of 10,000 points each move at 30 frames a second, without a task over 50 ms', async ({
  page,
  browser,
}) => {
  const path = fileURLToPath(new URL(`../../public/${RECORDED}`, import.meta.url));
  const file = await withManyPoints(parseRecordedFile(gunzipSync(readFileSync(path)).toString()));
  const body = gzipSync(JSON.stringify(file));
  await page.route(`**/${RECORDED}`, (route) => route.fulfill({ body, contentType: 'application/gzip' }));
  await page.addInitScript(() => {
    window.drawn = [];
    const { clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...area) {
      // Of the four canvases of the two maps, this one has the dots of the first.
      const isMap = this.canvas === document.querySelector('.twin-maps canvas[role=img]');
      if (isMap) window.drawn.push(performance.now());
      clearRect.apply(this, area);
    };
  });
  await new Playground(page).open();
  await page.waitForFunction((most) => window.drawn.length > most, FRAMES);
  await expectShortTasks(
    page,
    browser,
    async () => {
      await page.evaluate(() => {
        window.drawn = [];
      });
      await page.waitForFunction((most) => window.drawn.length > most, FRAMES);
    },
    FRAMES,
  );
  const slower = await slowness(page);
  const drawn = await page.evaluate(() => window.drawn);
  // A longer pause lies between two movements.
  const intervals = drawn.slice(1).map((at, i) => at - drawn[i]!);
  const moving = intervals.filter((ms) => ms < 200).toSorted((a, b) => a - b);
  const median = moving[moving.length >> 1]!;
  console.log(`${moving.length} frames, median ${median.toFixed(1)} ms`);
  expect(moving.length).toBeGreaterThan(FRAMES / 2);
  expect(median).toBeLessThanOrEqual(FRAME_MS * slower);
});
