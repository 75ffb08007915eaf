import { Timer } from 'lucide-react';
import { underWay, usePlayground } from '../../store/playground.ts';
import { useSettings } from '../../store/settings.ts';
import { useSweep } from '../../store/studies/sweep.ts';

/** Trains the smallest comparison that there is, from its start to its answer. */
export function HalfMinute() {
  const busy = usePlayground(({ run }) => underWay(run));
  const sweeping = useSweep(({ job }) => job !== null);
  if (sweeping) return null;
  return (
    <div className="half-minute">
      <button type="button" className="button" disabled={busy} onClick={begin}>
        <Timer size={14} aria-hidden /> Try one in 30 seconds
      </button>
      <p className="small muted">
        Trains a dense and a gated network of width 4 for 30 steps each, on Emoji-10. That is far too short to
        say which is better: it shows how a comparison is made.
      </p>
    </div>
  );
}

function begin(): void {
  useSettings.getState().choosePreset('seconds');
  const { config } = useSettings.getState();
  useSweep.getState().start({
    systems: [{ system: 'vicreg' }, { system: 'dual-gating' }],
    budgets: [config.budget],
    seeds: [config.seed],
    config,
  });
}
