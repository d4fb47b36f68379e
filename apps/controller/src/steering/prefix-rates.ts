/**
 * How much entered over each link of the borders to each prefix of ours, from the flow store.
 *
 *   sums by exporter, interface, site and version      of all sites
 *   sums by exporter, interface and destination        of sites with several prefixes of a version: how those divide
 *
 * The second tells only the largest destinations, so that it gives shares and not sums. One question for all prefixes costs
 * less than one for each: both read the same records.
 * @module
 */
import type { FilterTerm, FlowStore, TopResult } from '@vagus/store'
import { StoreError } from '@vagus/store'
import type { MeasuringEnd } from '../domain/directory.ts'
import { recordLagOf, storedSpanOf, type View } from '../domain/view.ts'
import type { OwnPrefixes } from './own-prefixes.ts'

export type RatesView = Pick<View, 'now' | 'since' | 'report' | 'exportersAt'> & {
  readonly store: Pick<FlowStore, 'top' | 'stats'>
}

/** As many groups as the store gives; smaller ones are left out. */
const maxGroups = 10_000

/** Of the last `step` milliseconds that are complete: by prefix, bits per second by place in `ends`. */
export type PrefixRates = ReadonlyMap<string, readonly number[]>

/**
 * `patience` in milliseconds, for all that is asked.
 * @throws {StoreError} when the store does not answer in time, refuses, or is more than a step behind
 * @throws the reason of `stop` when that is aborted
 */
export async function prefixRatesOf(
  view: RatesView,
  own: OwnPrefixes,
  ends: readonly MeasuringEnd[],
  { step, patience, stop }: { readonly step: number; readonly patience: number; readonly stop: AbortSignal },
): Promise<PrefixRates> {
  const late = AbortSignal.timeout(patience)
  try {
    return await ratesWithin(view, own, ends, step, AbortSignal.any([late, stop]))
  } catch (error) {
    if (!late.aborted || stop.aborted) throw error
    throw new StoreError('deadline', `the store did not answer within ${patience / 1000} s`, { cause: error })
  }
}

async function ratesWithin(
  view: RatesView,
  own: OwnPrefixes,
  ends: readonly MeasuringEnd[],
  step: number,
  signal: AbortSignal,
): Promise<PrefixRates> {
  const places = placesOf(view, ends)
  if (own.sites.length === 0 || places.size === 0) return new Map()
  const patientView = { ...view, store: { stats: () => view.store.stats({ signal }) } }
  const span = await storedSpanOf(patientView, { milliseconds: step, to: undefined })
  const behind = view.now() - recordLagOf(view) - span.to
  if (behind > step) {
    throw new StoreError('busy', `the store is ${Math.round(behind / 1000)} s behind; what it has is too old`)
  }
  const ask = (by: 'site' | 'destination', sites: readonly number[]): Promise<TopResult> =>
    view.store.top(
      {
        ...span,
        by: by === 'site' ? ['exporter', 'inIf', 'dstSite', 'version'] : ['exporter', 'inIf', 'dstSite', 'dst'],
        n: maxGroups,
        filter: [...placeTerms(view, ends), ...terms('dstSite', sites)],
        observations: 'all',
      },
      { signal },
    )
  const sums = await ask('site', own.sites)
  const { dividedSites } = own
  const destinations = dividedSites.length === 0 ? [] : (await ask('destination', dividedSites)).items
  const octets = own.octetsByPrefix(
    ends.length,
    atPlaces(places, sums.items).map(({ place, key, octets }) => {
      return { place, site: Number(key[2]), version: Number(key[3]), octets }
    }),
    atPlaces(places, destinations).map(({ place, key, octets }) => {
      return { place, site: Number(key[2]), destination: String(key[3]), octets }
    }),
  )
  const seconds = (sums.to - sums.from) / 1000
  return new Map([...octets].map(([prefix, row]) => [prefix, row.map((sum) => (sum * 8) / seconds)]))
}

type Items = TopResult['items']

const placeKey = (exporter: number | string, ifIndex: number | string): string => `${exporter} ${ifIndex}`

/** Place in `ends` by exporter and interface of records. */
function placesOf({ exportersAt }: RatesView, ends: readonly MeasuringEnd[]): ReadonlyMap<string, number> {
  return new Map(
    ends.flatMap(({ address, ifIndex }, place) =>
      exportersAt(address).map((exporter) => [placeKey(exporter, ifIndex), place] as const),
    ),
  )
}

/** Interfaces of one device have the numbers of another's, too: `atPlaces` leaves out what is not asked for. */
function placeTerms({ exportersAt }: RatesView, ends: readonly MeasuringEnd[]): readonly FilterTerm[] {
  return [
    ...terms(
      'exporter',
      ends.flatMap(({ address }) => exportersAt(address)),
    ),
    ...terms(
      'inIf',
      ends.map(({ ifIndex }) => ifIndex),
    ),
  ]
}

/** Numbers that follow each other are one term, as sites mostly do: ten thousand terms take the store seconds. */
function terms(dimension: 'exporter' | 'inIf' | 'dstSite', numbers: readonly number[]): readonly FilterTerm[] {
  const ranges: { from: number; to: number }[] = []
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last === undefined || number > last.to + 1) ranges.push({ from: number, to: number })
    else last.to = number
  }
  return ranges.map((value) => ({ dimension, is: 'equal', value }))
}

function atPlaces(
  places: ReadonlyMap<string, number>,
  items: Items,
): readonly (Items[number] & { readonly place: number })[] {
  return items.flatMap((item) => {
    const place = places.get(placeKey(item.key[0]!, item.key[1]!))
    return place === undefined ? [] : [{ ...item, place }]
  })
}
