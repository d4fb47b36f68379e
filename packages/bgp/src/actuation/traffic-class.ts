/**
 * Traffic classes: what an agent may ask of its router, as large communities (RFC 8092) that a policy, installed once,
 * maps to MED, AS_PATH prepending or LOCAL_PREF. Only these steps exist, so an agent cannot ask for anything else.
 *
 *   AS : 77000000 + ifIndex : class      on routes to the neighbours behind that interface
 *   AS : 77 : 1                          the original came over iBGP: internal peers do not hear it from this router
 *
 * @module
 */
import type { LargeCommunity } from '../update/path-attributes.ts'

export interface TrafficClass {
  /** 1..99. */
  readonly number: number
  /** MULTI_EXIT_DISC towards the neighbour: lower draws traffic. */
  readonly med?: number
  /** How often our AS is repeated: more drives traffic away. */
  readonly prepend?: number
  /** LOCAL_PREF within our AS, for the way out. */
  readonly localPref?: number
}

/** Steps wide enough to order any two links, with the usual 100 in the middle. */
export const defaultClasses: readonly TrafficClass[] = [
  { number: 1, med: 10 },
  { number: 2, med: 50 },
  { number: 3, med: 100 },
  { number: 4, med: 200 },
  { number: 5, med: 500 },
  { number: 6, med: 1000 },
  { number: 7, prepend: 1 },
  { number: 8, prepend: 3 },
]

const ofMed: ReadonlyMap<number, number> = new Map(
  defaultClasses.flatMap(({ number, med, prepend }) =>
    med === undefined || prepend !== undefined ? [] : [[med, number] as const],
  ),
)

/** MEDs that a class sets and does nothing else, ascending. */
export const classMeds: readonly number[] = [...ofMed.keys()].toSorted((one, other) => one - other)

/** The class that sets `med` and does nothing else. */
export const classOfMed = (med: number): number | undefined => ofMed.get(med)

/** `undefined` for a class that does something else, or is not known. */
export const medOfClass = (number: number): number | undefined => classMeds.find((med) => ofMed.get(med) === number)

const linkBase = 77_000_000
const maxInterface = 999_999
const markFunction = 77
const internalMark = 1

/** @throws {RangeError} when the interface index is none of 1..999999, or the class none of 1..99 */
export function classCommunity(as: number, ifIndex: number, number: number): LargeCommunity {
  if (!(ifIndex >= 1 && ifIndex <= maxInterface)) {
    throw new RangeError(`an interface index must be 1..${maxInterface}, got ${ifIndex}`)
  }
  if (!(number >= 1 && number <= 99)) throw new RangeError(`a class must be 1..99, got ${number}`)
  return { globalAdministrator: as, localData1: linkBase + ifIndex, localData2: number }
}

/** On a route whose original came over iBGP: its router must not pass it on over iBGP again (RFC 4271 §9.2). */
export const internalOriginMark = (as: number): LargeCommunity => ({
  globalAdministrator: as,
  localData1: markFunction,
  localData2: internalMark,
})

/** Whether an agent of this AS put it there. */
export const isOurs = (as: number, { globalAdministrator, localData1 }: LargeCommunity): boolean =>
  globalAdministrator === as &&
  (localData1 === markFunction || (localData1 > linkBase && localData1 <= linkBase + maxInterface))

/** As routers write it. */
export const textOfLargeCommunity = (one: LargeCommunity): string =>
  `${one.globalAdministrator}:${one.localData1}:${one.localData2}`
