import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { findChromium } from '../src/chromium.ts';

// On Linux, WebGPU uses Vulkan. Chromium comes with a software driver for Vulkan, SwiftShader, and with
// Vulkan's loader. With both, WebGPU computes without a browser as it does in one, on machines that have no
// GPU.

/** Names the software driver to the loader; its library lies beside it. */
const DRIVER = 'vk_swiftshader_icd.json';
const LOADER = 'libvulkan.so.1';

/** Folders of browsers whose command is only a script in another folder. */
const BEHIND_SCRIPTS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];

/** Folders where Chromium's driver may lie, the likeliest first. Without a Chromium another driver may do. */
export function driverFolders(): string[] {
  try {
    return [...new Set([dirname(realpathSync(findChromium())), ...BEHIND_SCRIPTS])];
  } catch (fault) {
    console.log(fault instanceof Error ? fault.message : fault);
    return BEHIND_SCRIPTS;
  }
}

/** The parts of a process's environment that decide which Vulkan it gets. */
interface VulkanVariables {
  readonly VK_ICD_FILENAMES?: string | undefined;
  readonly VK_DRIVER_FILES?: string | undefined;
  readonly LD_LIBRARY_PATH?: string | undefined;
}

/**
 * The environment variables that a process on Linux needs when it starts, to get Chromium's driver. There are
 * none if the user has chosen a driver or no folder holds one: the loader then takes the system's driver.
 */
export function driverVariables(
  folders: readonly string[],
  given: VulkanVariables = process.env,
): Record<string, string> {
  if (given.VK_ICD_FILENAMES !== undefined || given.VK_DRIVER_FILES !== undefined) return {};
  const folder = folders.find((path) => existsSync(join(path, DRIVER)));
  if (folder === undefined) return {};
  const driver = { VK_ICD_FILENAMES: join(folder, DRIVER) };
  if (!existsSync(join(folder, LOADER))) return driver;
  const libraries = [given.LD_LIBRARY_PATH, folder].filter((path) => path).join(delimiter);
  return { ...driver, LD_LIBRARY_PATH: libraries };
}

/** Why there may be no WebGPU adapter, and what to do. */
export function noAdapter(
  platform: NodeJS.Platform = process.platform,
  given: VulkanVariables = process.env,
): string {
  const missing = 'Kernels are tested on WebGPU in Node (Dawn), and it gives no adapter. ';
  if (platform !== 'linux') {
    return `${missing}On this system it takes the driver of a GPU, by Metal or Direct3D: install or mend that.`;
  }
  const chosen = given.VK_DRIVER_FILES ?? given.VK_ICD_FILENAMES;
  return (
    missing +
    (chosen === undefined
      ? `There is no ${DRIVER} beside Chromium, nor in ${BEHIND_SCRIPTS.join(', ')}, and no other Vulkan driver. `
      : `The Vulkan driver is ${chosen}, and ${LOADER} was looked for in ${given.LD_LIBRARY_PATH ?? ''} and among the system’s libraries. `) +
    'Install Chromium (“apt-get install chromium” on Debian, or “npx playwright install chromium”), whose driver is ' +
    'taken then, or a driver with its loader (“apt-get install mesa-vulkan-drivers libvulkan1”), or set ' +
    'VK_ICD_FILENAMES to the path of a driver’s JSON file.'
  );
}
