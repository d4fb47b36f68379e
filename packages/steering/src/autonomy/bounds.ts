/** How far the controller may go by itself (`steering.bounds` of vagus.yaml). @module */
import { AddressError, containsPrefix, parsePrefix, type Prefix } from '@vagus/address'

export interface Bounds {
  /** Proposals in a row that have to have helped. */
  readonly proven: number
  /** How long an approval holds, milliseconds. */
  readonly lease: number
  /** Prefixes that one approval may move. */
  readonly moves: number
  /** Approvals at a border within an hour. */
  readonly perHour: number
  /** Only these and what is within; empty: all. */
  readonly prefixes: readonly string[]
}

/** Whether the bounds let it be moved. A prefix that cannot be read is in none but the empty list. */
export function isWithin(prefix: string, { prefixes }: Pick<Bounds, 'prefixes'>): boolean {
  if (prefixes.length === 0) return true
  const inner = read(prefix)
  if (inner === undefined) return false
  return prefixes.some((text) => {
    const outer = read(text)
    return outer !== undefined && containsPrefix(outer, inner)
  })
}

function read(text: string): Prefix | undefined {
  try {
    return parsePrefix(text)
  } catch (error) {
    if (error instanceof AddressError) return undefined
    throw error
  }
}
