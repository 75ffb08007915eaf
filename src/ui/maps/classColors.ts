/**
 * Okabe and Ito's colours, for ten classes. Grey, brown and violet replace black, because they show on both
 * themes.
 */
const CLASS_COLORS = [
  '#56b4e9',
  '#e69f00',
  '#009e73',
  '#d55e00',
  '#f0e442',
  '#0072b2',
  '#cc79a7',
  '#999999',
  '#8c5a2b',
  '#7b4fc9',
] as const;

export function classColor(label: number): string {
  return CLASS_COLORS[label % CLASS_COLORS.length]!;
}
