import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { driverVariables, noAdapter } from './softwareVulkan.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dualgate-vulkan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string) => writeFileSync(join(folder, name), '');

describe('Chromium’s Vulkan driver', () => {
  it('is taken from the first folder that holds one, with the loader beside it', () => {
    put('vk_swiftshader_icd.json');
    const driver = join(folder, 'vk_swiftshader_icd.json');
    const folders = [join(folder, 'nothing'), folder];
    expect(driverVariables(folders, {})).toEqual({ VK_ICD_FILENAMES: driver });
    put('libvulkan.so.1');
    expect(driverVariables(folders, {})).toEqual({ VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: folder });
    expect(driverVariables(folders, { LD_LIBRARY_PATH: '/own' }).LD_LIBRARY_PATH).toBe(`/own:${folder}`);
  });

  it('gives way to a driver that somebody has chosen, and to the system’s where there is none', () => {
    expect(driverVariables([folder], {})).toEqual({});
    put('vk_swiftshader_icd.json');
    expect(driverVariables([folder], { VK_ICD_FILENAMES: '/own.json' })).toEqual({});
    expect(driverVariables([folder], { VK_DRIVER_FILES: '/own.json' })).toEqual({});
  });
});

describe('without an adapter', () => {
  it('Linux is told what was looked for, and what to install', () => {
    expect(noAdapter('linux', {})).toMatch(/no vk_swiftshader_icd\.json beside Chromium.+ Install Chromium/);
    const chosen = noAdapter('linux', { VK_ICD_FILENAMES: '/a.json', LD_LIBRARY_PATH: '/b' });
    expect(chosen).toMatch(/driver is \/a\.json, and libvulkan\.so\.1 was looked for in \/b and/);
  });

  it('other systems are sent to the driver of their GPU', () => {
    expect(noAdapter('darwin', {})).toContain('Metal or Direct3D');
  });
});
