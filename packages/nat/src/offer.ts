/**
 * What two agents tell each other over their session through a relay, and what an observer tells, as notices:
 *
 *   20 where  id 8                                    datagrams with this connection id will come: tell from where
 *   21 seen   id 8  number 8  address                 a datagram with that id and number came from there
 *   22 punch  attempt 4  step 1  id 8  key 16  mapping 1  addresses 1+n
 *                                                     step: 0 an offer, 1 the answer to one; probes to this side have
 *                                                     that id, and are sealed with that key; mapping: of `mappingKinds`
 *
 * A session's keys protect them, so an observer can lie about an address, but nobody between can.
 * @module
 */
import { type Codec, counted, decode, encode, list, octets, struct, uint32, uint8 } from '@vagus/wire'
import { type MappingKind, mappingKinds } from './mapping.ts'
import { type TransportAddress, transportAddress } from './transport-address.ts'

export const natNotice = { where: 20, seen: 21, punch: 22 } as const

export const idOctets = 8
export const numberOctets = 8
export const keyOctets = 16
/** Addresses of one side that are told, and that are read. */
const maxAddresses = 8

/** From where an observer saw a datagram. */
export interface Seen {
  readonly id: Uint8Array
  readonly number: Uint8Array
  readonly address: TransportAddress
}

/** One side of an attempt. */
export interface Offer {
  /** Of the side that began. */
  readonly attempt: number
  readonly step: 'offer' | 'answer'
  /** Of probes to this side, 8 octets, fresh for each attempt: an observer cannot link two of them. */
  readonly id: Uint8Array
  /** Seals probes to this side. */
  readonly key: Uint8Array
  readonly mapping: MappingKind
  readonly addresses: readonly TransportAddress[]
}

const seen = struct({ id: octets(idOctets), number: octets(numberOctets), address: transportAddress })
const steps = ['offer', 'answer'] as const
const step: Codec<Offer['step']> = {
  read: (r) => (r.uint8() === 0 ? 'offer' : 'answer'),
  write: (w, value) => w.uint8(steps.indexOf(value)),
}
const mapping: Codec<MappingKind> = {
  read: (r) => mappingKinds[uint8.read(r)] ?? 'unknown', // one of a later version
  write: (w, value) => w.uint8(mappingKinds.indexOf(value)),
}
const offer = struct({
  attempt: uint32,
  step,
  id: octets(idOctets),
  key: octets(keyOctets),
  mapping,
  addresses: counted(1, list(transportAddress)),
})

export const encodeSeen = (value: Seen): Uint8Array => encode(seen, value)
/** @throws {DecodeError} */
export const decodeSeen = (notice: Uint8Array): Seen => {
  const { id, number, address } = decode(seen, notice)
  return { id: new Uint8Array(id), number: new Uint8Array(number), address }
}

export const encodeOffer = (value: Offer): Uint8Array =>
  encode(offer, { ...value, addresses: value.addresses.slice(0, maxAddresses) })
/** Further addresses than `maxAddresses` are not read. @throws {DecodeError} */
export const decodeOffer = (notice: Uint8Array): Offer => {
  const { id, key, addresses, ...others } = decode(offer, notice)
  return { ...others, id: new Uint8Array(id), key: new Uint8Array(key), addresses: addresses.slice(0, maxAddresses) }
}
