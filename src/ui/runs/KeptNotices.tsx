import { HardDrive, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { useLibrary } from '../../store/runs/library.ts';

/** Says that nothing is kept in this browser, or what could not be kept, and what to do about it. */
export function KeptNotices() {
  const unavailable = useLibrary((state) => state.unavailable);
  const complaint = useLibrary((state) => state.complaint);
  const { dismiss } = useLibrary.getState();
  const [read, setRead] = useState<string | null>(null);
  return (
    <>
      {unavailable !== null && unavailable !== read && (
        <div className="alert notice" role="status">
          <HardDrive size={18} aria-hidden />
          <div>
            <strong>Runs are not kept in this browser:</strong> {unavailable}. Training works all the same;
            save the run file before you leave.
          </div>
          <Dismiss onClick={() => setRead(unavailable)} />
        </div>
      )}
      {complaint && (
        <div className="alert" role="alert">
          <TriangleAlert size={18} aria-hidden />
          <div>{complaint}</div>
          <Dismiss onClick={dismiss} />
        </div>
      )}
    </>
  );
}

function Dismiss({ onClick }: { readonly onClick: () => void }) {
  return (
    <button type="button" className="button quiet tiny" aria-label="Dismiss" onClick={onClick}>
      <X size={15} aria-hidden />
    </button>
  );
}
