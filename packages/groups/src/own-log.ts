/**
 * What this member sends: its log, the key that seals it now, and whom it still owes a key.
 *
 * A key goes to everybody who may read when it is made. Who may read later gets the present link of its chain, which
 * opens nothing from before. When somebody who has the key may not read any more, the next message makes a new one.
 * @module
 */
import type { AgentId, Signer } from '@vagus/identity'
import { cborList, cborOctets, type CborValue, encodeCbor } from '@vagus/wire'
import {
  type Content,
  decodeStub,
  encodeStub,
  type Entry,
  logName,
  logOctets,
  logOf,
  sealEntry,
  type Stub,
} from './entry.ts'
import { arrayOf, itemOf, numberOf } from './fields.ts'
import type { KeyTold } from './frame.ts'
import { keyHolds, maxMembers, maxMessagesOfKey, maxPendingKeys } from './limits.ts'
import type { Change, GroupCrypto } from './ports.ts'
import { type ChainLink, step } from './ratchet.ts'

const secretOctets = 32
/** Random octets that a message may need: the seed of its log's signer, the first link of a chain. */
export const freshOctets = 2 * secretOctets
const ownKey = 'own'
const readerPrefix = 'reader/'
/** Readers of before that are remembered, so that they learn what was not for them; beyond, those of longest ago go. */
const maxFormer = 2 * maxMembers

interface Log {
  readonly octets: Uint8Array
  readonly seed: Uint8Array
  readonly last: number
  readonly key: number
  /** The first message that the key seals. */
  readonly keyFrom: number
  readonly keyMadeAt: number
  readonly link: ChainLink
  /** Of the last entry that retention dropped. */
  readonly dropped: Stub | undefined
}

interface Owed {
  readonly number: number
  readonly link: ChainLink
  readonly since: number
}

interface Reader {
  /** The last message that was for it; `undefined`: it may read now. */
  readonly upTo: number | undefined
  /** The last key that it has or is owed. */
  readonly key: number
  readonly owed: readonly Owed[]
  readonly lost: readonly [first: number, last: number]
}

export class OwnLog {
  readonly #group: string
  readonly #own: AgentId
  readonly #crypto: GroupCrypto
  readonly #readers = new Map<AgentId, Reader>()
  #log: Log | undefined
  #signer: Signer | undefined
  /** Others have more of the log than this member: its disk is an old copy. */
  #isOld = false

  /** @param records of the store @throws {DecodeError} on what we did not write */
  constructor(group: string, own: AgentId, records: Iterable<readonly [string, Uint8Array]>, crypto: GroupCrypto) {
    this.#group = group
    this.#own = own
    this.#crypto = crypto
    for (const [key, octets] of records) {
      if (key === ownKey) this.#setLog(decodeLog(octets))
      else if (key.startsWith(readerPrefix)) this.#readers.set(key.slice(readerPrefix.length), decodeReader(octets))
    }
  }

  /** 16 octets; `undefined` before the first message. */
  get log(): Uint8Array | undefined {
    return this.#log?.octets
  }
  get name(): string | undefined {
    return this.#log && logName(this.#log.octets)
  }
  /** The number of the last message. */
  get last(): number {
    return this.#log?.last ?? 0
  }
  /** Of the key that sealed it. */
  get key(): number {
    return this.#log?.key ?? 0
  }
  get dropped(): Stub | undefined {
    return this.#log?.dropped
  }
  get verify(): Uint8Array | undefined {
    return this.#signer?.publicKey
  }

  /** Who may read from now on, without this member. */
  setReaders(readers: ReadonlySet<AgentId>): readonly Change[] {
    const changes: Change[] = []
    for (const [id, reader] of this.#readers) {
      if (readers.has(id) || reader.upTo !== undefined) continue
      const [owed] = reader.owed
      const upTo = owed === undefined ? this.last : owed.link.at - 1
      changes.push(this.#setReader(id, { ...reader, owed: [], upTo }))
    }
    // Those that may have the present key stay until the next message, which makes another because of them.
    const former = [...this.#readers].filter(([, { upTo, key }]) => upTo !== undefined && key !== this.key)
    const excess = former.sort(([, a], [, b]) => a.upTo! - b.upTo!).slice(0, Math.max(0, former.length - maxFormer))
    for (const [id] of excess) {
      this.#readers.delete(id)
      changes.push({ type: 'remove', key: readerPrefix + id })
    }
    return changes
  }

  /** The next message. @param fresh random octets, as many as `freshOctets` */
  seal(
    content: Content,
    readers: ReadonlySet<AgentId>,
    now: number,
    fresh: Uint8Array,
  ): { readonly entry: Entry; readonly changes: readonly Change[] } {
    const changes: Change[] = []
    if (this.#log === undefined || this.#isOld) changes.push(...this.#begin(now, fresh))
    else if (this.#needsKey(now)) this.#nextKey(now, fresh.subarray(secretOctets))
    changes.push(...this.#owe(readers))
    const log = this.#log! // sound: begun above
    const { next, key } = step(log.link, this.#crypto)
    const { octets, last } = log
    const head = { group: this.#group, sender: this.#own, log: octets, seq: last + 1, key: log.key, time: now }
    const entry = sealEntry(head, content, key, this.#signer!, this.#crypto)
    changes.push(this.#setLog({ ...log, last: last + 1, link: next }))
    return { entry, changes }
  }

  /** Keys that `reader` has not said to keep, in the order in which they were made. */
  owedTo(reader: AgentId): readonly KeyTold[] {
    const log = this.#log
    const { owed = [], lost: [lostFrom, lostTo] = [0, 0] } = this.#readers.get(reader) ?? {}
    if (log === undefined) return []
    return owed.map(({ number, link, since }) => ({
      log: log.octets,
      number,
      from: link.at,
      link: link.octets,
      verify: this.#signer!.publicKey,
      since,
      lostFrom,
      lostTo,
    }))
  }

  /** Readers that are owed a key. */
  debtors(): readonly AgentId[] {
    return [...this.#readers].filter(([, { owed }]) => owed.length > 0).map(([id]) => id)
  }

  /** `reader` keeps the key. */
  keyed(reader: AgentId, log: Uint8Array, number: number): readonly Change[] {
    const known = this.#readers.get(reader)
    if (known === undefined || this.name !== logName(log)) return []
    const owed = known.owed.filter((each) => each.number > number)
    return owed.length === known.owed.length ? [] : [this.#setReader(reader, { ...known, owed, lost: [0, 0] })]
  }

  /** `reader` knows nothing of this log, although it kept its key: its disk was lost. It gets the key from now on. */
  forgot(reader: AgentId): readonly Change[] {
    const known = this.#readers.get(reader)
    const log = this.#log
    if (log === undefined || known === undefined || known.upTo !== undefined || known.owed.length > 0) return []
    return [this.#setReader(reader, { ...known, owed: [{ number: log.key, link: log.link, since: 1 }], key: log.key })]
  }

  /** Retention dropped everything up to `stub`: keys for that alone are owed no more, and whoever waits for one missed it. */
  drop(stub: Stub): readonly Change[] {
    if (this.#log === undefined) return []
    const changes: Change[] = [this.#setLog({ ...this.#log, dropped: stub })]
    for (const [id, reader] of this.#readers) {
      const used = reader.owed.findIndex((_, at) => (reader.owed[at + 1]?.link.at ?? Infinity) - 1 > stub.seq)
      if (used > 0) changes.push(this.#setReader(id, withoutOwed(reader, used)))
    }
    return changes
  }

  /** Others have messages of this log that this member does not know: the next message begins another log. */
  markOld(): void {
    this.#isOld = true
  }

  #begin(now: number, fresh: Uint8Array): Change[] {
    const seed = fresh.slice(0, secretOctets)
    const octets = logOf(this.#own, this.#crypto.signerOf(seed).publicKey, this.#crypto)
    const link = { at: 1, octets: fresh.slice(secretOctets, freshOctets) }
    this.#isOld = false
    this.#setLog({ octets, seed, last: 0, key: 1, keyFrom: 1, keyMadeAt: now, link, dropped: undefined })
    const ids = [...this.#readers.keys()]
    this.#readers.clear()
    return ids.map((id) => ({ type: 'remove', key: readerPrefix + id }))
  }

  #needsKey(now: number): boolean {
    const { key, keyFrom, keyMadeAt, last } = this.#log!
    if (now - keyMadeAt >= keyHolds || last + 1 - keyFrom >= maxMessagesOfKey) return true
    return this.#readers.values().some((reader) => reader.upTo !== undefined && reader.key === key)
  }

  #nextKey(now: number, octets: Uint8Array): void {
    const log = this.#log!
    const from = log.last + 1
    this.#log = { ...log, key: log.key + 1, keyFrom: from, keyMadeAt: now, link: { at: from, octets: octets.slice() } }
  }

  /** Everybody who may read and has not the present key. */
  #owe(readers: ReadonlySet<AgentId>): Change[] {
    const { key, link } = this.#log!
    const changes: Change[] = []
    for (const id of readers) {
      const known = this.#readers.get(id)
      if (known !== undefined && known.upTo === undefined && known.key === key) continue
      const since = known === undefined ? 1 : known.upTo === undefined ? link.at : known.upTo + 1
      const owed = [...(known?.owed ?? []), { number: key, link, since }]
      const reader: Reader = { upTo: undefined, key, owed, lost: known?.lost ?? [0, 0] }
      changes.push(this.#setReader(id, withoutOwed(reader, Math.max(0, owed.length - maxPendingKeys))))
    }
    return changes
  }

  #setLog(log: Log): Change {
    if (this.#log?.seed !== log.seed) this.#signer = this.#crypto.signerOf(log.seed)
    this.#log = log
    return { type: 'put', key: ownKey, octets: encodeLog(log) }
  }

  #setReader(id: AgentId, reader: Reader): Change {
    this.#readers.set(id, reader)
    return { type: 'put', key: readerPrefix + id, octets: encodeReader(reader) }
  }
}

/** What the first `count` keys would open, but for the last key, is lost to it. */
function withoutOwed(reader: Reader, count: number): Reader {
  if (count === 0) return reader
  const first = reader.lost[0] === 0 ? reader.owed[0]!.link.at : reader.lost[0]
  return { ...reader, owed: reader.owed.slice(count), lost: [first, reader.owed[count]!.link.at - 1] }
}

function encodeLog({ octets, seed, last, key, keyFrom, keyMadeAt, link, dropped }: Log): Uint8Array {
  const stub = dropped === undefined ? null : encodeStub(dropped)
  return encodeCbor([octets, seed, last, key, keyFrom, keyMadeAt, link.at, link.octets, stub])
}

function decodeLog(record: Uint8Array): Log {
  const [octets, seed, last, key, keyFrom, keyMadeAt, at, link, stub] = arrayOf(itemOf(record), 9, 'an own log')
  return {
    octets: cborOctets(octets, logOctets, 'the log'),
    seed: cborOctets(seed, secretOctets, 'the seed'),
    last: numberOf(last, 'the last'),
    key: numberOf(key, 'the key'),
    keyFrom: numberOf(keyFrom, 'its first'),
    keyMadeAt: numberOf(keyMadeAt, 'its time'),
    link: linkOf(at, link),
    dropped: stub instanceof Uint8Array ? decodeStub(stub) : undefined,
  }
}

const linkOf = (at: CborValue, octets: CborValue): ChainLink => ({
  at: numberOf(at, 'the place of a link'),
  octets: cborOctets(octets, secretOctets, 'a link'),
})

function encodeReader({ upTo, key, owed, lost }: Reader): Uint8Array {
  return encodeCbor([
    upTo ?? null,
    key,
    ...lost,
    owed.map(({ number, link, since }) => [number, link.at, link.octets, since]),
  ])
}

function decodeReader(record: Uint8Array): Reader {
  const [upTo, key, first, last, owed] = arrayOf(itemOf(record), 5, 'a reader')
  return {
    upTo: upTo === null ? undefined : numberOf(upTo, 'its last'),
    key: numberOf(key, 'its key'),
    lost: [numberOf(first, 'the first lost'), numberOf(last, 'the last lost')],
    owed: cborList(owed, maxPendingKeys, 'the keys').map((each) => {
      const [number, at, link, since] = arrayOf(each, 4, 'a key')
      return { number: numberOf(number, 'its number'), link: linkOf(at, link), since: numberOf(since, 'since') }
    }),
  }
}
