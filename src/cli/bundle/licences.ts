import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A package that is in a bundle, with the text of its licence. */
interface Licence {
  readonly name: string;
  readonly version: string;
  /** As the package names it: an SPDX expression. */
  readonly id: string;
  readonly text: string;
}

const PackageFile = z.object({ name: z.string(), version: z.string(), license: z.string() });
const Manifest = z.object({ about: z.string(), credits: z.array(z.string()) });

/** Says where the text stands of a package that has no file with it. */
const APACHE = 'The text of the Apache License 2.0 is at the end of this file.';

/**
 * The licences of all that is in a bundle, as one text.
 * @param folders of the packages
 * @throws Error if a package has no text of its licence
 */
export async function licencesText(root: string, folders: readonly string[]): Promise<string> {
  const licences: Licence[] = [];
  for (const folder of folders) licences.push(await licenceOf(folder));
  const own = await readFile(join(root, 'LICENSE'), 'utf8');
  const manifest = await readFile(join(root, 'public/emoji10/manifest.json'), 'utf8');
  const { about, credits } = Manifest.parse(JSON.parse(manifest));
  return [
    'What is in this folder, and under which licences.',
    section('DualGate (MIT)', own),
    section('Emoji-10, the images in app/public/emoji10', [about, ...credits].join('\n')),
    ...licences.map(({ name, version, id, text }) => section(`${name} ${version} (${id})`, text)),
    section('Apache License 2.0', await apacheText(root)),
  ].join('\n\n');
}

function section(title: string, text: string): string {
  return `${'='.repeat(title.length)}\n${title}\n${'='.repeat(title.length)}\n\n${text.trim()}\n`;
}

async function licenceOf(folder: string): Promise<Licence> {
  const about: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = PackageFile.parse(about);
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const text = texts.length > 0 ? texts.join('\n\n') : await textElsewhere(folder, license);
  if (text === null)
    throw new Error(
      `${name} ${version}: a bundle must hold the text of its licence (${license}), and the package has none. Leave it out, or add the text.`,
    );
  return { name, version, id: license, text };
}

/** The text of a licence in the package's README; for Apache's, where it stands. Null if there is none. */
async function textElsewhere(folder: string, license: string): Promise<string | null> {
  const about = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  const [own] = /^(#+ *)?licen[cs]e[^\n]*\n[\s\S]*copyright[\s\S]*/im.exec(about) ?? [];
  return own ?? (license === 'Apache-2.0' ? APACHE : null);
}

/** The compiler of the project brings the text. */
function apacheText(root: string): Promise<string> {
  return readFile(join(root, 'node_modules/typescript/LICENSE'), 'utf8');
}
