/** Every colour has a contrast of 4.5 or more with its background, in both schemes; __tests__/browser measures it. */
export const STYLE = `
:root {
  color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #545d68; --line: #c3cad2;
  --shade: #f3f5f7; --accent: #0a58b5; --bad: #b3161b; --doubt: #8a5300;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --ink: #e4e8ec; --soft: #a3adb8; --line: #434c57; --shade: #1d232a;
    --accent: #7db8ff; --bad: #ff8a85; --doubt: #f0b45c;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
header, main, footer, nav { max-width: 75rem; margin: 0 auto; padding: 0 1rem; }
h1 { margin: 1.5rem 0 .25rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .75rem; padding-top: .5rem; border-top: 1px solid var(--line); font-size: 1.3rem; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1.05rem; }
p { max-width: 46rem; margin: .5rem 0; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; background: var(--paper); padding: .5rem 1rem; }
.skip:focus { left: 0; z-index: 1; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .25rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin: 1rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
ul { margin: 0; padding-left: 1.1rem; }
td ul, th ul, dd ul { padding: 0; list-style: none; }
code { font: .85em/1.4 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
small { display: block; color: var(--soft); font-weight: 400; }
table { width: 100%; margin: 1rem 0 1.5rem; border-collapse: collapse; font-size: .9rem; }
caption { padding: .25rem 0; color: var(--soft); text-align: left; }
th, td {
  padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; overflow-wrap: anywhere;
}
thead th { color: var(--soft); font-weight: 600; overflow-wrap: normal; }
tbody th { min-width: 7rem; }
td li + li { margin-top: .25rem; }
.matrix td, .matrix th { min-width: 5.5rem; }
.wide { overflow-x: auto; }
figure { margin: 1rem 0; padding: .5rem; border: 1px solid var(--line); background: var(--paper); }
figure svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figure .phone { display: none; }
.warnings { padding: .75rem 1rem .75rem 2rem; border-left: 4px solid var(--doubt); background: var(--shade); }
.denied-text { color: var(--bad); font-weight: 600; }
.depends-text { color: var(--doubt); font-weight: 600; }
footer { margin-top: 3rem; padding-bottom: 2rem; color: var(--soft); font-size: .9rem; }
svg text { fill: var(--ink); font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
svg .name { font-size: 14px; font-weight: 700; }
svg .kind, svg .text, svg .namespace text { fill: var(--soft); }
svg .namespace text { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
svg .namespace rect { fill: var(--shade); stroke: var(--line); }
svg .own > rect, svg .outside > rect { fill: var(--paper); stroke: var(--ink); }
svg .outside > rect { stroke: var(--soft); stroke-dasharray: 3 3; }
svg .edge path { fill: none; stroke: var(--soft); stroke-width: 1.5; }
svg .edge polygon { fill: var(--soft); }
svg .joins path { stroke: var(--accent); stroke-width: 2.5; }
svg .joins polygon { fill: var(--accent); }
svg .may-call path { stroke-dasharray: 5 4; }
svg .denied path { stroke: var(--bad); stroke-width: 2.5; stroke-dasharray: 2 4; }
svg .denied polygon { fill: var(--bad); }
svg .label rect { fill: var(--paper); stroke: var(--line); }
svg .label.denied text { fill: var(--bad); font-weight: 700; }
@media screen and (max-width: 44rem) {
  figure .desk { display: none; }
  figure .phone { display: block; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
  table:not(.matrix), table:not(.matrix) :is(tbody, tr, td, tbody th, caption) { display: block; }
  table:not(.matrix) thead {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
    white-space: nowrap;
  }
  table:not(.matrix) tr { margin-bottom: .75rem; border: 1px solid var(--line); padding: .25rem .75rem; }
  table:not(.matrix) :is(td, tbody th) { border: 0; padding: .2rem 0; }
  table:not(.matrix) tbody td { display: grid; grid-template-columns: 6.5rem 1fr; gap: .5rem; }
  table:not(.matrix) tbody td::before {
    content: attr(data-head); color: var(--soft); font-size: .8rem; line-height: 1.8;
  }
}
@media print {
  :root {
    color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #999; --shade: #f3f5f7;
    --accent: #0a58b5; --bad: #b3161b; --doubt: #8a5300;
  }
  body { font-size: 10pt; }
  nav, .skip { display: none; }
  header, main, footer { max-width: none; padding: 0; }
  h2, h3, caption { break-after: avoid; }
  tr, figure { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; }
  figure .desk { display: none; }
  figure .phone { display: block; min-width: 0 !important; max-height: 20cm; }
  table { font-size: 8.5pt; }
  thead, tbody tr:first-child { break-before: avoid; }
}
@page { margin: 1.5cm; }
`;
