import type { Plugin } from 'vite';

/** The scales that the page’s charts have. Recharts takes them by name, so a build cannot tell which. */
export const CHART_SCALES = ['Band', 'Linear', 'Log', 'Point'] as const;

const ALL_SCALES = 'victory-vendor/d3-scale';
const USED_SCALES = '\0chart-scales';

/**
 * Gives Recharts only the scales that charts here have. Those of time and colour, with what they need, take
 * 6 kB as compressed. An axis with another scale would be drawn wrongly, so the test of this file looks for
 * one.
 */
export const chartScales: Plugin = {
  name: 'chart-scales',
  apply: 'build',
  enforce: 'pre',
  resolveId: (id) => (id === ALL_SCALES ? USED_SCALES : null),
  load: (id) =>
    id === USED_SCALES
      ? `export { ${CHART_SCALES.map((name) => `scale${name}`).join(', ')} } from 'd3-scale';`
      : null,
};
