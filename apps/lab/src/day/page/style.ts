/** The style sheet of the report of `day`. @module */

export const style = `
:root { color-scheme: light dark; --text: light-dark(#1c2430, #dfe5ec); --faint: light-dark(#5a6675, #98a5b4);
  --paper: light-dark(#ffffff, #12171d); --rule: light-dark(#dde2e8, #2b343e); --ours: light-dark(#1769b0, #6cb4f2);
  --other: light-dark(#a85a00, #e5a24d); --third: light-dark(#6b4fa0, #b39ddb); --good: light-dark(#1a7340, #63c58b); --bad: light-dark(#b3261e, #f2867e) }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--text); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 800px; margin: 0 auto; padding: 24px 20px 48px }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px }
h2 { font-size: 19px; margin: 36px 0 8px }
h3 { font-size: 15px; margin: 20px 0 4px }
.verdict { font-size: 17px; margin: 0 0 16px }
.good { color: var(--good) } .bad { color: var(--bad); font-weight: 600 }
dl { display: grid; gap: 2px 16px; margin: 0 }
dl div { display: grid; grid-template-columns: 110px 1fr }
dt, .note, figcaption, small { color: var(--faint) }
dd { margin: 0; overflow-wrap: anywhere }
.note, figcaption { font-size: 13.5px; max-width: 72ch }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { text-align: left; vertical-align: top; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--rule); font-weight: 400 }
thead th { color: var(--faint); font-size: 13px }
th[scope=rowgroup] { font-weight: 600; padding-top: 18px }
.figures th[scope=row] { width: 42% }
.attempts th[scope=row] { width: 36% } .attempts td { white-space: nowrap } .attempts td:nth-of-type(2) { white-space: normal; overflow-wrap: anywhere }
.figures strong, .figures td:last-child { white-space: nowrap }
figure { margin: 0 0 24px; break-inside: avoid }
svg { display: block; max-width: 100%; height: auto }
svg text { fill: var(--faint); font-size: 12px; paint-order: stroke; stroke: var(--paper); stroke-width: 3px }
svg .end { text-anchor: end } svg .middle { text-anchor: middle } svg .start, svg .before { fill: var(--text) } svg .before { text-anchor: end }
svg path { fill: none; stroke-width: 1.8 } .grid { stroke: var(--rule) } .mark { stroke: var(--text); stroke-dasharray: 2 3 }
path.link0 { stroke: var(--ours) } path.link1 { stroke: var(--other); stroke-dasharray: 6 3 } path.link2 { stroke: var(--third); stroke-dasharray: 2 2 }
path.threshold { stroke: var(--bad); stroke-width: 1.2; stroke-dasharray: 8 4 }
circle.ours, rect.ours { fill: var(--ours) } circle.other, rect.other { fill: var(--other) }
circle { fill-opacity: .75 } line.thin { stroke-width: 1.5 } line.ours { stroke: var(--ours) } line.other { stroke: var(--other) }
.key::before { content: ''; display: inline-block; width: 18px; margin-right: 5px; vertical-align: middle; border-top: 3px solid var(--ours) }
.key { color: var(--text); margin-right: 8px; white-space: nowrap }
.key.link1::before { border-top: 3px dashed var(--other) } .key.link2::before { border-top: 3px dotted var(--third) }
.key.threshold::before { border-top: 2px dashed var(--bad) } .key.other::before { border-top-color: var(--other) }
pre { padding: 10px 12px; border: 1px solid var(--rule); border-radius: 4px; overflow-wrap: anywhere; white-space: pre-wrap; font-size: 13.5px }
.failed { border-left: 3px solid var(--bad); padding-left: 14px }
.narrow { display: none }
@media (max-width: 600px) {
  main { padding: 16px 14px 32px } .wide { display: none } .narrow { display: block }
  dl div { grid-template-columns: 104px 1fr }
  thead { display: none } table, tbody, tr, th, td { display: block; width: auto }
  tr { border-bottom: 1px solid var(--rule); padding: 6px 0 } th, td { border: 0; padding: 0 } .figures th[scope=row], .attempts th[scope=row] { width: auto } .figures td:last-child, .attempts td { white-space: normal }
  td.empty { display: none } td[data-of]::before { content: attr(data-of) ' '; color: var(--faint); font-size: 13px }
}
@media print { :root { color-scheme: light } body { font-size: 10.5pt } main { padding: 0; max-width: none } h2 { break-after: avoid } tr { break-inside: avoid } }
`
