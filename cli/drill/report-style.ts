/** Look of a drill's page: no font, script or picture from elsewhere, so that the file is the whole evidence. */
export const reportStyle = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #16202c; --soft: #5b6775; --line: #d9dee5;
  --good: #14804a; --bad: #c02b2b; --ok-fill: #3b82c4; --bad-fill: #d9534a; --bar: #6d5bd0; --mark: #16202c; }
@media (prefers-color-scheme: dark) {
  :root { --page: #10151c; --card: #19212b; --ink: #e8edf3; --soft: #9aa7b6; --line: #2d3845;
    --good: #4cc38a; --bad: #ff7b72; --ok-fill: #4f9ade; --bad-fill: #e5675f; --bar: #9a8cf0; --mark: #e8edf3; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .75rem; }
p { margin: .4rem 0; }
.soft, small { color: var(--soft); }
.verdict { display: inline-block; padding: .1rem .7rem; border-radius: 1rem; font-weight: 600; border: 2px solid currentColor; }
.passed { color: var(--good); } .failed { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .9rem; margin-top: 1.25rem; }
.tile, figure, .table { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
.tile { padding: .9rem 1rem; }
.tile b { display: block; font-size: 1.7rem; font-variant-numeric: tabular-nums; line-height: 1.2; }
figure { margin: 0; padding: 1rem; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 44rem; height: auto; }
figcaption { color: var(--soft); font-size: .9rem; margin-top: .5rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .5rem .8rem; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: .85rem; }
td.n, th.n { text-align: right; white-space: nowrap; }
svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
svg text.strong { fill: var(--ink); font-weight: 600; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .mark { stroke: var(--mark); stroke-width: 1.5; stroke-dasharray: 4 3; }
svg .ok { fill: var(--ok-fill); } svg .no { fill: var(--bad-fill); } svg .bar { fill: var(--bar); }
svg .bar.bad { fill: var(--bad-fill); }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: .15em; margin-right: .35em; }
`;
