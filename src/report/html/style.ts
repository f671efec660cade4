/** The page's own style: light and dark by the reader's setting, and black on white on paper. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --muted: #57606a; --line: #d0d7de; --panel: #f6f8fa; --page: #ffffff;
  --pass: #116329; --warn: #7d4e00; --fail: #a40e26; --skip: #57606a; --error: #6e2fa8 }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --muted: #9198a1; --line: #3d444d; --panel: #151b23;
  --page: #0d1117; --pass: #5fd47c; --warn: #e3b341; --fail: #ff7b72; --skip: #9198a1; --error: #d2a8ff } }
body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text);
  background: var(--page) }
h1 { font-size: 1.5rem; line-height: 1.3 } h2 { font-size: 1.15rem; margin-top: 2rem } h3 { font-size: 1rem }
pre, code { font: 0.875rem/1.45 ui-monospace, Consolas, monospace }
pre { padding: 0.7rem 0.9rem; overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 6px }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.6rem; border: 1px solid var(--line) }
td code { white-space: nowrap } td code.long { overflow-wrap: anywhere; white-space: normal }
th { background: var(--panel) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem } dt { color: var(--muted) }
dd { margin: 0; overflow-wrap: anywhere }
section.cause { border-left: 4px solid var(--line); padding-left: 1rem; margin: 1.2rem 0 }
.pass { color: var(--pass) } .warn { color: var(--warn) } .fail { color: var(--fail) } .skip { color: var(--skip) }
.error { color: var(--error) } .muted { color: var(--muted) }
.word { font-weight: 700; white-space: nowrap } 
svg.paths { max-width: 100%; height: auto; font: 13px system-ui, sans-serif }
svg.paths text { fill: var(--text) } svg.paths .title { font-weight: 700 } svg.paths .target, svg.paths .code {
  font-size: 11px; fill: var(--muted) }
svg.paths rect { fill: var(--panel); stroke: var(--line); stroke-width: 1.5 }
svg.paths .link { fill: none; stroke: var(--muted); stroke-width: 1.8 }
svg.paths .open rect, svg.paths .link.open { stroke: var(--pass) }
svg.paths .open .state { fill: var(--pass) }
svg.paths .blocked rect, svg.paths .link.blocked { stroke: var(--fail); stroke-width: 2.2 }
svg.paths .blocked .state { fill: var(--fail); font-weight: 700 }
svg.paths .undecided rect, svg.paths .link.undecided { stroke: var(--warn); stroke-dasharray: 5 3 }
svg.paths .undecided .state { fill: var(--warn) }
svg.paths .not-checked rect, svg.paths .link.not-checked, svg.paths .testing rect, svg.paths .link.testing {
  stroke-dasharray: 2 3 }
@media print { :root { --text: #000; --muted: #333; --line: #999; --panel: #fff; --page: #fff; --pass: #0a5c20;
  --warn: #6b4300; --fail: #8f0b20; --skip: #333; --error: #55248a }
  body { margin: 0; max-width: none; font-size: 10pt } pre { white-space: pre-wrap; overflow-wrap: anywhere }
  section, table, svg, pre { break-inside: avoid } h2, h3 { break-after: avoid } }
`
