import { COMMANDS } from './compileCommands.ts';

/** What a bundle is for. */
export interface BundleFacts {
  /** The project's version. */
  readonly version: string;
  /** System and processor, as Dawn names them: linux-x64. */
  readonly platform: string;
  /** Whether it holds Node. */
  readonly withNode: boolean;
}

/** The oldest Node that the commands run on: major and minor version. */
const OLDEST = [20, 19] as const;

/** The script that starts a command. It needs a POSIX shell and nothing else. */
export const RUN_SCRIPT = `#!/bin/sh
# Starts a command of DualGate: ./run train --help
here=$(dirname -- "$(readlink -f -- "$0")")
command=\${1-}
case " ${COMMANDS.join(' ')} " in
  *" $command "*) [ -n "$command" ] ;;
  *) false ;;
esac || {
  echo "usage: $0 COMMAND [OPTIONS…], with one of the commands ${COMMANDS.join(', ')}; --help after it shows its options" >&2
  exit 2
}
shift
node=$here/node
if ! [ -x "$node" ]; then
  node=$(command -v node) || {
    echo "DualGate needs Node ${OLDEST.join('.')} or newer, and there is no “node” on the PATH. Install it, or make the bundle with --with-node." >&2
    exit 1
  }
fi
"$node" -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > ${OLDEST[0]} || (major === ${OLDEST[0]} && minor >= ${OLDEST[1]}) ? 0 : 1)' || {
  echo "DualGate needs Node ${OLDEST.join('.')} or newer, got $("$node" --version) at $node. Install a newer one, or make the bundle with --with-node." >&2
  exit 1
}
exec "$node" "$here/app/$command.js" "$@"
`;

/** README.txt of a bundle. */
export function readmeText({ version, platform, withNode }: BundleFacts): string {
  return `DualGate ${version}: its commands for ${platform}

  ./run train --width 8 --steps 300 --out run.json
  ./run train --engine webgpu --out run.json       on the GPU
  ./run evaluate run.json
  ./run sweep sweep.json --engine webgpu --shard 1/8 --out part1.json
  ./run export run.json --pytorch DIR
  ./run golden vectors --engine webgpu             checks the GPU against the authors' numbers
  ./run bench --engine webgpu

--help after a command shows its options. Files are read and written where you stand, not in this folder, which may be
read-only. It can be moved and copied; nothing else of the project is needed.

What the machine needs

- ${withNode ? 'Nothing else: Node is in this folder.' : `Node ${OLDEST.join('.')} or newer, as “node” on the PATH.`}
- For --engine webgpu on Linux: the Vulkan driver of the GPU, and Vulkan's loader libvulkan.so.1 (“apt-get install
  libvulkan1” on Debian). CUDA is not needed. Without a GPU, WebAssembly (--engine wasm, which is what is taken if
  nothing is said) is faster than a software driver.
- Looked for, in this order: the driver that VK_DRIVER_FILES or VK_ICD_FILENAMES names (path of its JSON file), with
  the loader of the system or one beside that file; the system's drivers; Chromium's software driver
  (vk_swiftshader_icd.json) beside the browser that DUALGATE_CHROMIUM names, beside a chromium or google-chrome on
  the PATH, and in /usr/lib/chromium, /usr/lib/chromium-browser and /opt/google/chrome.

What it does not do

- It shows no page and drives no browser: no “bench --page”, no engines webgpu-chromium and tfjs-webgpu.
- It reads PNG, and no JPEG or WebP unless the package “sharp” is there: “npm install sharp” in the folder “app”.

The licences of all that is inside are in LICENCES.txt${withNode ? ', that of Node in NODE-LICENCE.txt' : ''}.
`;
}
