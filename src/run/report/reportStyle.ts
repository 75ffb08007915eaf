const COLOURS = {
  light: ['#b54708', '#0063a6', '#077252', '#6b3fa0', '#c2185b', '#6d4c41'],
  dark: ['#ff9e5e', '#62b6f3', '#43cfa0', '#c4a1f2', '#ff7eb6', '#bcaaa4'],
};

function colours(values: readonly string[]): string {
  return values.map((colour, i) => `.l${i}{--line:${colour}}`).join('');
}

/** The style of a report, for light and dark screens and for paper. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--bg:#fff;--text:#171a1f;--muted:#59616c;--rule:#d3d8df}
${colours(COLOURS.light)}
@media (prefers-color-scheme:dark){:root{--bg:#15181d;--text:#e9ebee;--muted:#a0a9b6;--rule:#383f49}${colours(COLOURS.dark)}}
@media print{:root{color-scheme:light;--bg:#fff;--text:#000;--muted:#333;--rule:#bbb}${colours(COLOURS.light)}figure,tr,li{break-inside:avoid}h2,h3{break-after:avoid}*{print-color-adjust:exact}}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem}
figure{margin:1rem 0}
figcaption,caption{color:var(--muted);font-size:.87em;text-align:left}
svg{max-width:100%}
svg text{fill:var(--muted);font-size:12px}
.grid{stroke:var(--rule);fill:none}
.floor{stroke:var(--muted);stroke-dasharray:6 4;fill:none}
.band{fill:var(--line);opacity:.16}
.curve,.bar{stroke:var(--line);fill:none;stroke-width:1.5}
.seed{fill:var(--line);opacity:.6}
.mean{fill:var(--line);stroke:var(--bg)}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0}
table{border-collapse:collapse;display:block;overflow-x:auto}
th,td{padding:.25rem .7rem;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}
th:first-child{text-align:left;white-space:normal}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--rule);padding:.7rem}
`;
