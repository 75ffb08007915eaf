import { guessOf } from '../../store/data/source.ts';
import { usePlayground } from '../../store/playground.ts';
import type { DataSource } from '../../store/settings.ts';
import { bytes, count } from '../shell/format.ts';

type Files = Extract<DataSource, { kind: 'files' }>;

/** Number of file names that are written out. */
const SHOWN = 3;

/** Says which files the user gave, what they seem to hold, and what the last run read of them. */
export function FilesSummary({ source }: { readonly source: Files }) {
  const read = usePlayground((state) => (state.source === source ? (state.run?.record.ready ?? null) : null));
  const { words, side, train, test } = guessOf(source);
  const all = [...source.train, ...source.test];
  const size = all.reduce((sum, { file }) => sum + file.size, 0);

  return (
    <div className="data-files small">
      <p>
        {source.name === undefined ? '' : `Folder “${source.name}”: `}
        {count(all.length)} {all.length === 1 ? 'file' : 'files'}, {bytes(size)}; looks like {words}.
      </p>
      <p className="muted">
        {names(source.train)} {source.test.length > 0 ? 'train' : ''}
        {source.test.length > 0 && `; ${names(source.test)} ${source.test.length === 1 ? 'tests' : 'test'}`}
      </p>
      <p>
        {read ? (
          <>
            Read: {count(read.data.train)} training, {count(read.data.test)} test images of{' '}
            {sideText(read.data.size)}, {classes(read.data.classes.length)}.
          </>
        ) : (
          <>
            {train === null
              ? 'How many images there are, only reading tells'
              : `At most ${count(train)} training images`}
            {test === null ? '' : ` and ${count(test)} test images`}
            {side === null ? '' : `, ${sideText(side)}`}.
            {test === null &&
              source.test.length === 0 &&
              ' Without a test part, a tenth is held out to test.'}
          </>
        )}
      </p>
      {(read?.data.notices ?? []).map((notice) => (
        <p key={notice}>{notice}</p>
      ))}
    </div>
  );
}

function names(files: Files['train']): string {
  const shown = files.slice(0, SHOWN).map(({ path }) => path);
  const rest = files.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`;
}

/** The size of an image in words, with non-breaking spaces. */
function sideText(side: number): string {
  return `${side}\u00a0×\u00a0${side}\u00a0px`;
}

function classes(number: number): string {
  return number === 0 ? 'without labels: k-NN and probes are left out' : `${count(number)} classes`;
}
