/**
 * What agents tell each other about themselves once a session is established, before any program data:
 *
 *   1 credentials   what `encodeCredentials` gave; to one who has not seen them
 *   2 greeting      journal 16  1: 0 the journal ends with the process, 1 it does not
 *                   then for each address to be reached at  1  URI; again when these change
 *   3 wanted        your credentials are not known here
 *   4 move          a change of network, later on: `moving.ts`
 *   5 sleep         how the radio of this side sleeps, or that it does not: `sleeping.ts`
 *   20..22          from where one is seen, and offers of direct paths: `offer.ts` of @vagus/nat
 *
 * Agents of different versions meet, so these layouts never change: what a later version has to add is a notice of
 * another kind, which those who do not know it ignore.
 * @module
 */
import { journalIdOctets } from '@vagus/channel'
import type { JournalLifetime } from '../journal/journal-store.ts'
import { type Codec, counted, decode, encode, list, octets, struct, text } from '@vagus/wire'

export const noticeKind = { credentials: 1, greeting: 2, wanted: 3, move: 4, sleep: 5 } as const

/** Maximum addresses read from a greeting. */
const maxAddresses = 16
/** Longer addresses do not fit. */
const maxAddressOctets = 255

export interface Greeting {
  readonly journal: Uint8Array
  readonly journalLifetime: JournalLifetime
  readonly addresses: readonly string[]
}

const encoder = new TextEncoder()
const lifetimes = ['process', 'disk'] as const satisfies readonly JournalLifetime[]
const lifetime: Codec<JournalLifetime> = {
  read: (r) => lifetimes[r.uint8()] ?? 'process', // an unknown lifetime promises nothing
  write: (w, value) => w.uint8(lifetimes.indexOf(value)),
}
const greeting = struct({
  journal: octets(journalIdOctets),
  journalLifetime: lifetime,
  addresses: list(counted(1, text)),
})

export function encodeGreeting(value: Greeting): Uint8Array {
  const addresses = value.addresses.filter((address) => encoder.encode(address).length <= maxAddressOctets)
  return encode(greeting, { ...value, addresses: addresses.slice(0, maxAddresses) })
}

/** What is wrong with a greeting that cannot be read. */
export const otherVersion = "its greeting is of another version of Vagus's protocol: update the older side"

/** @throws {DecodeError} */
export function decodeGreeting(message: Uint8Array): Greeting {
  const { journal, journalLifetime, addresses } = decode(greeting, message)
  return {
    journal: journal.slice(),
    journalLifetime,
    addresses: addresses.slice(0, maxAddresses),
  }
}
