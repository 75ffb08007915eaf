import { Download as DownloadIcon } from 'lucide-react';
import { useEffect } from 'react';
import { subjectOf, useMaskLab } from '../../store/masklab.ts';
import { canExport, usePlayground } from '../../store/playground.ts';
import { hasGates } from '../../store/settings.ts';
import { saveFile } from '../shell/download.ts';
import { Panel } from '../shell/Panel.tsx';

/** The run and its weights as files. */
export function ExportPanel() {
  const ready = usePlayground(({ run }) => canExport(run));
  const started = usePlayground(({ run }) => run?.record.ready != null);
  const exportFile = usePlayground((state) => state.exportFile);
  const download = usePlayground((state) => state.download);

  const sliceable = usePlayground(
    ({ run }) => run !== null && subjectOf(run) !== null && hasGates(run.config),
  );
  const order = useMaskLab((lab) => lab.order);
  const sliced = useMaskLab((lab) => lab.download);

  useEffect(() => {
    if (!sliced) return;
    saveFile(sliced.name, sliced.file);
    useMaskLab.getState().downloaded();
  }, [sliced]);

  useEffect(() => {
    if (!download) return;
    saveFile(download.name, download.file);
    usePlayground.getState().downloaded();
  }, [download]);

  return (
    <Panel
      title="Export"
      topic="export"
      actions={[
        ...(started ? [{ label: 'Run, packed (gzip)', act: () => exportFile('run.gz') }] : []),
        ...(sliceable
          ? [
              { label: 'Frozen slice', act: () => order('frozen') },
              { label: 'Never-open slice', act: () => order('never-open') },
            ]
          : []),
      ]}
    >
      <div className="row">
        <button type="button" className="button" disabled={!ready} onClick={() => exportFile('weights')}>
          <DownloadIcon size={14} aria-hidden /> Weights
        </button>
        <button type="button" className="button" disabled={!started} onClick={() => exportFile('run')}>
          <DownloadIcon size={14} aria-hidden /> Run
        </button>
        <button type="button" className="button" disabled={!ready} onClick={() => exportFile('pytorch')}>
          <DownloadIcon size={14} aria-hidden /> PyTorch
        </button>
      </div>
      <p className="muted small">
        {ready
          ? 'Weights and run are JSON; weights carry 16 images with their features, a run can be dropped here again, to look at it or to go on with it. PyTorch is a zip: network, parity check, and a script that goes on training on any number of GPUs.'
          : 'Available once a run has begun: weights as JSON under PyTorch names, the run with its curves and maps.'}
      </p>
    </Panel>
  );
}
