import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A Python that has PyTorch, or why there is none. */
export type FoundPython =
  | { readonly path: string; readonly torch: string }
  | { readonly path: null; readonly reason: string };

/**
 * Looks for a Python with PyTorch: DUALGATE_PYTHON, else /usr/bin/python3, else python3 on the PATH. It
 * installs nothing.
 * @throws Error when DUALGATE_PYTHON names a Python without PyTorch: whoever set it wanted those tests to run
 */
export function findPython(): FoundPython {
  const named = process.env.DUALGATE_PYTHON;
  if (named) {
    const torch = torchOf(named);
    if (torch !== null) return { path: named, torch };
    throw new Error(
      `DUALGATE_PYTHON must be the path of a Python with PyTorch, and “import torch” fails in ${named}. Correct or unset it.`,
    );
  }
  for (const path of ['/usr/bin/python3', 'python3']) {
    const torch = torchOf(path);
    if (torch !== null) return { path, torch };
  }
  return {
    path: null,
    reason:
      'no Python with PyTorch: set DUALGATE_PYTHON, or install python3-torch (Debian) or “pip install torch”',
  };
}

/**
 * Installs Debian's PyTorch if nobody named a Python and none has PyTorch. It does so only on Debian, and
 * only as root.
 * @param say hears what is going on, because a download takes minutes
 */
export function installPython(say: (line: string) => void): void {
  if (process.env.DUALGATE_PYTHON || findPython().path !== null) return;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    say('PyTorch is not here, and only on Debian as root is it installed: its tests will be skipped.');
    return;
  }
  say('No PyTorch found: installing python3-torch with apt-get …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'inherit', timeout: 180_000 });
    execFileSync(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'python3-torch', 'python3-pil'],
      {
        env,
        stdio: 'inherit',
        timeout: 480_000,
      },
    );
  } catch (fault) {
    say(
      `python3-torch could not be installed (${fault instanceof Error ? fault.message : fault}): the tests of the export to PyTorch will be skipped.`,
    );
  }
}

function torchOf(path: string): string | null {
  try {
    return execFileSync(path, ['-c', 'import torch; print(torch.__version__)'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
    }).trim();
  } catch {
    return null;
  }
}
