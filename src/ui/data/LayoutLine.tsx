import { questionOn, useLayoutQuestion } from '../../store/data/layoutQuestion.ts';
import type { DataSource } from '../../store/settings.ts';

type Files = Extract<DataSource, { kind: 'files' }>;

/** Says how the chosen folders are read, if the user was asked, and opens the question again. */
export function LayoutLine({ source }: { readonly source: Files }) {
  const question = useLayoutQuestion((state) => questionOn(source, state));
  const { ask } = useLayoutQuestion.getState();
  if (question === null) return null;
  return (
    <p className="layout-line small">
      {source.layout === undefined ? (
        <span className="fault">How these folders are meant is not said yet.</span>
      ) : (
        <span>Folders are read as {source.layout}.</span>
      )}{' '}
      <button type="button" className="button tiny" onClick={ask}>
        {source.layout === undefined ? 'Choose a reading…' : 'Change…'}
      </button>
    </p>
  );
}
