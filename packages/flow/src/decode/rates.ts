/**
 * Generates code that sets `rt` to the sampling rate of a record: the rate that the record states (elements 34, 50,
 * 305/306, 309/310), else that of the sampler that it names (48, 302), else that of its interfaces (`ii`, `oi`), else
 * the exporter's.
 * @module
 */
import type { Layout } from '../layout.ts'
import { whole } from './fields.ts'

export function rateLines({ places }: Layout): readonly string[] {
  const sampler = places.get('samplerId')
  const hasInterface = places.has('inIf') || places.has('outIf')
  const unsampled = hasInterface ? '(xi?x.rateAt(ii,oi,di):xr)' : 'xr'
  const base = sampler ? `x.rateOf(${whole(sampler)},${unsampled})` : unsampled
  const stated = statedRate(places)
  if (stated === undefined) return [`const rt=${base};`]
  return [`let rt=${stated};if(rt>0){if(rt>4294967295)rt=4294967295;x.statedRate=rt;}else rt=${base};`]
}

function statedRate(places: Layout['places']): string | undefined {
  const of = (role: Parameters<typeof places.get>[0]): string | undefined => {
    const place = places.get(role)
    return place && whole(place)
  }
  const interval = of('samplingInterval')
  if (interval) return interval
  const taken = of('samplingPacketInterval')
  const space = of('samplingPacketSpace')
  if (taken && space) return ratio(`${taken}+${space}`, taken)
  const size = of('samplingSize')
  const population = of('samplingPopulation')
  if (size && population) return ratio(population, size)
  return taken
}

/** The rounded ratio, at least 1; 0 if the divisor is 0. */
const ratio = (dividend: string, divisor: string): string =>
  `(${divisor}>0?Math.max(1,Math.round((${dividend})/${divisor})):0)`
