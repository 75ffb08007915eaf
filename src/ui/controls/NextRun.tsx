import { X } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import { useScene } from '../../store/scene.ts';
import { useDrawer } from '../shell/drawer.ts';
import { DataPanel } from './DataPanel.tsx';
import { EnginePanel } from './EnginePanel.tsx';
import { MethodPanel } from './MethodPanel.tsx';
import { NotThisRun } from './NotThisRun.tsx';
import { PresetFields } from './PresetFields.tsx';
import { SettingsPanel } from './SettingsPanel.tsx';

/** The settings of the next run, apart from the run on the page: a column on wide pages, else a dialog. */
export function NextRun() {
  const open = useDrawer((drawer) => drawer.open);
  const beside = useDrawer((drawer) => drawer.beside);
  const hidden = useScene((scene) => scene.hidden.includes('settings'));
  const id = useId();
  if (!open || hidden) return null;
  return beside ? (
    <aside className="drawer" id="next-run" aria-labelledby={id}>
      <Settings titleId={id} />
    </aside>
  ) : (
    <Sheet titleId={id} />
  );
}

/** The drawer on a page that has no room for it. The browser keeps the focus in it and gives it back. */
function Sheet({ titleId }: { readonly titleId: string }) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (!dialog?.open) dialog?.showModal();
  }, []);
  return (
    <dialog
      ref={element}
      className="drawer sheet"
      id="next-run"
      aria-labelledby={titleId}
      closedby="any"
      // The events of dialogs inside reach it too.
      onClose={({ target, currentTarget }) => {
        if (target === currentTarget) useDrawer.getState().show(false);
      }}
    >
      <Settings titleId={titleId} />
    </dialog>
  );
}

function Settings({ titleId }: { readonly titleId: string }) {
  return (
    <>
      <header className="drawer-head">
        <h2 id={titleId}>Next run</h2>
        <button
          type="button"
          className="button quiet icon"
          aria-label="Close the settings"
          title="Close the settings"
          onClick={() => useDrawer.getState().show(false)}
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      <NotThisRun />
      <PresetFields />
      <DataPanel />
      <MethodPanel />
      <SettingsPanel />
      <EnginePanel />
    </>
  );
}
