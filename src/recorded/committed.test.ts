import { readdirSync, readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { faultOf } from '../run/files/runCheck.ts';
import { addToMoments } from '../run/moments.ts';
import { addToRecord, EMPTY_RECORD } from '../run/record.ts';
import { parseRunSet } from '../run/sets/runSetFile.ts';
import { eventsOfRecorded, parseRecordedFile } from './recordedFile.ts';
import { fileName, RECORDED_DATA, RECORDED_SYSTEMS, RESULTS_FILE, recordingPlan } from './systems.ts';

// The files that come with the page, as they stand in public/recorded.

const FOLDER = new URL('../../public/recorded/', import.meta.url);
/** What the page may fetch for one recorded run, bytes. */
const LARGEST = 300_000;

it('one run of each system is there, and its result', () => {
  expect(readdirSync(FOLDER)).toEqual(expect.arrayContaining(RECORDED_SYSTEMS.map(fileName)));
  const { runs } = parseRunSet(readFileSync(new URL(RESULTS_FILE, FOLDER), 'utf8'));
  expect(runs.map(({ config }) => config.system)).toEqual(RECORDED_SYSTEMS);
});

describe.each(RECORDED_SYSTEMS)('the recorded run of %s', (system) => {
  const address = new URL(fileName(system), FOLDER);
  const text = gunzipSync(readFileSync(address)).toString('utf8');
  const file = parseRecordedFile(text);

  it('is small enough to be fetched by everybody', () => {
    expect(statSync(address).size).toBeLessThanOrEqual(LARGEST);
  });

  it('is whole: settings of its plan, every step, an end, and maps of each evaluation', () => {
    expect(faultOf(file.run)).toBeNull();
    const { config, move } = recordingPlan(system);
    expect(file.run.config).toEqual(config);
    expect(file.run.steps.at(-1)?.step).toBe(config.steps);
    expect(file.run.final).not.toBeNull();
    expect(file.run.data?.name).toBe(RECORDED_DATA);
    expect(file.run.budgets.map(({ budget }) => budget)).toEqual(move === null ? [] : [move.budget]);
    const events = eventsOfRecorded(file, 'a', new Uint8Array(0));
    const { epochs, maps } = events.reduce(addToRecord, EMPTY_RECORD);
    const moments = events.reduce(addToMoments, []);
    expect(moments.map(({ step }) => step)).toEqual([0, ...epochs.map(({ step }) => step)]);
    expect(maps.dense?.step ?? maps.gated?.step).toBe(config.steps);
  });

  it('says where it comes from, and names no place of the machine', () => {
    const { on, device, project } = file.recorded;
    expect(on).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect([device, project]).not.toContain('');
    expect(text).not.toMatch(/"[^"]*\/(home|work|tmp|root|usr)\/|file:|localhost/);
  });
});
