// Runs before commands, in plain JavaScript: in a folder whose path has a “?”, the runner of TypeScript takes what
// follows for a query and fails with a syntax error; with a “#” Vite cannot build the site. Both are told here,
// with what to do. Usage: node src/cli/folder.js [site]
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const refused = process.argv[2] === 'site' ? ['?', '#'] : ['?'];
const found = refused.find((character) => root.includes(character));
if (found !== undefined) {
  console.error(
    `DualGate cannot run in a folder whose path has a “${found}”: ${root}\n` +
      'Rename that folder, or move the project into another one, and start the command again.',
  );
  process.exit(2);
}
