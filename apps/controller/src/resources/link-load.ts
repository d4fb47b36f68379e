/**
 * Load of one link over time: by counters over the last hour, by flows where those know too little of it or for longer. A
 * window that began before the state did is cut to what is known of it, so that steps are as fine as that allows.
 * @module
 */
import { apiVersion, type LinkLoad } from '@vagus/api'
import { historyLength, historyStep } from '../domain/load-history.ts'
import type { ConfiguredLink, MeasuringEnd } from '../domain/directory.ts'
import { knownOf, recordLagOf, stepsEnd, type View } from '../domain/view.ts'
import { windowText } from './windows.ts'

/** Steps of an answer from flows, at most. */
const maxSteps = 360
const minFlowStep = 10_000
/** Records come ten seconds late or later: of a shorter window, of a state that is young, they know too little. Milliseconds. */
const leastForFlows = 60_000
/** Share of a window that counters must know; else flows tell it, if they know anything. */
const leastCounted = 0.5

type Asked = Pick<View, 'now' | 'since' | 'report' | 'config' | 'measurements' | 'directory' | 'exportersAt' | 'store'>

/** `wanted` in milliseconds; undefined when there is no such link. */
export async function linkLoadOf(view: Asked, name: string, wanted: number): Promise<LinkLoad | undefined> {
  const link = view.config.links.find((one) => one.name === name)
  if (link === undefined) return undefined
  const now = view.now()
  const window = Math.min(wanted, Math.max(minFlowStep, now - view.since))
  const history =
    window <= historyLength * historyStep ? view.measurements.history.series(name, window, now) : undefined
  if (history === undefined || (window >= leastForFlows && shareKnown(history) < leastCounted)) {
    const flows = await fromFlows(view, link, window, now)
    if (history === undefined || shareKnown(flows) > 0) return flows
  }
  const { from, aToZ, zToA } = history
  return {
    apiVersion,
    kind: 'LinkLoad',
    name,
    capacity: link.capacity,
    window: windowText({ from, to: from + aToZ.length * historyStep }),
    stepSeconds: historyStep / 1000,
    source: 'counters',
    aToZ: [...aToZ],
    zToA: [...zToA],
  }
}

/** Steps of which a rate is known, in either direction: 0..1. */
const shareKnown = ({ aToZ, zToA }: { readonly aToZ: Rates; readonly zToA: Rates }): number =>
  aToZ.filter((rate, index) => rate !== null || zToA[index] !== null).length / aToZ.length

type Rates = readonly (number | null)[]

async function fromFlows(view: Asked, link: ConfiguredLink, window: number, now: number): Promise<LinkLoad> {
  const step = Math.max(minFlowStep, Math.ceil(window / maxSteps / 1000) * 1000)
  const ends = view.directory.endsOf(link.name)
  const to = stepsEnd(now, step, recordLagOf(view))
  const found = await Promise.all(ends.map((end) => seriesAt(view, end, to - window, to, step)))
  const first = found[0]
  const either = (pick: (one: NonNullable<typeof first>) => Rates): Rates =>
    (first === undefined ? [] : pick(first)).map((_, index) => {
      const values = found.map((one) => pick(one)[index] ?? null).filter((value) => value !== null)
      return values.length === 0 ? null : Math.max(...values)
    })
  return {
    apiVersion,
    kind: 'LinkLoad',
    name: link.name,
    capacity: link.capacity,
    // the step that runs ends in the future
    window: windowText({ from: first?.from ?? to - window, to: Math.min(first?.to ?? to, now) }),
    stepSeconds: (first?.step ?? step) / 1000,
    source: 'flows',
    aToZ: [...either(({ aToZ }) => aToZ)],
    zToA: [...either(({ zToA }) => zToA)],
  }
}

/** What one end's interface saw; nothing where its device has not exported. */
async function seriesAt(
  view: Asked,
  { address, ifIndex, direction }: MeasuringEnd,
  from: number,
  to: number,
  step: number,
): Promise<{ from: number; to: number; step: number; aToZ: Rates; zToA: Rates }> {
  const exporter = view.exportersAt(address)[0]
  if (exporter === undefined) {
    const none = Array.from({ length: Math.ceil((to - from) / step) }, () => null)
    return { from, to, step, aToZ: none, zToA: none }
  }
  const answer = await view.store.interfaceSeries({ from, to, step, exporter, interface: ifIndex })
  const count = Math.round((answer.to - answer.from) / answer.step)
  const rates = (wanted: 'in' | 'out'): Rates => {
    const line = answer.lines.find((one) => one.direction === wanted)
    return Array.from({ length: count }, (_, index) => {
      const octets = line?.octets[index]
      const known = knownOf(view, answer.from + index * answer.step, answer.step)
      return octets === undefined || known <= 0 ? null : (octets * 8000) / known
    })
  }
  const [out, inward] = [rates('out'), rates('in')]
  const { from: start, to: end, step: width } = answer
  return direction === 'a-to-z'
    ? { from: start, to: end, step: width, aToZ: out, zToA: inward }
    : { from: start, to: end, step: width, aToZ: inward, zToA: out }
}
