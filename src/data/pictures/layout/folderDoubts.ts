import { listed } from '../../formats/listed.ts';
import { wordsOf } from '../../formats/splitNames.ts';
import { type Folder, unwrapped } from './folderTree.ts';

// What makes it doubtful that folders are classes. Only the user knows then.

/**
 * A sentence on why some folders may be no classes; null if nothing speaks against them.
 * @param folders the folders that would be the classes of training
 */
export function doubtOfClasses(folders: readonly Folder[]): string | null {
  const names = [...new Set(folders.map(({ name }) => name))];
  const copies = changedCopies(names);
  if (copies.length > 0) {
    return `${listed(copies)} may hold augmented copies of pictures in other folders. Copies belong to the class of their pictures, and never into the test: take them out.`;
  }
  const nested = folders.map(unwrapped).find((folder) => folder.folders.size > 1);
  if (nested !== undefined) {
    const outer = folders.find((folder) => unwrapped(folder) === nested)!;
    return `“${outer.name}” holds several folders (${listed([...nested.folders.keys()])}), and these may be the classes. If they are, put them side by side into one folder.`;
  }
  if (!areNumberedParts(names)) return null;
  return `The names ${listed(names)} differ by their numbers only, so that they may be parts of one set, or folds. If they are, put their pictures into one folder.`;
}

/** Words for what was made of pictures, and not taken with a camera. */
const CHANGED =
  /^(aug(mented|mentations?)?|flip(ped|s)?|[hv]flip|mirror(ed)?|rotat(ed|ions?)|cop(y|ies)|blurred|noisy|jittered|transformed)$/;
/** Those that no class is called. */
const AUGMENTED = /^aug(mented|mentations?)?$/;

/**
 * The folders whose name is that of another folder and says that it was changed, or says “augmented” alone.
 */
function changedCopies(names: readonly string[]): string[] {
  const plain = new Set(names.map((name) => wordsOf(name).join(' ')));
  return names.filter((name) => {
    // So browsers and systems call what comes a second time.
    const [, first] = /^(.+?) ?\(\d+\)$/.exec(name) ?? [];
    if (first !== undefined && names.includes(first)) return true;
    const words = wordsOf(name);
    const rest = words.filter((word) => !CHANGED.test(word));
    if (rest.length === words.length) return false;
    if (rest.length > 0) return plain.has(rest.join(' '));
    return names.length > 1 && words.every((word) => AUGMENTED.test(word));
  });
}

/** Words that say of a number that it counts classes. */
const CLASS_WORDS = /^(class(es)?|label|category|kind|type|digit|id|person|subject|grade|stage|level)$/;

/** Whether names differ by numbers only. A number alone or after one letter is a class: 7, n01440764, c3. */
function areNumberedParts(names: readonly string[]): boolean {
  const stems = new Set(names.map((name) => wordsOf(name).join(' ')));
  const [stem = ''] = stems;
  if (names.length < 2 || stems.size > 1 || stem.length < 2) return false;
  if (names.some((name) => !/\p{N}/u.test(name))) return false;
  return !stem.split(' ').some((word) => CLASS_WORDS.test(word));
}
