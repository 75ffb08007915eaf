import { Download, FolderOpen } from 'lucide-react';
import { ACCEPTED_FILES } from '../../store/data/acceptedFiles.ts';
import { HUB_SETS, useHub } from '../../store/data/hub.ts';
import { guessOf } from '../../store/data/source.ts';
import { usePlayground } from '../../store/playground.ts';
import { missingText, useSettings } from '../../store/settings.ts';
import { pickFiles } from '../shell/pickFiles.ts';

/** Says which images the chosen preset lacks, and offers to get them. Nothing is drawn while none lack. */
export function MissingData() {
  const text = useSettings(missingText);
  const missing = useSettings((settings) => settings.missing);
  const chosen = useSettings(({ source }) => guessOf(source).words);
  const set = HUB_SETS.find(({ id }) => id === missing);
  if (text === null) return null;
  return (
    <div className="missing-data" role="status">
      <p>{text} Nothing starts until one of these is chosen:</p>
      {set && (
        <button
          type="button"
          className="button"
          aria-haspopup="dialog"
          onClick={() => {
            useHub.getState().choose(set.id);
            useHub.getState().show();
          }}
        >
          <Download size={14} aria-hidden /> Download {set.label}…
        </button>
      )}
      <button
        type="button"
        className="button"
        onClick={() => pickFiles({ accept: ACCEPTED_FILES, multiple: true }, usePlayground.getState().take)}
      >
        <FolderOpen size={14} aria-hidden /> Choose its files…
      </button>
      <button type="button" className="button" onClick={() => useSettings.getState().trainElsewhere()}>
        Train these settings on {chosen}
      </button>
    </div>
  );
}
