import { Upload } from 'lucide-react';
import { useRef } from 'react';
import { underWay, usePlayground } from '../../store/playground.ts';
import { type DataSource, useSettings } from '../../store/settings.ts';
import { bytes, count } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';

const TESTS = [
  ['unseen-style', 'Emoji-10, unseen style', 'Tested on a drawing style that training never sees.'],
  ['same-styles', 'Emoji-10, same styles', 'Tested on new compositions in the training styles.'],
] as const;

/** Which images train: the embedded set, or files of the user. */
export function DataPanel() {
  const source = useSettings((state) => state.source);
  const chooseSource = useSettings((state) => state.chooseSource);
  const take = usePlayground((state) => state.take);
  const locked = usePlayground(({ run }) => underWay(run));
  const picker = useRef<HTMLInputElement>(null);

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
        {source.kind === 'files' && <Files source={source} />}
        <p className="muted small">Emoji-10 is composed from drawings, not photographed.</p>
        <button type="button" className="button wide" onClick={() => picker.current?.click()}>
          <Upload size={14} aria-hidden /> CIFAR-10 or run file…
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label="CIFAR-10 binary files (.bin), their archive (.tar.gz), or a run file (.json)"
          accept=".bin,.gz,.tgz,.tar.gz,.json"
          onChange={({ currentTarget }) => {
            take([...(currentTarget.files ?? [])]);
            // The same file may be chosen again, say after it was mended.
            currentTarget.value = '';
          }}
        />
      </fieldset>
      <p className="muted small">
        .bin, .tar.gz or a run’s .json, also by dropping. Nothing leaves this browser.
      </p>
    </Panel>
  );
}

function Files({ source }: { readonly source: Extract<DataSource, { kind: 'files' }> }) {
  return (
    <label className="choice">
      <input type="radio" name="source" checked readOnly />
      <span>Your files</span>
      <span className="about">
        {source.train.map(({ path, file }) => `${path} (${bytes(file.size)})`).join(', ')} train
        {source.test.length > 0
          ? `; ${source.test.map(({ path }) => path).join(', ')} ${source.test.length === 1 ? 'tests' : 'test'}`
          : '; without a test file, an archive’s own test batch or a held-out part of the images tests'}
        . {count(source.train.length + source.test.length)}{' '}
        {source.train.length + source.test.length === 1 ? 'file' : 'files'}.
      </span>
    </label>
  );
}
