/** The figures of the scenario `day`: where each is in the reports of its parts, what stands beside it, and what the aim is. @module */
import type { DayRun, Parts } from './parts.ts'

/** `share`: 0..1. `time`: milliseconds. */
export type Unit = 'share' | 'time' | 'count'

export interface Values {
  /** Of each run that has it, in their order. */
  readonly all: readonly number[]
  readonly median: number
  readonly least: number
  readonly most: number
}

export interface Figure {
  readonly part: string
  readonly what: string
  readonly unit: Unit
  /** Null: no run has it. */
  readonly ours: Values | null
  /** The same without Vagus, in the same run. */
  readonly beside: { readonly what: string; readonly values: Values | null } | null
  readonly aim: {
    /** As people read it, such as `at most 0.3 s`. */
    readonly text: string
    /** Whether each run met it; null: no run has the figure. */
    readonly met: boolean | null
  } | null
}

/** What it is compared with is the value beside it where there is no limit. */
type Aim = { readonly is: 'at most' | 'at least'; readonly limit: number } | { readonly is: 'less than beside' }

interface Spec<Part extends keyof Parts> {
  readonly what: string
  readonly unit: Unit
  readonly ours: (report: Parts[Part]) => number | null | undefined
  readonly beside?: { readonly what: string; readonly of: (report: Parts[Part]) => number | null | undefined }
  readonly aim?: Aim
}

interface Group<Part extends keyof Parts> {
  readonly part: Part
  readonly title: string
  readonly specs: readonly Spec<Part>[]
}

const none: Aim = { is: 'at most', limit: 0 }
/** Milliseconds: hold time of the sessions between routers and the agents beside them (RFC 4271 §4.2). */
const holdTime = 9000

const fullest = ({ links }: Parts['steer']['stretches']['usual']): number =>
  Math.max(...links.map(({ mean, capacity }) => mean / capacity))

const border: Group<'steer'> = {
  part: 'steer',
  title: 'A border link that fills',
  specs: [
    {
      what: 'packets lost in the surge',
      unit: 'share',
      ours: ({ stretches }) => stretches.after.lost,
      beside: { what: 'no action', of: ({ stretches }) => stretches.noAction.lost },
      aim: { is: 'less than beside' },
    },
    {
      what: 'load of the fullest link, of its capacity',
      unit: 'share',
      ours: ({ stretches }) => fullest(stretches.after),
      beside: { what: 'no action', of: ({ stretches }) => fullest(stretches.noAction) },
      aim: { is: 'less than beside' },
    },
    {
      what: 'from the surge to a proposal',
      unit: 'time',
      ours: ({ firstProposal }) => firstProposal.after,
      beside: { what: 'alarm at a fixed 80 %', of: ({ static80After }) => static80After },
    },
    { what: 'from the approval until all agents agreed', unit: 'time', ours: ({ approval }) => approval?.agreed },
    { what: 'from the approval to relief', unit: 'time', ours: ({ approval }) => approval?.relief },
    {
      what: 'routes that the neighbour had not before',
      unit: 'count',
      ours: ({ newPrefixes, newPlaces }) => newPrefixes.length + newPlaces.length,
      aim: none,
    },
  ],
}

const killed: Group<'steer'> = {
  part: 'steer',
  title: 'Controller and agents killed at once (kill -9)',
  specs: [
    {
      what: 'until the neighbour has the routes of before',
      unit: 'time',
      ours: ({ killed }) => killed?.routesAsBefore,
      aim: { is: 'at most', limit: holdTime },
    },
    {
      what: 'echoes over the border lost meanwhile',
      unit: 'count',
      ours: ({ killed }) => killed?.probes.lost,
      aim: none,
    },
    { what: 'of echoes sent', unit: 'count', ours: ({ killed }) => killed?.probes.sent },
  ],
}

const moves: Group<'roam'> = {
  part: 'roam',
  title: 'A stream that a moving agent reads',
  specs: [
    {
      what: 'events lost',
      unit: 'count',
      ours: ({ halves }) => halves.vagus.lost,
      beside: { what: 'A2A SDK over HTTPS', of: ({ halves }) => halves.https.lost },
      aim: none,
    },
    {
      what: 'events twice',
      unit: 'count',
      ours: ({ halves }) => halves.vagus.duplicated,
      beside: { what: 'A2A SDK over HTTPS', of: ({ halves }) => halves.https.duplicated },
      aim: none,
    },
    {
      what: 'gap in a planned move, median',
      unit: 'time',
      ours: ({ halves }) => halves.vagus.gaps.planned?.p50,
      beside: { what: 'A2A SDK over HTTPS', of: ({ halves }) => halves.https.gaps.planned?.p50 },
      aim: { is: 'less than beside' },
    },
    {
      what: 'gap in a sudden move, the longest',
      unit: 'time',
      ours: ({ halves }) => halves.vagus.gaps.sudden?.max,
      beside: { what: 'A2A SDK over HTTPS', of: ({ halves }) => halves.https.gaps.sudden?.max },
      aim: { is: 'at most', limit: 300 },
    },
  ],
}

const privateLine: Group<'line'> = {
  part: 'line',
  title: 'A private line in a full network',
  specs: [
    {
      what: 'round trip under load, p99',
      unit: 'time',
      ours: ({ stretches }) => stretches.line.roundTrips.p99,
      beside: { what: 'best effort', of: ({ stretches }) => stretches.loaded.roundTrips.p99 },
      aim: { is: 'less than beside' },
    },
    {
      what: 'TCP under load, of the ordered rate',
      unit: 'share',
      ours: ({ stretches, order }) => stretches.line.goodput / order.bitsPerSecond,
      beside: { what: 'best effort', of: ({ stretches, order }) => stretches.loaded.goodput / order.bitsPerSecond },
      aim: { is: 'at least', limit: 0.95 },
    },
    {
      what: 'from the order until it is active',
      unit: 'time',
      ours: ({ order }) => order.command,
      aim: { is: 'at most', limit: 5000 },
    },
    { what: 'probes lost in a planned move', unit: 'count', ours: ({ planned }) => planned.roundTrips.lost, aim: none },
    { what: 'gap when a link of it is cut', unit: 'time', ours: ({ cut }) => cut.roundTrips.gap },
    {
      what: 'probes lost while a program is dead',
      unit: 'count',
      ours: ({ dead }) => dead.controller.lost + dead.device.lost,
      aim: none,
    },
    {
      what: 'packets with a forged SID that are answered',
      unit: 'count',
      ours: ({ spoof }) => spoof.answered,
      aim: none,
    },
    { what: 'left on routers after the release', unit: 'count', ours: ({ release }) => release.left.length, aim: none },
  ],
}

const strangers: Group<'intruder'> = {
  part: 'intruder',
  title: 'Those who should not get in',
  specs: [
    { what: 'attempts that got in', unit: 'count', ours: ({ gotIn }) => gotIn, aim: none },
    {
      what: 'ports that answer a stranger',
      unit: 'count',
      ours: ({ unenrolled }) => unenrolled.answeredPorts,
      aim: none,
    },
    { what: 'of ports asked', unit: 'count', ours: ({ unenrolled }) => unenrolled.askedPorts },
    {
      what: 'replayed packets that were executed',
      unit: 'count',
      ours: ({ handshakes }) => handshakes.executed,
      aim: none,
    },
    { what: "a member's call during a flood", unit: 'time', ours: ({ handshakes }) => handshakes.callDuringFlood },
    {
      what: 'quarantine until no session is left',
      unit: 'time',
      ours: ({ quarantine: { lastSession, published } }) =>
        lastSession === null || published === null ? null : Math.max(0, lastSession - published),
      aim: { is: 'at most', limit: 1000 },
    },
    {
      what: 'quarantine until the stream is cut',
      unit: 'time',
      ours: ({ quarantine: { streamCut, published } }) =>
        streamCut === null || published === null ? null : Math.max(0, streamCut - published),
      aim: { is: 'at most', limit: 1000 },
    },
    { what: "events of a member's stream lost meanwhile", unit: 'count', ours: ({ stream }) => stream.lost, aim: none },
    {
      what: 'sockets on every address by default',
      unit: 'count',
      ours: ({ defaults }) => defaults.everywhere.length,
      aim: none,
    },
  ],
}

/** Of all runs, in the order in which they are shown. */
export const figuresOf = (runs: readonly DayRun[]): readonly Figure[] => [
  ...figuresIn(border, runs),
  ...figuresIn(killed, runs),
  ...figuresIn(moves, runs),
  ...figuresIn(privateLine, runs),
  ...figuresIn(strangers, runs),
]

function figuresIn<Part extends keyof Parts>(
  { part, title, specs }: Group<Part>,
  runs: readonly DayRun[],
): readonly Figure[] {
  const reports = runs.flatMap((run): readonly Parts[Part][] => {
    const report: Parts[Part] | undefined = run[part]
    return report === undefined ? [] : [report]
  })
  return specs.map(({ what, unit, ours, beside, aim }) => ({
    part: title,
    what,
    unit,
    ours: valuesOf(reports.map(ours)),
    beside: beside === undefined ? null : { what: beside.what, values: valuesOf(reports.map(beside.of)) },
    aim:
      aim === undefined
        ? null
        : {
            text: aimText(aim, unit),
            met: metIn(
              aim,
              reports.map((report) => [ours(report), beside?.of(report)]),
            ),
          },
  }))
}

/** Null without any. Of an even number, the median is the mean of the two in the middle. */
export function valuesOf(given: readonly (number | null | undefined)[]): Values | null {
  const all = given.filter((value) => value !== null && value !== undefined)
  if (all.length === 0) return null
  const sorted = all.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { all, median, least: sorted[0]!, most: sorted.at(-1)! }
}

type Pair = readonly [ours: number | null | undefined, beside: number | null | undefined]

/** A run in which the figure was not reached has not met it. */
function metIn(aim: Aim, pairs: readonly Pair[]): boolean | null {
  if (pairs.length === 0) return null
  return pairs.every(([ours, beside]) => {
    if (ours === null || ours === undefined) return false
    if (aim.is === 'at most') return ours <= aim.limit
    if (aim.is === 'at least') return ours >= aim.limit
    if (beside === null || beside === undefined) return false
    return ours < beside
  })
}

function aimText(aim: Aim, unit: Unit): string {
  if (!('limit' in aim)) return 'less than beside it'
  return aim.limit === 0 ? '0' : `${aim.is} ${valueText(aim.limit, unit).replace('.00 ', ' ')}`
}

const second = 1000

/** `12.3 %`, `84 ms`, `2.21 s`, `983,025` */
export function valueText(value: number, unit: Unit): string {
  if (unit === 'share') return `${(value * 100).toFixed(value * 100 < 9.95 && value !== 0 ? 1 : 0)} %`
  if (unit === 'time')
    return value < second
      ? `${value < 9.95 && value !== 0 ? value.toFixed(2) : value.toFixed(0)} ms`
      : `${(value / second).toFixed(value < 10 * second ? 2 : 1)} s`
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 })
}

/** The range where it shows, with its unit once if that is the same: `71–102 ms`. */
export function rangeText(values: Values | null, unit: Unit): string | null {
  if (values === null) return null
  const [least, most] = [valueText(values.least, unit), valueText(values.most, unit)]
  if (least === most) return null
  const [[low, of], [, ofMost]] = [least.split(' '), most.split(' ')] as [string[], string[]]
  return of === ofMost ? `${low}–${most}` : `${least} – ${most}`
}

/** The median, and the range where there is one: `84 ms (71–102 ms)` */
export function valuesText(values: Values | null, unit: Unit): string {
  if (values === null) return '–'
  const range = rangeText(values, unit)
  return `${valueText(values.median, unit)}${range === null ? '' : ` (${range})`}`
}
