/**
 * Where an agent can be reached, per kind of network. Each kind has one entry with its own sequence number: a move
 * raises the number of the network that changed, and a lower number is never believed again.
 * @module
 */
import type { JsonValue } from './canonical.ts'
import { Members } from './members.ts'
import { RefusalError } from './refusal.ts'

/** More kinds than exist; an agent with more entries is refused. */
const maxLocators = 16
/** The number of paths a session can have. */
const maxAddresses = 8

export interface Locator {
  /** `lan`, `wan`, `wifi`, `3gpp`, `sat`, `relay`, or any other word. */
  readonly network: string
  /** Grows with every change of `addresses`. */
  readonly sequence: number
  /** URIs in order of preference: `udp://192.0.2.1:7601`. */
  readonly addresses: readonly string[]
  /** Seconds since 1970. After that the addresses are tried only if there are no others. */
  readonly exp: number
}

/** @throws {RefusalError} `malformed`, `limit` */
export function readLocators(members: Members): readonly Locator[] {
  const locators = members.list('locators', maxLocators).map(readLocator)
  const kinds = new Set(locators.map(({ network }) => network))
  if (kinds.size !== locators.length) throw new RefusalError('malformed', 'two locators have the same kind of network')
  return locators
}

function readLocator(value: JsonValue): Locator {
  const members = new Members(value, 'a locator')
  return {
    network: members.text('network', /^[a-z0-9][a-z0-9-]{0,15}$/, '"lan"'),
    sequence: members.integer('sequence', 0, Number.MAX_SAFE_INTEGER),
    addresses: members.texts(
      'addresses',
      maxAddresses,
      /^[a-z][a-z0-9+.-]{0,15}:\/\/[!-~]{1,255}$/,
      '"udp://192.0.2.1:7601"',
    ),
    exp: members.seconds('exp'),
  }
}

/** The locators that may be used at `now` (milliseconds since 1970). */
export function liveLocators(locators: readonly Locator[], now: number): readonly Locator[] {
  return locators.filter(({ exp }) => now < exp * 1000)
}
