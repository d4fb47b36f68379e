/** The report of `day` as one HTML file: nothing is loaded, no script runs, it is light and dark, and prints. @module */
import type { Figure } from '../figures.ts'
import { type DayReport, isWhole } from '../report.ts'
import { borderChart, gapChart, lineChart, type Width } from './charts.ts'
import { rangeText, valueText } from '../values.ts'
import { style } from './style.ts'
import { escaped } from './svg.ts'

const title = 'A day in the lab'

export function pageOf(report: DayReport): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title} · Vagus ${escaped(report.provenance.commit ?? report.provenance.version)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p class="verdict">${verdict(report)}</p>
${conditions(report)}
</header>
${failures(report)}
<section><h2>Figures</h2>
${figureTable(report.figures)}
<p class="note">${note(report)}</p>
</section>
${charts(report)}
${attempts(report)}
${repeating(report)}
</main>
</body>
</html>
`
}

function verdict(report: DayReport): string {
  const aims = report.figures.flatMap(({ aim }) => (aim === null ? [] : [aim.met]))
  const [met, missed] = [true, false].map((what) => aims.filter((one) => one === what).length) as [number, number]
  const open = aims.length - met - missed
  const parts = [
    `${met} of ${aims.length} aims met`,
    ...(missed > 0 ? [`${missed} missed`] : []),
    ...(open > 0 ? [`${open} not measured`] : []),
  ]
  return `<span class="${isWhole(report) ? 'good' : 'bad'}">${isWhole(report) ? '✓' : '✗'}</span> ${parts.join(', ')}`
}

function conditions({ provenance, substrate, settings, loadavg, seconds }: DayReport): string {
  const { version, commit, dirty, node, kernel, cpus, startedAt } = provenance
  const rows = [
    ['started', startedAt.replace('T', ' ').replace(/\..*/, ' UTC')],
    [
      'took',
      `${Math.floor(seconds / 60)} min ${seconds % 60} s, ${settings.repeat === 1 ? 'once' : `${settings.repeat} times`}`,
    ],
    ['Vagus', `${version}, commit ${commit ?? 'unknown'}${dirty === true ? ' with changes' : ''}, Node ${node}`],
    ['machine', `Linux ${kernel}, ${cpus.count} × ${cpus.model}, ${substrate ?? 'no network was made'}`],
    ['load average', `${provenance.loadavg[0]?.toFixed(2)} before, ${loadavg[0]?.toFixed(2)} after`],
    ['seed', settings.repeat === 1 ? String(settings.seed) : `${settings.seed}–${settings.seed + settings.repeat - 1}`],
  ]
  return `<dl>${rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${escaped(value!)}</dd></div>`).join('')}</dl>`
}

function failures({ failures }: DayReport): string {
  if (failures.length === 0) return ''
  const items = failures.map(({ run, part, problem }) => `<li>${part}, run ${run}: ${escaped(problem)}</li>`)
  return `<section class="failed"><h2>Did not come to their end</h2><ul>${items.join('')}</ul></section>`
}

function figureTable(figures: readonly Figure[]): string {
  const groups = Map.groupBy(figures, ({ part }) => part)
  const bodies = [...groups].map(
    ([part, own]) =>
      `<tbody><tr><th colspan="4" scope="rowgroup">${escaped(part)}</th></tr>${own.map(figureRow).join('')}</tbody>`,
  )
  return `<table class="figures"><thead><tr><th scope="col">figure</th><th scope="col">Vagus</th><th scope="col">beside it</th><th scope="col">aim</th></tr></thead>${bodies.join('')}</table>`
}

function figureRow({ what, unit, ours, beside, aim }: Figure): string {
  const other =
    beside === null
      ? ''
      : `${medianText(beside.values, unit)}${rangeOf(beside.values, unit)} <small>${escaped(beside.what)}</small>`
  const mark =
    aim === null || aim.met === null ? '' : aim.met ? '<span class="good">✓</span> ' : '<span class="bad">✗</span> '
  const cells = [
    ['Vagus', `<strong>${medianText(ours, unit)}</strong>${rangeOf(ours, unit)}`],
    ['beside it', other],
    ['aim', aim === null ? '' : `${mark}${escaped(aim.text)}`],
  ]
  const drawn = cells.map(([name, cell]) => `<td data-of="${name}"${cell === '' ? ' class="empty"' : ''}>${cell}</td>`)
  return `<tr><th scope="row">${escaped(what)}</th>${drawn.join('')}</tr>`
}

const medianText = (values: Figure['ours'], unit: Figure['unit']): string =>
  values === null ? '–' : valueText(values.median, unit)

function rangeOf(values: Figure['ours'], unit: Figure['unit']): string {
  const range = rangeText(values, unit)
  return range === null ? '' : ` <small>${range}</small>`
}

const note = ({ settings }: DayReport): string =>
  `${settings.repeat === 1 ? 'One run: a single value says nothing about its spread.' : `Medians of ${settings.repeat} runs, with their range.`} An aim is met when every run met it. “–”: not reached, or not measured.`

/** Of the first run that has it; a screen and a phone get a drawing each. */
function charts({ runs }: DayReport): string {
  const both = (draw: (width: Width) => string): string =>
    `<div class="wide">${draw(760)}</div><div class="narrow">${draw(340)}</div>`
  const drawn: string[] = []
  const steer = runs.find((run) => run.steer !== undefined)?.steer
  if (steer !== undefined) {
    const names = steer.course.links.map(({ link }, at) => `<span class="key link${at % 3}">${escaped(link)}</span>`)
    const caption = `${names.join(' ')} <span class="key threshold">threshold of the first</span> Share of the capacity, each second, by the neighbour’s own shapers. A surge begins, the controller proposes moves, an operator approves, and agents beside the routers agree on a MED each.`
    drawn.push(
      figure(
        'Load of the border',
        both((width) => borderChart(steer, width)),
        caption,
      ),
    )
  }
  const roam = runs.find((run) => run.roam !== undefined)?.roam
  if (roam !== undefined) {
    const caption = `<span class="key ours">Vagus</span> <span class="key other">A2A SDK over HTTPS</span> A point for each move. ${roam.sent} events, one every ${roam.interval} ms. Both readers give a silent stream up after ${roam.reader.stall / 1000} s; nothing tells a program over HTTPS of a planned move.`
    drawn.push(
      figure(
        'Gaps in the stream of a moving agent',
        both((width) => gapChart(roam, width)),
        caption,
      ),
    )
  }
  const line = runs.find((run) => run.line !== undefined)?.line
  if (line !== undefined) {
    const caption = `Point: median. Bar: to the 99th percentile. Line: to the worst. ICMP echoes every 10 ms, answered by kernels, while other sites send ${(line.crossLoad / 1e6).toFixed(0)} Mbit/s into a link of ${line.capacity / 1e6} Mbit/s.`
    drawn.push(
      figure(
        'Round trips of a private line',
        both((width) => lineChart(line, width)),
        caption,
      ),
    )
  }
  return drawn.length === 0 ? '' : `<section><h2>Courses</h2>${drawn.join('')}</section>`
}

const figure = (name: string, drawing: string, caption: string): string =>
  `<figure><h3>${name}</h3>${drawing}<figcaption>${caption}</figcaption></figure>`

function attempts({ runs }: DayReport): string {
  const intruder = runs.find((run) => run.intruder !== undefined)?.intruder
  if (intruder === undefined) return ''
  const rows = intruder.attempts.map(
    ({ what, times, outcome, gotIn }) =>
      `<tr><th scope="row">${escaped(what)}</th><td data-of="tried">${times.toLocaleString('en-US')}</td><td data-of="came of it">${escaped(outcome)}</td><td data-of="got in"><span class="${gotIn === 0 ? 'good' : 'bad'}">${gotIn}</span></td></tr>`,
  )
  return `<section><h2>What an intruder tried</h2><table class="attempts"><thead><tr><th scope="col">tried</th><th scope="col">times</th><th scope="col">what came of it</th><th scope="col">got in</th></tr></thead><tbody>${rows.join('')}</tbody></table></section>`
}

function repeating({ settings: { repeat, seed } }: DayReport): string {
  return `<section><h2>Repeat it</h2><pre>vagus lab run day --repeat ${repeat} --seed ${seed} --report DIR</pre><p class="note">Routers are FRR in namespaces of one machine, and everything of Vagus is what runs in production. Delays of access networks are emulated; links have a capacity and a queue, and no delay. Times depend on the machine: compare what stands side by side. <code>report.json</code>, beside this file, has every figure of every run.</p></section>`
}
