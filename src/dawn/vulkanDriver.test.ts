import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { driverFolders, loadLoader, noDawnAdapter, softwareDriver } from './vulkanDriver.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dualgate-vulkan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string) => writeFileSync(join(folder, name), '');

describe('Chromium’s Vulkan driver', () => {
  it('is looked for beside the browsers of the PATH and the one that is named, and where Debian puts it', () => {
    put('chromium');
    mkdirSync(join(folder, 'own'));
    put('own/browser');
    const found = driverFolders({ PATH: folder, DUALGATE_CHROMIUM: join(folder, 'own/browser') });
    expect(found.slice(0, 3)).toEqual([join(folder, 'own'), folder, '/usr/lib/chromium']);
    expect(driverFolders({})[0]).toBe('/usr/lib/chromium');
    put('driver.json');
    expect(driverFolders({ VK_ICD_FILENAMES: join(folder, 'driver.json') })[0]).toBe(folder);
  });

  it('is taken from the first folder that holds one', () => {
    put('vk_swiftshader_icd.json');
    const folders = [join(folder, 'nothing'), folder];
    expect(softwareDriver(folders, {})).toBe(join(folder, 'vk_swiftshader_icd.json'));
  });

  it('gives way to a driver that somebody has chosen, and to the system’s where there is none', () => {
    expect(softwareDriver([folder], {})).toBeNull();
    put('vk_swiftshader_icd.json');
    expect(softwareDriver([folder], { VK_ICD_FILENAMES: '/own.json' })).toBeNull();
    expect(softwareDriver([folder], { VK_DRIVER_FILES: '/own.json' })).toBeNull();
  });
});

it('a library that is no loader, or none at all, is not taken for Vulkan’s loader', () => {
  const system = loadLoader([]);
  put('libvulkan.so.1');
  expect([loadLoader([folder]), loadLoader([join(folder, 'nothing')])]).toEqual([system, system]);
});

describe('without an adapter', () => {
  const linux = { platform: 'linux', hasLoader: true } as const;

  it('Linux is told what was looked for, and what to install', () => {
    expect(noDawnAdapter({ ...linux, given: {} })).toMatch(
      /no vk_swiftshader_icd\.json beside.+ Install the driver/,
    );
    expect(noDawnAdapter({ ...linux, given: {}, hasLoader: false })).toMatch(
      /loader, libvulkan\.so\.1, is not among the system’s libraries, nor beside a Chromium .+“apt-get install libvulkan1”/,
    );
  });

  it('a driver that the environment names is told, and whether it is there', () => {
    put('there.json');
    const [there, gone] = [join(folder, 'there.json'), join(folder, 'gone.json')];
    const said = (VK_ICD_FILENAMES: string) => noDawnAdapter({ ...linux, given: { VK_ICD_FILENAMES } });
    expect(said(there)).toContain(`names the Vulkan driver ${there}, and it gives no GPU. Install`);
    expect(said(`${there}:${gone}`)).toContain(`and there is no ${gone}. Install`);
  });

  it('other systems are sent to the driver of their GPU', () => {
    expect(noDawnAdapter({ ...linux, platform: 'darwin', given: {} })).toContain('Metal or Direct3D');
  });
});
