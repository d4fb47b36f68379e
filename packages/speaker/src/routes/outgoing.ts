/** Routes that the agent announces, as it gave them. @module */
import { type Prefix, parsePrefix } from '@vagus/address'
import { families, familyKey, type PathAttributes, writePrefixes } from '@vagus/bgp'
import type { Announcement, TelemetryPart, Withdrawal } from '../api.ts'

/** Attributes as the agent gave them; routes of one call share one. */
export interface Given {
  readonly attributes: PathAttributes
  readonly nextHop6?: Uint8Array
  readonly telemetry?: TelemetryPart
}

export interface Outgoing {
  readonly family: number
  readonly nlri: Uint8Array
  readonly prefix?: Prefix
  readonly given: Given
}

/** Key of a route in the tables of what is announced. */
export const keyOfRoute = (family: number, nlri: Uint8Array): string =>
  `${family} ${Buffer.from(nlri.buffer, nlri.byteOffset, nlri.length).toString('latin1')}`

/** @throws {AddressError} when a prefix is none */
export function outgoingOf(announcement: Announcement | Withdrawal): readonly Outgoing[] {
  const attributes = 'attributes' in announcement ? (announcement.attributes ?? {}) : {}
  const nextHop6 = 'nextHop6' in announcement ? announcement.nextHop6 : undefined
  const telemetry = 'telemetry' in announcement ? announcement.telemetry : undefined
  const given: Given = {
    attributes,
    ...(nextHop6 === undefined ? {} : { nextHop6 }),
    ...(telemetry === undefined ? {} : { telemetry }),
  }
  if ('nlri' in announcement) {
    const family = familyKey(families[announcement.family])
    return announcement.nlri.map((nlri) => ({ family, nlri, given }))
  }
  return announcement.prefixes.map((text) => {
    const prefix = parsePrefix(text)
    const family = familyKey(families[prefix.version === 4 ? 'ipv4-unicast' : 'ipv6-unicast'])
    return { family, nlri: writePrefixes([{ prefix }]), prefix, given }
  })
}
