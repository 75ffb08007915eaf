import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeRecords } from '../data/formats/records.fixture.ts';
import { cases } from '../fuzz.fixture.ts';
import { hashedUniform } from '../random.ts';
import { parseRunFile } from '../run/files/runFile.ts';
import { runAlone } from './command.fixture.ts';
import { readKeptRun } from './train/runOnDisk.ts';

const folder = mkdtempSync(join(tmpdir(), 'dualgate-kills-'));
const inFolder = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

/** Each costs the start of a process, so a change of the code tries a few only. */
const KILLS = cases(200) === 200 ? 200 : 4;
/** Longest time from the first output of a command to its end, milliseconds. */
const LIFE_MS = 700;

it(`loses nothing to SIGKILL at ${KILLS} moments, and the resumed run is the undisturbed one`, async () => {
  writeFileSync(inFolder('train.bin'), makeRecords(24));
  writeFileSync(inFolder('test.bin'), makeRecords(10, 3));
  const images = ['--data', inFolder('train.bin'), '--test', inFolder('test.bin'), '--engine', 'wasm'];
  const settings = '--width 4 --batch 8 --projector 8 --learning-rate 0.01 --steps 40'.split(' ');
  const undisturbed = inFolder('undisturbed.json');
  expect((await runAlone('train', [...images, ...settings, '--out', undisturbed])).code).toBe(0);
  const learned = (path: string) => {
    const { steps, weights, final } = parseRunFile(readFileSync(path, 'utf8'));
    return { losses: steps.map(({ loss }) => loss), tensors: weights!.tensors, knn20: final!.knn20 };
  };

  let out = inFolder('run0.json');
  let step = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const from = existsSync(out) ? ['--resume', out] : settings;
    const args = [...images, ...from, '--out', out, '--checkpoint-every', '1e-9'];
    let isTimed = false;
    const { code, errors } = await runAlone('train', args, (_, child) => {
      if (isTimed) return;
      isTimed = true;
      setTimeout(() => child.kill('SIGKILL'), LIFE_MS * hashedUniform(1, kill));
    });
    expect([null, 0], errors).toContain(code);
    if (code === 0) {
      expect(learned(out)).toEqual(learned(undisturbed));
      out = inFolder(`run${kill + 1}.json`);
      step = 0;
    } else if (existsSync(out)) {
      const { checkpoint } = await readKeptRun(out);
      expect(checkpoint.step).toBeGreaterThanOrEqual(step);
      step = checkpoint.step;
    } else expect(step).toBe(0);
  }
  const rest = existsSync(out) ? ['--resume', out] : settings;
  expect((await runAlone('train', [...images, ...rest, '--out', out])).code).toBe(0);
  expect(learned(out)).toEqual(learned(undisturbed));
}, 1_800_000);
