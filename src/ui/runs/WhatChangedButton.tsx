import { useState } from 'react';
import { usePlayground } from '../../store/playground.ts';
import { useOverlay } from '../../store/runs/overlay.ts';
import { laterDialog } from '../shell/later.tsx';

const WhatChanged = laterDialog('What changed between two runs', () => import('./WhatChanged.tsx'));

/** Opens the comparison of two runs. Nothing is drawn while there are fewer than two. */
export function WhatChangedButton() {
  const [open, setOpen] = useState(false);
  const own = usePlayground(({ run }) => (run?.record.steps.length ?? 0) > 0);
  const comparable = useOverlay(({ runs }) => runs.length + (own ? 1 : 0) >= 2);
  const close = () => setOpen(false);
  if (!comparable) return null;
  return (
    <>
      <button type="button" className="button tiny" onClick={() => setOpen(true)}>
        What changed
      </button>
      <WhatChanged open={open} onClose={close} />
    </>
  );
}
