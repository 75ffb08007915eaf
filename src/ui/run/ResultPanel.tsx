import { bestFloor, measuredPixels, PIXEL_FLOORS } from '../../metrics.ts';
import { usePlayground } from '../../store/playground.ts';
import { macShare } from '../../store/run/branches.ts';
import { useShown } from '../../store/run/shown.ts';
import { branchesWith, shortName } from '../charts/branchCurves.ts';
import { joined } from '../dial/dialWords.ts';
import { figure, macs, measuredOn, percent, points } from '../shell/format.ts';
import { Panel } from '../shell/Panel.tsx';

/** The evaluation at the end of a run. */
export function ResultPanel() {
  const final = usePlayground(({ run }) => run?.record.final ?? null);
  const ready = usePlayground(({ run }) => run?.record.ready ?? null);
  const isPast = useShown(({ run }) => run !== null && run.record.final === null);
  const dialled = useShown(({ turned }) => turned !== null);
  const early = usePlayground(({ run }) => run?.record.stoppedEarly ?? false);
  if (!final) return null;
  const { knn20, ridge, macs: spent, imagesPerSecond, sample } = final;
  const best = bestFloor(knn20);
  const end = early ? 'ended early' : 'end of the run';
  return (
    <Panel
      title="Result"
      topic="result"
      aside={joined(
        isPast ? `${end}, after the step that is shown` : dialled ? `${end}, as trained` : end,
        measuredOn(sample),
      )}
    >
      <dl className="result">
        {branchesWith(knn20).map((branch) => (
          <div key={branch}>
            <dt>20-NN {shortName(branch)}</dt>
            <dd>
              {percent(knn20[branch]!)}
              <small>
                {sample && <>{points(sample.standardError[branch])}; </>}
                untrained {percent(knn20.untrained[branch] ?? null)}
                {branch.startsWith('slim') && ready && (
                  <>; {percent(macShare(ready.config, ready.data.size, branch))} of the MACs</>
                )}
              </small>
            </dd>
          </div>
        ))}
        {ridge &&
          branchesWith(ridge).map((branch) => (
            <div key={branch}>
              <dt>Ridge probe {shortName(branch)}</dt>
              <dd>
                {percent(ridge[branch]!)}
                <small>linear, in closed form</small>
              </dd>
            </div>
          ))}
        {knn20.rawPixels === null ? (
          <div>
            <dt>Accuracies</dt>
            <dd>
              none
              <small>these images have no labels</small>
            </dd>
          </div>
        ) : (
          measuredPixels(knn20).map(([floor, share]) => (
            <div key={floor}>
              <dt>20-NN {PIXEL_FLOORS[floor]}</dt>
              <dd>
                {percent(share)}
                <small>{PIXEL_FLOORS[floor] === best?.name ? 'the floor to beat' : 'a floor'}</small>
              </dd>
            </div>
          ))
        )}
        <div>
          <dt>MACs per image</dt>
          <dd>
            {macs(spent.gated ?? spent.dense)}
            <small>
              {spent.gated === null ? 'dense' : `of ${macs(spent.dense)} dense: ${percent(spent.ratio)}`}
            </small>
          </dd>
        </div>
        {spent.reduction !== null && (
          <div>
            <dt>MACs saved</dt>
            <dd>
              {percent(spent.reduction)}
              <small>theoretical</small>
            </dd>
          </div>
        )}
        <div>
          <dt>Speed</dt>
          <dd>
            {figure(imagesPerSecond)}
            <small>images per second, mean</small>
          </dd>
        </div>
      </dl>
    </Panel>
  );
}
