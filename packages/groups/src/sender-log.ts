/** What this member has of the log of another: up to where, and the keys for what comes. @module */
import type { AgentId } from '@vagus/identity'
import { cborList, cborOctets, DecodeError, encodeCbor } from '@vagus/wire'
import { type Content, decodeStub, encodeStub, type Entry, isSigned, openEntry, type Stub, stubOf } from './entry.ts'
import { agentOf, arrayOf, itemOf, numberOf } from './fields.ts'
import type { KeyTold } from './frame.ts'
import { maxPendingKeys, maxSkipped } from './limits.ts'
import type { GroupCrypto } from './ports.ts'
import { advance, type ChainLink, step } from './ratchet.ts'

const secretOctets = 32

interface Key {
  readonly number: number
  readonly from: number
  readonly since: number
  readonly link: ChainLink
}

/** `known`: it was there. `ahead`: others before it are missing. `no key`: none, or none yet. `forged`: not its sender's. */
export type Refused = 'known' | 'ahead' | 'no key' | 'forged'

/** Messages from the first to the last that were for this member, and that it will never have. */
export type Lost = readonly [first: number, last: number]

export class SenderLog {
  readonly sender: AgentId
  /** Public key of the log. */
  readonly verify: Uint8Array
  readonly #crypto: GroupCrypto
  #have: number
  #keys: readonly Key[]
  #dropped: Stub | undefined

  private constructor(
    { sender, verify }: { readonly sender: AgentId; readonly verify: Uint8Array },
    crypto: GroupCrypto,
    { have = 0, keys = [], dropped }: { have?: number; keys?: readonly Key[]; dropped?: Stub | undefined } = {},
  ) {
    this.sender = sender
    this.verify = verify
    this.#crypto = crypto
    this.#have = have
    this.#keys = keys
    this.#dropped = dropped
  }

  static begin(sender: AgentId, verify: Uint8Array, crypto: GroupCrypto): SenderLog {
    return new SenderLog({ sender, verify }, crypto)
  }

  /** @param record as `encode` gave it @throws {DecodeError} */
  static read(record: Uint8Array, crypto: GroupCrypto): SenderLog {
    const [sender, verify, have, stub, keys] = arrayOf(itemOf(record), 5, 'a log')
    const whose = { sender: agentOf(sender, 'its sender'), verify: cborOctets(verify, secretOctets, 'its key') }
    return new SenderLog(whose, crypto, {
      have: numberOf(have, 'what is there'),
      dropped: stub instanceof Uint8Array ? decodeStub(stub) : undefined,
      keys: cborList(keys, maxPendingKeys, 'the keys').map((each) => {
        const [number, from, since, at, link] = arrayOf(each, 5, 'a key')
        return {
          number: numberOf(number, 'its number'),
          from: numberOf(from, 'its first'),
          since: numberOf(since, 'since'),
          link: { at: numberOf(at, 'its place'), octets: cborOctets(link, secretOctets, 'its link') },
        }
      }),
    })
  }

  encode(): Uint8Array {
    const keys = this.#keys.map(({ number, from, since, link }) => [number, from, since, link.at, link.octets])
    const stub = this.#dropped === undefined ? null : encodeStub(this.#dropped)
    return encodeCbor([this.sender, this.verify, this.#have, stub, keys])
  }

  /** The last message that is there, or was not meant for this member. */
  get have(): number {
    return this.#have
  }
  get dropped(): Stub | undefined {
    return this.#dropped
  }

  /** A key that its sender told. `known`: it was kept before. `refused`: it is not kept, and to be told again later. */
  takeKey(
    told: KeyTold,
  ): { readonly type: 'kept'; readonly lost?: Lost } | { readonly type: 'known' } | { readonly type: 'refused' } {
    if (this.#keys.some(({ number }) => number === told.number) || told.from <= this.#lastOpened(told.number))
      return { type: 'known' }
    if (this.#keys.length >= maxPendingKeys) return { type: 'refused' }
    const { number, from, since, link } = told
    const key = { number, from, since, link: { at: from, octets: link } }
    this.#keys = [...this.#keys, key].sort((a, b) => a.number - b.number)
    const first = Math.max(told.lostFrom, this.#have + 1)
    const lost: Lost | undefined = told.lostTo >= first && told.lostFrom > 0 ? [first, told.lostTo] : undefined
    if (lost !== undefined) this.#have = told.lostTo
    this.#skip()
    return { type: 'kept', ...(lost && { lost }) }
  }

  /** The next message; `undefined` inside: its sender sealed nothing that can be read. */
  take(entry: Entry): { readonly type: 'taken'; readonly content: Content | undefined } | Refused {
    if (entry.sender !== this.sender) return 'forged'
    if (entry.seq <= this.#have) return 'known'
    if (entry.seq > this.#have + 1) return 'ahead'
    const key = this.#keys.find(({ number }) => number === entry.key)
    if (key === undefined) return 'no key'
    if (!isSigned(stubOf(entry, this.#crypto), this.verify, this.#crypto)) return 'forged'
    const link = advance(key.link, entry.seq, this.#crypto)
    if (link === undefined) return 'forged'
    // Its sender signed it: that far the chain is stepped through once, also where it opens nothing.
    this.#keys = this.#keys.map((each) => (each === key ? { ...key, link } : each))
    const opened = step(link, this.#crypto)
    let content: Content | undefined
    try {
      content = openEntry(entry, opened.key, this.#crypto)
      if (content === undefined) return 'forged'
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
    }
    this.#have = entry.seq
    this.#keys = this.#keys
      .filter(({ number }) => number >= entry.key) // what they open was before
      .map((each) => (each.number === entry.key ? { ...each, link: opened.next } : each))
    this.#skip()
    return { type: 'taken', content }
  }

  /** Why `stub` tells of no gap here; `undefined`: its sender made messages up to there that are not here. */
  refusalOf(stub: Stub): Refused | undefined {
    if (stub.sender !== this.sender) return 'forged'
    if (stub.seq <= this.#have) return 'known'
    const isTooFar = stub.seq - this.#have > maxSkipped
    return isTooFar || !isSigned(stub, this.verify, this.#crypto) ? 'forged' : undefined
  }

  /** What comes up to `seq` is lost. Only behind `refusalOf`. */
  lose(seq: number): Lost {
    const lost: Lost = [this.#have + 1, seq]
    this.#have = seq
    this.#skip()
    return lost
  }

  /** Retention dropped everything up to `stub`. */
  drop(stub: Stub): void {
    this.#dropped = stub
  }

  /** Passes over what was not meant for this member. */
  #skip(): void {
    for (const { since, from } of this.#keys)
      if (since <= this.#have + 1 && this.#have + 1 < from) this.#have = from - 1
  }

  /** Whether a key of that number may be one that was used up. */
  #lastOpened(number: number): number {
    const [first] = this.#keys
    return first !== undefined && number < first.number ? this.#have : 0
  }
}
