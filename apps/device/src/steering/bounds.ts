/** What the operator of this device allows a controller to ask for: MEDs of traffic classes, prefixes, the longest lease. @module */
import { containsPrefix, formatPrefix, parsePrefix } from '@vagus/address'
import { classMeds, classOfMed } from '@vagus/bgp/actuation'
import type { MedBounds } from '@vagus/grasp/objectives'
import { textOf } from '../rounds.ts'

export interface Allowed {
  /** Only these and what is within; empty: every prefix. */
  readonly prefixes: readonly string[]
  /** Longest lease, milliseconds, at most a day. */
  readonly leaseMs: number
}

/** Prefixes that an operator may name; more are refused. */
const maxPrefixes = 1000

/** @param med one of `classMeds` */
export function classOf(med: number): number {
  const number = classOfMed(med)
  if (number === undefined) throw new RangeError(`MED ${med} is none of ${classMeds.join(', ')}`)
  return number
}

/** Prefixes that an operator named, as routers print them. @throws {RangeError} that says what would be right */
export function steeredPrefixes(words: readonly string[]): readonly string[] {
  if (words.length > maxPrefixes)
    throw new RangeError(`${words.length} prefixes may be steered; at most ${maxPrefixes}`)
  return words.map((word) => {
    try {
      return formatPrefix(parsePrefix(word))
    } catch (error) {
      throw new RangeError(`what may be steered must be prefixes such as 192.0.2.0/24: ${textOf(error)}`)
    }
  })
}

/** @throws {AddressError} when a prefix is none */
export function boundsOf({ prefixes, leaseMs }: Allowed): MedBounds {
  const allowed = prefixes.map(parsePrefix)
  const allows = (text: string): boolean => {
    const asked = parsePrefix(text)
    return allowed.length === 0 || allowed.some((one) => containsPrefix(one, asked))
  }
  return { meds: classMeds, leaseMs, leastConfidence: 0, allows: (text) => isCanonical(text) && allows(text) }
}

/** Another spelling of a prefix would be another prefix to the leases. */
export function isCanonical(prefix: string): boolean {
  try {
    return formatPrefix(parsePrefix(prefix)) === prefix
  } catch {
    return false
  }
}
