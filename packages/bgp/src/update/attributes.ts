/**
 * Every path attribute that we know: its code, flags, form, and what a malformed one leads to (RFC 7606 §7 and the
 * RFC of each). The only table of these facts.
 * @module
 */
import {
  type Codec,
  DecodeError,
  list,
  octets,
  type Reader,
  rest,
  struct,
  uint32,
  uint64,
  type Writer,
} from '@vagus/wire'
import { attributeCode, attributeFlag, origin as originValue, updateSubcode } from '../registry.ts'
import { isOfConfederation, readAsPath, writeAsPath } from './as-path.ts'
import type { UpdateContext } from './context.ts'
import type { Treatment } from './fault.ts'
import { readMpReach, readMpUnreach, writeMpReach, writeMpUnreach } from './multiprotocol.ts'
import { isHostAddress } from './next-hop.ts'
import { aigp, prefixSid, tunnelEncapsulation } from './opaque-attributes.ts'
import type { Aggregator, PathAttributes } from './path-attributes.ts'

export type AttributeName = Exclude<keyof PathAttributes, 'unknown' | 'partial'>

export interface AttributeFacts<T> {
  readonly code: number
  /** The Optional and Transitive bits that it must have. */
  readonly flags: number
  readonly malformed: Treatment
  /** Subcode of the NOTIFICATION, for a wrong value. */
  readonly subcode: number
  /** External peers may not send it; from one it is discarded whatever is in it (RFC 7606 §7.5, §7.9, §7.10). */
  readonly onlyInternal?: 'only-internal'
  /** @throws {DecodeError} */
  read(r: Reader, context: UpdateContext): T
  write(w: Writer, value: T, context: UpdateContext): void
}

const wellKnown = attributeFlag.transitive
const optional = attributeFlag.optional
const transitive = attributeFlag.optional | attributeFlag.transitive
const { attributeLength, optionalAttribute } = updateSubcode

/** An attribute whose form does not depend on the session. */
const plain = <T>(
  code: number,
  flags: number,
  malformed: Treatment,
  codec: Codec<T>,
  subcode: number = attributeLength,
): AttributeFacts<T> => ({ code, flags, malformed, subcode, ...codec })

/** RFC 7606 §7.8, §7.14: a list of communities is not empty. */
const filled = <T>(element: Codec<T>): Codec<readonly T[]> => ({
  read(r) {
    if (r.left === 0) throw new DecodeError('bad-length', r.offset, 'a list without an element')
    return list(element).read(r)
  },
  write: (w, values) => list(element).write(w, values),
})

const origin: Codec<number> = {
  read(r) {
    const value = r.uint8()
    if (value > originValue.incomplete)
      throw new DecodeError('bad-value', r.offset - 1, `ORIGIN ${value} is none of 0..2`)
    return value
  },
  write: (w, value) => w.uint8(value),
}

const nextHop: Codec<Uint8Array> = {
  read(r) {
    const address = r.octets(4)
    if (!isHostAddress(address[0]!)) {
      throw new DecodeError('bad-value', r.offset - 4, `next hop ${address.join('.')} is no address of a host`)
    }
    return address
  },
  write: (w, value) => octets(4).write(w, value),
}

const empty: Codec<'present'> = { read: () => 'present', write: () => undefined }
const aggregator4 = struct({ as: uint32, address: uint32 })
const largeCommunity = struct({ globalAdministrator: uint32, localData1: uint32, localData2: uint32 })

const aggregator: AttributeFacts<Aggregator> = {
  code: attributeCode.aggregator,
  flags: transitive,
  malformed: 'attribute-discard',
  subcode: optionalAttribute,
  read(r, { asOctets }) {
    const as = asOctets === 4 ? r.uint32() : r.uint16()
    if (as === 0) throw new DecodeError('bad-value', r.offset, 'AGGREGATOR with AS 0 (RFC 7607)')
    return { as, address: r.uint32() }
  },
  write(w, value, { asOctets }) {
    if (asOctets === 4) w.uint32(value.as)
    else w.uint16(value.as)
    w.uint32(value.address)
  },
}

const asPath: AttributeFacts<NonNullable<PathAttributes['asPath']>> = {
  code: attributeCode.asPath,
  flags: wellKnown,
  malformed: 'treat-as-withdraw',
  subcode: updateSubcode.malformedAsPath,
  read(r, { asOctets, peer }) {
    const at = r.offset
    const path = readAsPath(r, asOctets)
    if (peer === 'external' && path.some(isOfConfederation)) {
      // We are in no confederation with another AS.
      throw new DecodeError('bad-value', at, 'segments of a confederation from an external peer (RFC 5065 §5)')
    }
    return path
  },
  write: (w, value, { asOctets }) => writeAsPath(w, value, asOctets),
}

const as4Path: Codec<NonNullable<PathAttributes['as4Path']>> = {
  read(r) {
    // RFC 6793 §6: an empty one is malformed.
    if (r.left === 0) throw new DecodeError('bad-length', r.offset, 'AS4_PATH without a segment')
    return readAsPath(r, 4)
  },
  write: (w, value) => writeAsPath(w, value, 4),
}

const internal = { onlyInternal: 'only-internal' } as const
const withdraw = 'treat-as-withdraw'
const discard = 'attribute-discard'
const code = attributeCode

/** In the order of their codes, which is the order of writing (RFC 4271 §5). */
export const attributes: { readonly [Name in AttributeName]: AttributeFacts<NonNullable<PathAttributes[Name]>> } = {
  origin: plain(code.origin, wellKnown, withdraw, origin, updateSubcode.invalidOrigin),
  asPath,
  nextHop: plain(code.nextHop, wellKnown, withdraw, nextHop, updateSubcode.invalidNextHop),
  multiExitDisc: plain(code.multiExitDisc, optional, withdraw, uint32),
  localPref: { ...plain(code.localPref, wellKnown, withdraw, uint32), ...internal },
  atomicAggregate: plain(code.atomicAggregate, wellKnown, discard, empty),
  aggregator,
  communities: plain(code.communities, transitive, withdraw, filled(uint32), optionalAttribute),
  originatorId: { ...plain(code.originatorId, optional, withdraw, uint32, optionalAttribute), ...internal },
  clusterList: { ...plain(code.clusterList, optional, withdraw, filled(uint32), optionalAttribute), ...internal },
  mpReach: plain(
    code.mpReach,
    optional,
    'session-reset',
    { read: readMpReach, write: writeMpReach },
    optionalAttribute,
  ),
  mpUnreach: plain(
    code.mpUnreach,
    optional,
    'session-reset',
    { read: readMpUnreach, write: writeMpUnreach },
    optionalAttribute,
  ),
  extendedCommunities: plain(code.extendedCommunities, transitive, withdraw, filled(uint64), optionalAttribute),
  as4Path: plain(code.as4Path, transitive, discard, as4Path, optionalAttribute),
  as4Aggregator: plain(code.as4Aggregator, transitive, discard, aggregator4, optionalAttribute),
  tunnelEncapsulation: plain(code.tunnelEncapsulation, transitive, withdraw, tunnelEncapsulation, optionalAttribute),
  ipv6ExtendedCommunities: plain(
    code.ipv6ExtendedCommunities,
    transitive,
    withdraw,
    filled(octets(20)),
    optionalAttribute,
  ),
  aigp: plain(code.aigp, optional, discard, aigp, optionalAttribute),
  linkState: plain(code.linkState, optional, discard, rest, optionalAttribute),
  largeCommunities: plain(code.largeCommunities, transitive, withdraw, filled(largeCommunity), optionalAttribute),
  onlyToCustomer: plain(code.onlyToCustomer, transitive, withdraw, uint32, optionalAttribute),
  prefixSid: plain(code.prefixSid, transitive, discard, prefixSid, optionalAttribute),
}

const names = Object.keys(attributes) as AttributeName[] // sound: the table has exactly these names
/** By code; undefined for an attribute that we do not know. */
export const nameOfCode: readonly (AttributeName | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  names.find((name) => attributes[name].code === code),
)
export const attributeNames: readonly AttributeName[] = names
