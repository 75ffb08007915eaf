import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

// On Linux, WebGPU uses Vulkan. Chromium comes with a software driver for Vulkan, SwiftShader, and with
// Vulkan's loader. With both, WebGPU computes without a browser as it does in one, on machines that have no
// GPU.

/** Names the software driver to the loader; its library lies beside it. */
const DRIVER = 'vk_swiftshader_icd.json';
const LOADER = 'libvulkan.so.1';

/** Commands of browsers that bring the driver. */
const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Folders of browsers whose command is only a script in another folder. */
const BEHIND_SCRIPTS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
/** Keeps a library loaded when its handle is closed (dlfcn.h). Node does not name this flag. */
const RTLD_NODELETE = 0x1000;

/** The parts of a process's environment that decide which Vulkan it gets, and where a browser may be. */
export interface VulkanVariables {
  readonly VK_ICD_FILENAMES?: string | undefined;
  readonly VK_DRIVER_FILES?: string | undefined;
  readonly DUALGATE_CHROMIUM?: string | undefined;
  readonly PATH?: string | undefined;
}

/**
 * Folders where Chromium's driver and Vulkan's loader may lie, the likeliest first. A loader may lie beside a
 * driver that the user has chosen.
 */
export function driverFolders(given: VulkanVariables = process.env): readonly string[] {
  const onPath = (given.PATH ?? '').split(delimiter);
  const commands = COMMANDS.flatMap((name) => onPath.map((folder) => join(folder, name)));
  const named = given.DUALGATE_CHROMIUM === undefined ? [] : [given.DUALGATE_CHROMIUM];
  const chosen = chosenDriver(given)?.split(delimiter) ?? [];
  const found = [...chosen, ...named, ...commands].filter((path) => existsSync(path));
  return [...new Set([...found.map((path) => dirname(realpathSync(path))), ...BEHIND_SCRIPTS])];
}

/**
 * Path of the file that names the software driver to the loader, in the first folder that holds one. Null if
 * there is none, or if the user has chosen a driver.
 */
export function softwareDriver(
  folders: readonly string[],
  given: VulkanVariables = process.env,
): string | null {
  if (chosenDriver(given) !== undefined) return null;
  return folders.map((folder) => join(folder, DRIVER)).find((path) => existsSync(path)) ?? null;
}

/** The driver that the user has chosen by the environment. */
function chosenDriver({ VK_DRIVER_FILES, VK_ICD_FILENAMES }: VulkanVariables): string | undefined {
  return VK_DRIVER_FILES ?? VK_ICD_FILENAMES;
}

/** Makes this process take a driver. */
export function takeDriver(driver: string): void {
  process.env.VK_ICD_FILENAMES = driver;
}

/**
 * Loads Vulkan's loader: the system's, or that of the first folder that holds one. Dawn opens it by its bare
 * name, and the linker reads only when a process starts where libraries lie. But a library that is loaded
 * already is found by its name, wherever it came from.
 * @returns whether there is one
 */
export function loadLoader(folders: readonly string[]): boolean {
  return (
    loads(LOADER) || folders.some((folder) => existsSync(join(folder, LOADER)) && loads(join(folder, LOADER)))
  );
}

/** Loads a library and keeps it loaded. Returns whether it could be loaded. */
function loads(path: string): boolean {
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
    return true;
  } catch (error) {
    // Node expects an extension of its own, and says so of every other library after it was loaded.
    return error instanceof Error && error.message.includes('did not self-register');
  }
}

/** What the words about a missing adapter depend on. */
export interface DriverFacts {
  readonly platform: NodeJS.Platform;
  readonly given: VulkanVariables;
  /** Whether Vulkan's loader is here. */
  readonly hasLoader: boolean;
}

/** Why there may be no WebGPU adapter, and what to do. */
export function noDawnAdapter({ platform, given, hasLoader }: DriverFacts): string {
  const missing = 'WebGPU in Node (Dawn) gives no adapter. ';
  if (platform !== 'linux') {
    return `${missing}On this system it takes the driver of a GPU, by Metal or Direct3D: install or mend that.`;
  }
  const beside = `beside a Chromium on the PATH, nor in ${BEHIND_SCRIPTS.join(', ')}`;
  const chosen = chosenDriver(given);
  const absent = chosen?.split(delimiter).filter((path) => !existsSync(path)) ?? [];
  const drivers =
    chosen === undefined
      ? `The system’s Vulkan has no driver that works, and there is no ${DRIVER} ${beside}. `
      : absent.length > 0
        ? `The environment names the Vulkan driver ${chosen}, and there is no ${absent.join(', ')}. `
        : `The environment names the Vulkan driver ${chosen}, and it gives no GPU. `;
  const loader = `Vulkan’s loader, ${LOADER}, is not among the system’s libraries, nor ${chosen === undefined ? '' : 'beside the driver that the environment names, nor '}${beside}. `;
  return (
    missing +
    (hasLoader ? drivers : loader) +
    'Install the driver of your GPU with Vulkan’s loader (“apt-get install libvulkan1” on Debian); without a GPU ' +
    'a software driver (“apt-get install mesa-vulkan-drivers libvulkan1”, or Chromium, whose driver is taken then), ' +
    'set VK_ICD_FILENAMES to the path of a driver’s JSON file, or take --engine wasm, which needs none.'
  );
}
