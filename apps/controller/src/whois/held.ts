/** A holding as the book has it: with those who speak of it now, from whom all else of it follows. @module */
import { type Claim, type Holding, proofOf, type Speaker } from './holding.ts'
import { keyOfPlace } from './place.ts'

/** Names of those who said so that are kept of a holding. */
const maxBy = 4

export interface Held extends Holding {
  to: number | undefined
  speakers: readonly Speaker[]
  by: readonly string[]
  behindNat: boolean
  where: string | undefined
  /** By source; of one that ended there are none. */
  readonly claims: Map<string, Claim>
}

export const keyOf = ({ agent, place }: Pick<Claim, 'agent' | 'place'>): string => `${agent} ${keyOfPlace(place)}`

/** But for when it began. */
export const isSame = (a: Claim, b: Claim): boolean =>
  a.speaker === b.speaker && a.by === b.by && a.behindNat === b.behindNat && a.where === b.where

export const isOnlyClaimed = ({ speakers }: Holding): boolean => proofOf(speakers) === 'claimed'

export function summary(claims: readonly Claim[]): Pick<Holding, 'speakers' | 'by' | 'behindNat' | 'where'> {
  const others = claims.flatMap(({ by }) => by ?? [])
  return {
    speakers: [...new Set(claims.map(({ speaker }) => speaker))].sort(),
    by: [...new Set(others)].slice(0, maxBy),
    behindNat: claims.some(({ behindNat }) => behindNat === true),
    where: claims.find(({ where }) => where !== undefined)?.where,
  }
}

/** Without what is of the moment. */
export const plain = ({ agent, place, from, to, speakers, by, behindNat, where }: Held): Holding => ({
  agent,
  place,
  from,
  to,
  speakers,
  by,
  behindNat,
  where,
})
