/** Which figures of each scenario are compared over runs, and where they are in its report. @module */
import { border, type Group, killed, moves, privateLine, strangers } from '../day/specs.ts'
import type { Parts } from '../day/parts.ts'
import type { Unit } from '../day/values.ts'
import type { DivertReport, DivertRun } from '../divert/report.ts'
import type { NatReport } from '../nat/report.ts'
import type { PeerName } from '../vehicles/peers.ts'
import type { PeerReport, VehiclesReport } from '../vehicles/report.ts'
import type { Outcome } from '../wired/evaluate.ts'
import type { WiredReport } from '../wired/report.ts'

/** What each scenario reports that can be repeated. */
export interface Repeatable extends Parts {
  readonly wired: WiredReport
  readonly nat: NatReport
  readonly vehicles: VehiclesReport
  readonly divert: DivertReport
}
export type RepeatableName = keyof Repeatable

export interface Reading {
  readonly what: string
  readonly unit: Unit
  /** Null: this run has none. */
  readonly value: number | null
}

/** In the order in which they are shown; the same of every run with the same options. */
export const readingsOf = <Name extends RepeatableName>(name: Name, report: Repeatable[Name]): readonly Reading[] =>
  readers[name](report)

const readers: { readonly [Name in RepeatableName]: (report: Repeatable[Name]) => readonly Reading[] } = {
  steer: (report) => [...read(border, report), ...(report.killed === null ? [] : read(killed, report))],
  roam: (report) => read(moves, report),
  line: (report) => read(privateLine, report),
  intruder: (report) => read(strangers, report),
  wired: ({ halves, killed: { withdrawnAfter, backAfter }, attachedAfter }) => [
    ...outcome('one address', halves.vagus),
    ...outcome('other address', halves.without),
    ...outcome('one LAN', halves.lan),
    { what: 'until an edge had attached it, the longest', unit: 'time', value: Math.max(...attachedAfter) },
    { what: 'agent killed: until the route was gone', unit: 'time', value: withdrawnAfter },
    { what: 'agent killed: until it was back', unit: 'time', value: backAfter },
  ],
  nat: ({ cells }) => [
    { what: 'pairs with a direct path', unit: 'count', value: cells.filter(({ path }) => path === 'direct').length },
    { what: 'pairs without any path', unit: 'count', value: cells.filter(({ path }) => path === 'none').length },
    { what: 'messages lost', unit: 'count', value: cells.reduce((sum, { lost }) => sum + lost, 0) },
    ...cells.flatMap(({ ends, directAfter, cutGap }): readonly Reading[] => [
      { what: `${ends.join('-')}: until data went directly`, unit: 'time', value: directAfter },
      { what: `${ends.join('-')}: gap when that was cut`, unit: 'time', value: cutGap },
    ]),
  ],
  vehicles: ({ peers }) =>
    (Object.entries(peers) as [PeerName, PeerReport][]).flatMap(([name, { orders, bySituation, stops }]) => [
      { what: `${name}: orders lost`, unit: 'count', value: orders.lost },
      { what: `${name}: orders twice`, unit: 'count', value: orders.twice },
      { what: `${name}: stops executed late`, unit: 'count', value: stops.executedLate },
      ...Object.entries(bySituation).map(([situation, { times }]): Reading => ({
        what: `${name}: order to arrival, median (${situation})`,
        unit: 'time',
        value: times?.p50 ?? null,
      })),
    ]),
  divert: ({ filled, quiet, killed }) => [
    ...Object.entries(filled).flatMap(([name, run]) => strategy(name, run)),
    ...Object.entries(quiet).flatMap(([name, run]) => strategy(`${name}, no others`, run)),
    ...(killed === null ? [] : strategy('aware, killed', killed)),
  ],
}

/** Of one strategy. */
const strategy = (whose: string, run: DivertRun): readonly Reading[] => [
  { what: `${whose}: tasks in time`, unit: 'share', value: run.tasks === 0 ? null : run.inTime / run.tasks },
  { what: `${whose}: done after, p95`, unit: 'time', value: run.p95 },
  { what: `${whose}: tasks lost`, unit: 'count', value: run.lost },
  { what: `${whose}: tasks done twice`, unit: 'count', value: run.twice },
  { what: `${whose}: delay of others on the full link, p99`, unit: 'time', value: run.others.p99 },
]

const read = <Part extends keyof Parts>({ specs }: Group<Part>, report: Parts[Part]): readonly Reading[] =>
  specs.flatMap(({ what, unit, ours, beside }) => [
    { what, unit, value: ours(report) ?? null },
    ...(beside === undefined ? [] : [{ what: `${what}: ${beside.what}`, unit, value: beside.of(report) ?? null }]),
  ])

const outcome = (whose: string, { lost, kinds }: Outcome): readonly Reading[] => [
  { what: `${whose}: datagrams lost`, unit: 'count', value: lost },
  ...(['planned', 'sudden'] as const).map((kind): Reading => {
    return { what: `${whose}: gap of ${kind} moves, median`, unit: 'time', value: kinds[kind]?.gaps.p50 ?? null }
  }),
]
