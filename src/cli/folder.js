// Runs before commands, in plain JavaScript: in a folder whose path has a “?”, the runner of TypeScript takes
// what follows for a query and fails with a syntax error; with a “#” Vite cannot build the site. Both are
// told here, with what to do. Usage: node src/cli/folder.js [site], or node --import ./src/cli/folder.js …
// for commands that must be the only process of their script, because signals must reach them.
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));
const [, script = '', argument] = process.argv;
const needsSite =
  script === here ? argument === 'site' : /[\\/](start|golden|bench|bundle)\.ts$/.test(script);
const refused = needsSite ? ['?', '#'] : ['?'];
const found = refused.find((character) => root.includes(character));
if (found !== undefined) {
  console.error(
    `DualGate cannot run in a folder whose path has a “${found}”: ${root}\n` +
      'Rename that folder, or move the project into another one, and start the command again.',
  );
  process.exit(2);
}
