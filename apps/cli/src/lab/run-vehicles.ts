/** `vagus lab run vehicles`: vehicles that roam keep their orders. @module */
import type { PeerName, PeerReport, Situation, VehiclesOptions, VehiclesReport } from '@vagus/lab'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { countOf, countText, octetsText, shareText, unknown } from '../format.ts'
import { resourceText } from '../json.ts'
import type { Paint } from '../paint.ts'
import { type Cell, type Column, table } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from '../wrap.ts'
import { withLab } from './lab-failure.ts'

interface VehiclesCall {
  readonly options: Omit<VehiclesOptions, 'onNews' | 'signal'>
  readonly output: 'json' | 'text'
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Exit code 1 when an order over Vagus was lost, came twice or too late for its successor, or a stop was late and not told. @throws {Failure} */
export async function runVehicles({ options, output, terminal, signal }: VehiclesCall): Promise<ExitCode> {
  const { isKept, vehicles } = await import('@vagus/lab')
  const onNews = (news: string): void => terminal.err(`   ${news}\n`)
  try {
    const report = await withLab(() => vehicles({ ...options, signal, onNews }))
    if (output === 'json') terminal.out(resourceText('VehiclesRun', report))
    else terminal.out(`\n${vehiclesText(report, terminal.columns, terminal.paint)}\n`)
    return isKept('vehicles', report) ? exitCode.ok : exitCode.failed
  } catch (error) {
    if (signal.aborted) return exitCode.interrupted
    throw error
  }
}

const heads: Readonly<Record<PeerName, string>> = { vagus: 'VAGUS', qos0: 'MQTT QOS 0', qos2: 'MQTT QOS 2' }

const words: Readonly<Record<Situation, string>> = {
  none: 'no hand-over',
  planned: 'planned hand-over',
  sudden: 'sudden hand-over',
  'announced-dead-spot': 'dead spot on the map',
  'dead-spot': 'unknown dead spot',
}

export function vehiclesText(report: VehiclesReport, columns: number, paint: Paint): string {
  const { peers, missing, forMs } = report
  const names = (Object.keys(heads) as PeerName[]).filter((name) => peers[name] !== undefined)
  const row = (what: string, of: (peer: PeerReport) => Cell): Cell[] => [what, ...names.map((name) => of(peers[name]!))]
  const none = (count: number): Cell => ({ text: countText(count), paint: count === 0 ? paint.good : paint.bad })
  const situations = Object.keys(words) as Situation[]
  const rows = [
    row('orders arrived', ({ orders: { arrived, given } }) => `${countText(arrived)} of ${countText(given)}`),
    row('  lost', ({ orders }) => none(orders.lost)),
    row('  twice', ({ orders }) => none(orders.twice)),
    row('  out of order', ({ orders }) => none(orders.outOfOrder)),
    row('order to arrival, ms (how many)', () => ''),
    ...situations.map((situation) =>
      row(`  ${words[situation]}`, ({ bySituation }) => timesText(bySituation[situation])),
    ),
    row('stops in time', ({ stops: { met, given } }) => `${countText(met)} of ${countText(given)}`),
    row('  late, not executed, told', ({ stops }) => countText(stops.refused)),
    row('  executed late', ({ stops }) => none(stops.executedLate)),
    row('  lost', ({ stops }) => none(stops.lost)),
    row('seen as moving, lost (of)', () => ''),
    ...situations.flatMap((situation) =>
      situation === 'none' || peers.vagus.seen[situation].incidents === 0
        ? []
        : [
            row(`  ${words[situation]}`, ({ seen }) => {
              const { incidents, moving, lost } = seen[situation]
              return `${moving}, ${lost} (${incidents})`
            }),
          ],
    ),
    row('on the air', ({ octets }) => octetsText(octets)),
    row('radios on, Wi-Fi and 5G', (peer) => radiosText(peer, forMs)),
  ]
  const shape = ['', ...names.map((name) => heads[name])].map((head, at): Column => ({
    head,
    align: at === 0 ? 'left' : 'right',
  }))
  const below = [...(missing === null ? [] : [`nothing beside it: ${missing}`]), '', footOf(report)]
  return [table(shape, rows, columns, paint.strong), '', ...below.flatMap((text) => wrapped(text, columns))].join('\n')
}

function timesText({ lost, times }: PeerReport['bySituation'][Situation]): string {
  const count = lost + (times?.count ?? 0)
  if (count === 0) return unknown
  if (times === null) return `– (${countText(count)})`
  const p95 = times.p95 === null ? unknown : whole(times.p95)
  return `${whole(times.p50)} / ${p95} / ${whole(times.max)} (${countText(count)})`
}

const whole = (milliseconds: number): string => countText(Math.round(milliseconds))

/** On, by radio, on average over the vehicles, and joules a vehicle and hour. */
function radiosText({ radios }: PeerReport, forMs: number): string {
  const mean = (of: (vehicle: PeerReport['radios'][number]) => number): number =>
    radios.reduce((sum, vehicle) => sum + of(vehicle), 0) / radios.length
  const joules = mean(({ wlan0, wwan0 }) => wlan0.joules + wwan0.joules)
  const on = (milliseconds: number): string => shareText(Math.min(1, milliseconds / forMs))
  const shares = [on(mean(({ wlan0 }) => wlan0.busyMs)), on(mean(({ wwan0 }) => wwan0.busyMs))]
  return `${shares.join(', ')}; ${whole((joules * 3_600_000) / forMs)} J/h`
}

function footOf(report: VehiclesReport): string {
  const { vehicles, lasts, stopWithin, seed, provenance, substrate, loadavg } = report
  const [load = 0] = loadavg
  return [
    `${countOf(vehicles, 'vehicle')} for ${lasts / 1000} s, between Wi-Fi (6 ms round trip) and 5G (24 ms)`,
    'times are p50 / p95 / max, p95 of 20 or more, with those given in the 2 s after an incident',
    `a stop has ${stopWithin} ms; over MQTT vehicles know no deadline, as in VDA 5050`,
    'qos 0 is what VDA 5050 says; qos 2 with a persistent session; both without TLS',
    'radios by the energy model, each column as if it were alone; joules compare, and size no battery',
    'lost is who was not heard for a second and had not announced it',
    `seed ${seed}`,
    `commit ${provenance.commit ?? unknown}${provenance.dirty === true ? ' with changes' : ''}`,
    `Linux ${provenance.kernel}`,
    substrate,
    `load average ${load.toFixed(1)} on ${countOf(provenance.cpus.count, 'processor')}`,
  ].join(' · ')
}
