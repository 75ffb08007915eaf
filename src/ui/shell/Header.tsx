import { CircleQuestionMark, CodeXml, Moon, Share2, SlidersHorizontal, Sun } from 'lucide-react';
import { useState } from 'react';
import { useScene } from '../../store/scene.ts';
import { useShare } from '../../store/share.ts';
import { ProgressLine } from '../run/ProgressLine.tsx';
import { RunControls } from '../run/RunControls.tsx';
import { useDrawer } from './drawer.ts';
import { laterDialog } from './later.tsx';
import { OwnTabLink } from './OwnTabLink.tsx';
import { useTheme } from './theme.ts';

const FrameDialog = laterDialog('Embed this page, or set a link', () => import('./FrameDialog.tsx'));

/** The bar at the top of the page: what it is, every control that a run needs, and how far the run is. */
export function Header({ openHelp }: { readonly openHelp: () => void }) {
  const embedded = useScene((scene) => scene.embedded);
  const open = useDrawer((drawer) => drawer.open);
  return (
    <header className="header">
      <h1 className="brand">
        <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="7" cy="10" r="6" fill="var(--dense)" />
          <circle cx="13" cy="10" r="5" fill="var(--surface)" stroke="var(--gated)" strokeWidth="2" />
        </svg>
        <span>DualGate</span>
      </h1>
      <button
        type="button"
        className="button settings-opener"
        aria-label="Settings of the next run"
        title="Settings of the next run"
        aria-expanded={open}
        aria-controls={open ? 'next-run' : undefined}
        onClick={() => useDrawer.getState().show(!open)}
      >
        <SlidersHorizontal size={14} aria-hidden />
        <span>Settings</span>
      </button>
      <RunControls />
      <ProgressLine />
      {embedded ? <OwnTabLink /> : <PageTools openHelp={openHelp} />}
    </header>
  );
}

/** What concerns the page and no run. */
function PageTools({ openHelp }: { readonly openHelp: () => void }) {
  const theme = useTheme((state) => state.theme);
  const toggle = useTheme((state) => state.toggle);
  const [framing, setFraming] = useState(false);
  return (
    <div className="group page-tools">
      <button
        type="button"
        className="button quiet icon"
        aria-label="Copy a link with these settings"
        title="Copy a link with these settings: S"
        onClick={() => void useShare.getState().copyLink()}
      >
        <Share2 size={16} aria-hidden />
      </button>
      <button
        type="button"
        className="button quiet icon frame-opener"
        aria-label="Embed this page, or set a link"
        title="Embed this page, or set a link"
        aria-haspopup="dialog"
        onClick={() => setFraming(true)}
      >
        <CodeXml size={16} aria-hidden />
      </button>
      <FrameDialog open={framing} onClose={() => setFraming(false)} />
      <button
        type="button"
        className="button quiet icon"
        aria-label={theme === 'dark' ? 'Light theme' : 'Dark theme'}
        title={theme === 'dark' ? 'Light theme' : 'Dark theme'}
        onClick={toggle}
      >
        {theme === 'dark' ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
      </button>
      <button
        type="button"
        className="button quiet icon"
        aria-label="Help and keys"
        title="Help and keys: ?"
        onClick={openHelp}
      >
        <CircleQuestionMark size={16} aria-hidden />
      </button>
    </div>
  );
}
