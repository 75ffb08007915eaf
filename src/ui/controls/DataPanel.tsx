import { FolderOpen, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { ACCEPTED_FILES } from '../../store/data/acceptedFiles.ts';
import { useHandOver } from '../../store/data/handOver.ts';
import { underWay, usePlayground } from '../../store/playground.ts';
import { type DataSource, useSettings } from '../../store/settings.ts';
import { creditOf, treatmentOf } from '../data/credits.ts';
import { FilesSummary } from '../data/FilesSummary.tsx';
import { HubButton } from '../data/HubButton.tsx';
import { HubChoice } from '../data/HubChoice.tsx';
import { LayoutLine } from '../data/LayoutLine.tsx';
import { SamplingFields } from '../data/SamplingFields.tsx';
import { Panel } from '../shell/Panel.tsx';

type Files = Extract<DataSource, { kind: 'files' }>;

const TESTS = [
  ['unseen-style', 'Emoji-10, unseen style', 'Tested on a drawing style that training never sees.'],
  ['same-styles', 'Emoji-10, same styles', 'Tested on new compositions in the training styles.'],
] as const;

/** The attribute that makes a file input pick a folder. React's types do not know it. */
const WHOLE_FOLDER = { webkitdirectory: '' };

/** Chooses the images for training: the embedded set, or the user's files and folders. */
export function DataPanel() {
  const source = useSettings((state) => state.source);
  const chooseSource = useSettings((state) => state.chooseSource);
  const locked = usePlayground(({ run }) => underWay(run));
  const files = useLastFiles(source);

  return (
    <Panel title="Data" topic="data">
      <fieldset disabled={locked}>
        <legend className="visually-hidden">Data</legend>
        {TESTS.map(([test, label, about]) => (
          <label className="choice" key={test}>
            <input
              type="radio"
              name="source"
              checked={source.kind === 'emoji10' && source.test === test}
              onChange={() => chooseSource({ kind: 'emoji10', test })}
            />
            <span>{label}</span>
            <span className="about">{about}</span>
          </label>
        ))}
        {source.kind === 'emoji10' && (
          <p className="muted small">
            5,000 training and 1,000 test images, 32 × 32 px; composed from drawings, not photographed.
          </p>
        )}
        {files && (
          <label className="choice">
            <input
              type="radio"
              name="source"
              checked={source.kind === 'files'}
              onChange={() => chooseSource(files)}
            />
            <span>Your files</span>
          </label>
        )}
        {source.kind === 'files' && (
          <>
            <FilesSummary source={source} />
            <LayoutLine source={source} />
            <SamplingFields source={source} />
            <p className="muted small">{treatmentOf(source)}</p>
          </>
        )}
        <HubChoice />
        <p className="muted small">{creditOf(source)}</p>
        <div className="data-ways">
          <FilesButton />
          <FolderButton />
          <HubButton />
        </div>
      </fieldset>
      <p className="muted small">
        CIFAR’s and STL-10’s binaries and archives, pictures, a folder of class folders, .zip, .parquet, or a
        run’s .json: choose or drop them. Nothing leaves this browser.
      </p>
    </Panel>
  );
}

/** The files that were chosen last, so that the user can return to them from the embedded set. */
function useLastFiles(source: DataSource): Files | null {
  const [last, setLast] = useState<Files | null>(null);
  const current = source.kind === 'files' ? source : last;
  if (current !== last) setLast(current);
  return current;
}

function FilesButton() {
  const take = usePlayground((state) => state.take);
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className="button" onClick={() => picker.current?.click()}>
        <Upload size={14} aria-hidden /> Files…
      </button>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label="Files of a data set, pictures, or a run file"
        accept={ACCEPTED_FILES}
        onChange={({ currentTarget }) => {
          take([...(currentTarget.files ?? [])]);
          // The user may choose the same file again, for example after a correction.
          currentTarget.value = '';
        }}
      />
    </>
  );
}

function FolderButton() {
  const pick = useHandOver((state) => state.pick);
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className="button" onClick={() => picker.current?.click()}>
        <FolderOpen size={14} aria-hidden /> Folder…
      </button>
      <input
        ref={picker}
        type="file"
        {...WHOLE_FOLDER}
        multiple
        hidden
        aria-label="A folder of pictures, with or without class folders, or of a data set’s files"
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          currentTarget.value = '';
          if (files.length > 0) pick(files);
        }}
      />
    </>
  );
}
