import { isPicturePath } from '../pictures/pictureNames.ts';
import { METADATA, type Reason } from './ledger.ts';

/**
 * Whether a file was left behind by an operating system, or lies in a hidden folder, so that the user did not
 * choose it.
 */
export function isLitter(path: string): boolean {
  const parts = path.split('/');
  return (
    parts.some((part) => part.startsWith('.') || /^(__MACOSX|@eaDir)$/.test(part)) ||
    /^(thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r)$/i.test(parts.at(-1)!)
  );
}

const THUMBNAILS: Reason = { label: 'thumbnail cache', advice: '', group: 'metadata' };

/**
 * Folders whose names begin with a dot and that programs fill, also with pictures. All others may be classes,
 * as .NET.
 */
const HIDDEN_FOLDERS =
  /^\.(git|svn|hg|dvc|cache|ipynb_checkpoints|thumbnails|thumb|trash.*|spotlight.*|fseventsd|temporaryitems|documentrevisions.*|appledouble|idea|vscode|venv|tox|.*_cache)$/i;

/** Whether a folder is one that a program filled for itself. */
export function isHiddenByProgram(folder: string): boolean {
  return HIDDEN_FOLDERS.test(folder);
}

const IN_HIDDEN_FOLDER: Reason = {
  label: 'in a folder whose name begins with a dot',
  advice: 'give the folder a name without it, or take it out',
  group: 'picture',
};

/** The reason for a file that an operating system left behind, or that lies in a hidden folder. */
export function litterReason(path: string): Reason {
  const parts = path.split('/');
  const folders = parts.slice(0, -1).filter((part) => part.startsWith('.'));
  const isVisible = !parts.at(-1)!.startsWith('.') && !/(^|\/)(__MACOSX|@eaDir)\//.test(path);
  if (isVisible && isPicturePath(path) && folders.length > 0 && !folders.some(isHiddenByProgram))
    return IN_HIDDEN_FOLDER;
  return /(^|\/)(thumbs|ehthumbs)\.db$|(^|\/)@eadir\//i.test(path) ? THUMBNAILS : METADATA;
}
