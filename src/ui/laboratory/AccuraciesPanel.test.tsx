import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { MeasureResult, MeasuresOutcome } from '../../store/studies/findings.ts';
import { AccuraciesPanel } from './AccuraciesPanel.tsx';

function outcome(floors: MeasureResult['floors']): MeasuresOutcome {
  const score = { branch: 'dense' as const, accuracy: 0.5, standardError: 0.05, correct: '', classes: [] };
  const words = { id: 'knn20-cosine', label: '20-NN, cosine', recipe: 'how', caution: null };
  return {
    kind: 'measures',
    data: { name: 'few', train: 50, test: 100, classes: 2, fewest: 25, most: 25 },
    branches: [{ branch: 'dense', dimension: 8, macs: 1000 }],
    measures: [{ ...words, scores: [score], floors, comparisons: [] }],
    matryoshka: [],
    spreads: [],
    seconds: 1,
  };
}

describe('the table of accuracies', () => {
  it('has the best floor of pixels beside the branches, and all of them behind it', () => {
    const floors = [
      { name: 'raw pixels', accuracy: 0.25, standardError: 0.04 },
      { name: 'centred pixels', accuracy: 0.6, standardError: 0.05 },
    ];
    const markup = renderToStaticMarkup(<AccuraciesPanel outcome={outcome(floors)} />);
    expect(markup).toContain('to beat: pixels</th>');
    expect(markup).toMatch(
      /title="raw pixels 25\.0 % ± 4\.0, centred pixels 60\.0 % ± 5\.0">60\.0 % ± 5\.0, centred pixels</,
    );
  });

  it('has no such column where no floors were asked for', () => {
    const markup = renderToStaticMarkup(<AccuraciesPanel outcome={outcome([])} />);
    expect(markup).toContain('50.0 % ± 5.0');
    expect(markup).not.toContain('to beat');
  });
});
