/** Free room around the plot of a chart, pixels. The axes stand in it. It is the same on every chart. */
export const PLOT = {
  /** Room for the marks of the values; a text of eight characters fits. */
  left: 44,
  right: 8,
  /** Room for the marks of the steps. */
  bottom: 18,
  top: 6,
  /** Room above the plot if it has flags, for one row of labels. */
  topWithFlags: 17,
} as const;
