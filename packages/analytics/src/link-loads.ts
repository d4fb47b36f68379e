/**
 * Load of the operator's links in both directions, from interface counters and from flows. Each end that is a device
 * can measure it: traffic that leaves a enters z. An end with both counters and flows is preferred, so that the two are
 * compared at one interface; then the receiving end, which does not count packets lost on the link.
 * @module
 */
import { coverageOf, type Direction, ipBitsPerSecond } from './coverage.ts'
import type { CounterTable } from './counter-table.ts'
import type { Domain, DomainLinkEnd } from './domain.ts'
import type { InterfaceLoad } from './interface-loads.ts'
import type { Window } from './window.ts'

/** Bits per second; null when unknown. */
export interface DirectionLoad {
  /** `fromCounters` if known, otherwise `fromFlows`. */
  readonly bitsPerSecond: number | null
  /** bitsPerSecond / capacity: 0 idle, 1 full. */
  readonly utilisation: number | null
  /** Of IP packets, from flows. */
  readonly fromFlows: number | null
  /** Of frames, from the interface's counters. */
  readonly fromCounters: number | null
  readonly coverage: number | null
}

export interface LinkLoad {
  readonly name: string
  readonly a: DomainLinkEnd
  readonly z: DomainLinkEnd
  readonly capacity: number
  /** `down` when an end is down; `up` when an end is up and none is down; `unknown` without counter samples. */
  readonly state: 'up' | 'down' | 'unknown'
  readonly aToZ: DirectionLoad
  readonly zToA: DirectionLoad
}

/** An interface as numbers; undefined for an end that is not a device or does not name an interface of it. */
type End = { readonly device: number; readonly ifIndex: number } | undefined

/** One entry per link of the domain, in its order. `loads` and `window` are from `LiveWindow.interfaceLoads`. */
export function linkLoadsOf(
  domain: Pick<Domain, 'devices' | 'links'>,
  loads: readonly InterfaceLoad[],
  counters: CounterTable,
  window: Window,
): readonly LinkLoad[] {
  const endOf = endsOf(domain)
  const loadOf = new Map(loads.map((load) => [`${load.device}/${load.ifIndex}`, load]))
  const view = (end: End, direction: Direction): View => {
    if (end === undefined) return { flow: null, counter: null, ip: null }
    const load = loadOf.get(`${end.device}/${end.ifIndex}`)
    const rates = counters.rates(end.device, end.ifIndex, window)
    return {
      flow: (direction === 'in' ? load?.inBitsPerSecond : load?.outBitsPerSecond) ?? null,
      counter: rates === undefined ? null : direction === 'in' ? rates.inBitsPerSecond : rates.outBitsPerSecond,
      ip: rates === undefined ? null : ipBitsPerSecond(rates, direction),
    }
  }
  return domain.links.map((link): LinkLoad => {
    const a = endOf(link.a)
    const z = endOf(link.z)
    return {
      name: link.name,
      a: link.a,
      z: link.z,
      capacity: link.capacity,
      state: stateOf([a, z], counters),
      aToZ: directionLoadOf(view(z, 'in'), view(a, 'out'), link.capacity),
      zToA: directionLoadOf(view(a, 'in'), view(z, 'out'), link.capacity),
    }
  })
}

/** Measurements of one interface; `ip` is the counter without layer-2 headers. */
interface View {
  readonly flow: number | null
  readonly counter: number | null
  readonly ip: number | null
}

function directionLoadOf(receiver: View, sender: View, capacity: number): DirectionLoad {
  const whole = [receiver, sender].find(({ flow, counter }) => flow !== null && counter !== null)
  const fromFlows = whole?.flow ?? receiver.flow ?? sender.flow
  const fromCounters = whole?.counter ?? receiver.counter ?? sender.counter
  const bitsPerSecond = fromCounters ?? fromFlows
  return {
    bitsPerSecond,
    utilisation: bitsPerSecond === null ? null : bitsPerSecond / capacity,
    fromFlows,
    fromCounters,
    coverage: whole === undefined ? null : coverageOf(whole.flow!, whole.ip!),
  }
}

function stateOf(ends: readonly End[], counters: CounterTable): LinkLoad['state'] {
  const samples = ends.flatMap((end) => (end === undefined ? [] : (counters.latest(end.device, end.ifIndex) ?? [])))
  if (samples.length === 0) return 'unknown'
  return samples.every(({ adminUp, operUp }) => adminUp && operUp) ? 'up' : 'down'
}

function endsOf({ devices }: Pick<Domain, 'devices'>): (end: DomainLinkEnd) => End {
  const known = new Map<string, End>()
  for (const [index, device] of devices.entries()) {
    for (const each of device.interfaces) {
      known.set(`${device.name} ${each.name}`, { device: index + 1, ifIndex: each.index })
    }
  }
  return ({ node, interface: name }) => known.get(`${node} ${name ?? ''}`)
}
