import { HardDrive, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { usePlayground } from '../../store/playground.ts';
import { isOwn } from '../../store/run/run.ts';
import { useLibrary } from '../../store/runs/library.ts';
import { useRoom } from '../../store/runs/room.ts';
import { useScene } from '../../store/scene.ts';
import { Remedies } from '../run/Remedies.tsx';
import { Alert } from '../shell/Alert.tsx';
import { laterDialog } from '../shell/later.tsx';

const RoomDialog = laterDialog('Free room', () => import('./RoomDialog.tsx'));

/** Says that nothing is kept in this browser, or what could not be kept, and what to do about it. */
export function KeptNotices() {
  const unavailable = useLibrary((state) => state.unavailable);
  const complaint = useLibrary((state) => state.complaint);
  const full = useLibrary((state) => state.full);
  // Browsers give frames of other sites no storage. Who only looks there has nothing to lose.
  const framed = useScene((scene) => scene.embedded);
  const nothing = usePlayground(({ run }) => !isOwn(run));
  const { dismiss } = useLibrary.getState();
  const room = useRoom(({ open }) => open);
  const [read, setRead] = useState<string | null>(null);
  return (
    <>
      {unavailable !== null && unavailable !== read && !(framed && nothing) && (
        <Alert kind="notice" icon={HardDrive} onDismiss={() => setRead(unavailable)}>
          <strong>Runs are not kept in this browser:</strong> {unavailable}. Training works all the same; save
          the run file before you leave.
        </Alert>
      )}
      {complaint && (
        <Alert kind="fault" icon={TriangleAlert} onDismiss={dismiss}>
          {complaint}
          {full && <Remedies trouble="full" />}
        </Alert>
      )}
      <RoomDialog open={room} onClose={useRoom.getState().hide} />
    </>
  );
}
