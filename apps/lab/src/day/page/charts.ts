/** The charts of the report of `day`, as SVG without scripts: they print, and take the colours of the page. @module */
import type { RoamReport } from '../../roam/run.ts'
import type { SteerReport } from '../../steer/report.ts'
import type { LineReport } from '../../line/report.ts'
import { circle, escaped, line, logScale, path, rect, scale, svg, text } from './svg.ts'

/** Pixels at which a chart is drawn: it is made for a screen, and for a phone. */
export type Width = 760 | 340

const top = 14
/** Room for half of the last label of an axis. */
const right = 32
/** Width of a letter in a chart, at most. */
const letter = 7
const isWide = (width: Width): boolean => width === 760

/** Load of each link of the border over time, as share of its capacity, with the thresholds and what happened. */
export function borderChart({ course, killed }: SteerReport, width: Width): string {
  const { links, thresholds, moments } = course
  const height = isWide(width) ? 260 : 230
  const [left, bottom] = [48, height - 34]
  const end = Math.max(1, ...links.flatMap(({ steps }) => steps.map(([at]) => at)))
  const x = scale([0, end], [left, width - right])
  const y = scale([0, 1.1], [bottom, top + 20])
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) =>
    [
      line({ x1: left, x2: width - right, y1: y(share), y2: y(share), class: 'grid' }),
      text({ x: left - 6, y: y(share) + 4, class: 'end' }, `${share * 100} %`),
    ].join(''),
  )
  const every = end > 150_000 ? 60_000 : 30_000
  const ticks = Array.from({ length: Math.floor(end / every) + 1 }, (_, at) => at * every)
  const times = ticks.map((at) => text({ x: x(at), y: bottom + 16, class: 'middle' }, `${at / 1000} s`))
  const happened = [
    ['surge', moments.surge, 'start'],
    ['proposed', moments.proposal, 'before'],
    ['in force', moments.inForce, 'start'],
    [killed === null ? 'end' : isWide(width) ? 'surge over, then all killed' : 'surge over', moments.measured, 'start'],
  ] as const
  const marks = happened.map(([what, at, side], index) => {
    // What would be cut off at the right stands before its line, below the name there.
    const isCut = x(at) + 4 + what.length * letter > width
    const y = top + 4 + (isCut || (!isWide(width) && index % 2 === 1) ? 13 : 0)
    const place = isCut ? 'before' : side
    const name = text({ x: x(at) + (place === 'start' ? 4 : -4), y, class: place }, what)
    return line({ x1: x(at), x2: x(at), y1: y - 8, y2: bottom, class: 'mark' }) + name
  })
  const curves = links.map(({ steps, capacity }, at) => {
    const points = steps.map(([time, load]) => [x(time), y(Math.min(1.1, load / capacity))] as const)
    return path(points, `link${at % 3}`)
  })
  const bounds = links.slice(0, 1).map(({ link, capacity }) => {
    const known = thresholds.filter(({ byLink }) => byLink[link] !== undefined)
    const points = known.flatMap(({ at, byLink }, index) => {
      const until = known[index + 1]?.at ?? end
      return [at, until].map((time) => [x(time), y(byLink[link]! / capacity)] as const)
    })
    return path(points, 'threshold')
  })
  const label = `Load of the links ${links.map(({ link }) => link).join(', ')} over time, with the threshold of the first one`
  return svg(width, height, label, [...grid, ...times, ...bounds, ...curves, ...marks])
}

/** Each gap of each reader as a point, on a scale of powers of ten. */
export function gapChart({ halves, incidents }: RoamReport, width: Width): string {
  const kinds = [...new Set(incidents.map(({ what }) => what))]
  const rows = kinds.flatMap((kind) =>
    (['vagus', 'https'] as const).map((half) => ({
      name: half === 'vagus' ? `${kind}, Vagus` : `${kind}, HTTPS`,
      half,
      gaps: incidents.flatMap(({ what }, at) => (what === kind ? [halves[half].gapOfEach[at] ?? 0] : [])),
    })),
  )
  const left = isWide(width) ? 130 : 108
  const rowHeight = 26
  const height = top + rows.length * rowHeight + 34
  const x = logScale([10, 10_000], [left, width - right])
  const grid = [10, 100, 1000, 10_000].map(
    (at) =>
      line({ x1: x(at), x2: x(at), y1: top, y2: height - 30, class: 'grid' }) +
      text({ x: x(at), y: height - 12, class: 'middle' }, at < 1000 ? `${at} ms` : `${at / 1000} s`),
  )
  const drawn = rows.map(({ name, half, gaps }, at) => {
    const y = top + (at + 0.5) * rowHeight
    const points = gaps.map((gap) => circle({ cx: x(gap), cy: y, r: 4.5, class: half === 'vagus' ? 'ours' : 'other' }))
    return text({ x: left - 8, y: y + 4, class: 'end' }, escaped(name)) + points.join('')
  })
  return svg(width, height, 'The longest gap of each move, for each reader', [...grid, ...drawn])
}

/** From the median to the 99th percentile, and the worst, on a scale of powers of ten. */
export function lineChart({ stretches, planned, cut }: LineReport, width: Width): string {
  const rows = [
    { name: 'best effort, idle', trips: stretches.idle.roundTrips, mark: 'other' },
    { name: 'best effort, full', trips: stretches.loaded.roundTrips, mark: 'other' },
    { name: 'line, full', trips: stretches.line.roundTrips, mark: 'ours' },
    { name: 'planned move', trips: planned.roundTrips, mark: 'ours' },
    { name: 'link cut', trips: cut.roundTrips, mark: 'ours' },
  ]
  const left = isWide(width) ? 130 : 108
  const rowHeight = 26
  const height = top + rows.length * rowHeight + 34
  const x = logScale([0.01, 1000], [left, width - right])
  const grid = [0.01, 0.1, 1, 10, 100, 1000].map(
    (at) =>
      line({ x1: x(at), x2: x(at), y1: top, y2: height - 30, class: 'grid' }) +
      text({ x: x(at), y: height - 12, class: 'middle' }, isWide(width) ? `${at} ms` : String(at)),
  )
  const drawn = rows.map(({ name, trips: { p50, p99, worst }, mark }, at) => {
    const y = top + (at + 0.5) * rowHeight
    if (p50 === null || p99 === null || worst === null) return text({ x: left - 8, y: y + 4, class: 'end' }, name)
    return [
      text({ x: left - 8, y: y + 4, class: 'end' }, name),
      rect({ x: x(p50), y: y - 3, width: Math.max(1, x(p99) - x(p50)), height: 6, class: mark }),
      line({ x1: x(p99), x2: x(worst), y1: y, y2: y, class: `${mark} thin` }),
      circle({ cx: x(p50), cy: y, r: 4.5, class: mark }),
    ].join('')
  })
  return svg(width, height, 'Round trips: median, 99th percentile and worst', [...grid, ...drawn])
}
