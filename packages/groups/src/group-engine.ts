/**
 * One member of one group: what it sends, what it has of the others, and what it gives to its neighbours.
 *
 * Membership is what the owner's roster says at each host. So nothing has to be agreed on: no member admits another, none
 * leads, and whoever crashes is missed by nobody. Each event is written to the store before anything is sent.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import { DecodeError } from '@vagus/wire'
import {
  type Content,
  decodeEntry,
  decodeStub,
  encodeEntry,
  type Entry,
  isSigned,
  logName,
  logOf,
  type Stub,
  stubOf,
} from './entry.ts'
import type { Frame } from './frame.ts'
import { Gaps } from './gaps.ts'
import { type Effects, Gathered } from './gathered.ts'
import { maxLogOctets, maxMembers, maxMessageOctets, maxTypeCharacters } from './limits.ts'
import { Logs } from './logs.ts'
import { Neighbours } from './neighbours.ts'
import type { Peer } from './peer.ts'
import type { GroupCrypto, GroupStore } from './ports.ts'
import type { GroupRoster, Rights } from './roster.ts'
import { type Lost, SenderLog } from './sender-log.ts'

export type Published =
  | { readonly type: 'published'; readonly log: string; readonly seq: number; readonly effects: Effects }
  | { readonly type: 'refused'; readonly code: 'refused' | 'limit' | 'too-large'; readonly problem: string }

export interface GroupOptions {
  readonly group: string
  readonly own: AgentId
  readonly store: GroupStore
  readonly crypto: GroupCrypto
  /** Octets of sealed messages that are kept; default `maxLogOctets`. */
  readonly keeps?: number
}

/** Milliseconds between looks at what retention drops. */
const trimEvery = 60_000

export class GroupEngine {
  readonly group: string
  readonly #own: AgentId
  readonly #store: GroupStore
  readonly #crypto: GroupCrypto
  readonly #keeps: number
  readonly #logs: Logs
  readonly #gathered: Gathered
  readonly #neighbours: Neighbours
  readonly #gaps = new Gaps()
  #readers: ReadonlySet<AgentId> = new Set()
  #trimAt = 0

  /** @throws {DecodeError} where the store holds what no engine wrote */
  constructor({ group, own, store, crypto, keeps = maxLogOctets }: GroupOptions) {
    this.group = group
    this.#own = own
    this.#store = store
    this.#crypto = crypto
    this.#keeps = keeps
    this.#logs = new Logs(group, own, store, crypto)
    this.#gathered = new Gathered(group, store)
    this.#neighbours = new Neighbours(own, this.#logs, store, this.#gathered)
  }

  /** Members that may read, in the order of their ids. */
  get readers(): readonly AgentId[] {
    return this.#neighbours.ring.members
  }

  /** What this member may do. */
  get rights(): Rights {
    return this.#neighbours.roster.get(this.#own) ?? { reads: false, writes: false }
  }

  /** How far a member is, of what this one sent; `undefined`: it has not told. */
  hasOfOwn(member: AgentId): number | undefined {
    const { name } = this.#logs.own
    return name === undefined ? undefined : this.#neighbours.peer(member)?.rows.get(name)?.have
  }

  /** The number of this member's last message. */
  get sent(): number {
    return this.#logs.own.last
  }

  /** Members that should be reached, and are still tried where they are not. */
  wanted(): ReadonlySet<AgentId> {
    return this.#neighbours.wanted()
  }

  /** What holds from now on. @param now milliseconds since 1970 */
  setRoster(roster: GroupRoster, now: number): Effects {
    this.#neighbours.setRoster(roster)
    this.#readers = new Set(this.readers.filter((id) => id !== this.#own))
    this.#gathered.change(...this.#logs.own.setReaders(this.#readers))
    this.#neighbours.changed()
    return this.#done(now)
  }

  /** A stream to `peer` is open, or it was found that it is not reached. */
  reached(peer: AgentId, state: 'up' | 'down', now: number): Effects {
    const known = this.#neighbours.peer(peer)
    this.#neighbours.changed()
    if (known !== undefined && state === 'up') this.#neighbours.begin(peer, known, now)
    else if (known !== undefined) known.state = 'down'
    return this.#done(now)
  }

  /** What `peer` said over its session. */
  receive(peer: AgentId, frame: Frame, now: number): Effects {
    const known = this.#neighbours.peer(peer)
    // Whoever is no member, or not any more by this host's roster, is not heard.
    if (known === undefined || !this.#neighbours.roster.has(this.#own)) return this.#done(now)
    try {
      this.#take(peer, known, frame, now)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#gathered.report(peer, `sent what cannot be read (${error.message})`)
    }
    return this.#done(now)
  }

  /** @param fresh random octets, as many as `freshOctets` */
  publish(content: Content, now: number, fresh: Uint8Array): Published {
    const refused = this.#refusalOf(content)
    if (refused !== undefined) return { type: 'refused', ...refused }
    const { entry, changes } = this.#logs.own.seal(content, this.#readers, now, fresh)
    this.#gathered.change(...changes)
    this.#append(entry, encodeEntry(entry), now)
    this.#neighbours.changed() // there may be new debts
    this.#neighbours.giveAllKeys()
    const log = logName(entry.log)
    this.#neighbours.spread(log, now)
    return { type: 'published', log, seq: entry.seq, effects: this.#done(now) }
  }

  /** To be called when `wakeAt` of the last effects has come. */
  tick(now: number): Effects {
    this.#believeGaps(now)
    this.#neighbours.tick(now)
    return this.#done(now)
  }

  #refusalOf({ type, octets }: Content): { code: 'refused' | 'limit' | 'too-large'; problem: string } | undefined {
    const size = this.readers.length
    if (octets.length > maxMessageOctets || type.length > maxTypeCharacters) {
      const problem = `a message has at most ${maxMessageOctets} octets and a type of ${maxTypeCharacters} characters, this one ${octets.length} and ${type.length}`
      return { code: 'too-large', problem }
    }
    if (!this.rights.writes)
      return { code: 'refused', problem: `the roster does not let this agent publish to ${this.group}` }
    if (size <= maxMembers) return undefined
    const problem = `${this.group} has ${size} members; at most ${maxMembers} are served: split it into several roles`
    return { code: 'limit', problem }
  }

  #take(peer: AgentId, known: Peer, frame: Frame, now: number): void {
    if (frame.type === 'have') this.#takeHave(peer, known, frame, now)
    else if (frame.type === 'key') this.#takeKey(peer, frame)
    else if (frame.type === 'keyed') {
      this.#gathered.change(...this.#logs.own.keyed(peer, frame.log, frame.number))
      this.#neighbours.changed()
    } else if (frame.type === 'entry') this.#takeEntry(peer, known, frame.octets, now)
    else this.#takeStub(peer, decodeStub(frame.octets), now)
  }

  #takeHave(peer: AgentId, known: Peer, { extent, rows }: Frame & { type: 'have' }, now: number): void {
    if (extent === 'whole') {
      const told = new Set(rows.map(({ log }) => logName(log)))
      for (const log of known.rows.keys()) if (!told.has(log)) known.rows.delete(log)
      const { own } = this.#logs
      if (own.name !== undefined && !told.has(own.name)) {
        this.#gathered.change(...own.forgot(peer))
        this.#neighbours.changed()
        this.#neighbours.giveKeys(peer, known)
      }
    }
    for (const { log, seq, state } of rows) {
      const name = logName(log)
      known.has(name, seq, state === 'again' || extent === 'whole' ? 'again' : 'as before')
      this.#neighbours.give(peer, known, name, now)
    }
  }

  /** Only its own sender tells a key. */
  #takeKey(sender: AgentId, frame: Frame & { type: 'key' }): void {
    if (!this.rights.reads || this.#neighbours.roster.get(sender)?.writes !== true) return
    const name = logName(frame.log)
    const known = this.#logs.get(name)
    const log = known ?? SenderLog.begin(sender, frame.verify, this.#crypto)
    if (log.sender !== sender || name !== logName(logOf(sender, log.verify, this.#crypto)))
      return this.#gathered.report(sender, 'told a key of a log that is not its own')
    const taken = log.takeKey(frame)
    if (taken.type === 'refused') return
    this.#gathered.send(sender, { type: 'keyed', log: frame.log, number: frame.number })
    // Asked for again, all neighbours would send what is under way: once for each key is enough.
    if (taken.type === 'known') return this.#gathered.send(sender, this.#logs.changes(name, 'has'))
    if (known === undefined) {
      this.#gathered.change(...this.#logs.add(frame.log, log))
      this.#neighbours.changed() // with the first log, this member takes part
    }
    this.#gathered.change(this.#logs.kept(name))
    if (taken.lost !== undefined) this.#miss(name, log, taken.lost)
    this.#neighbours.askAgain(name, sender)
  }

  #takeEntry(peer: AgentId, known: Peer, octets: Uint8Array, now: number): void {
    const entry = decodeEntry(octets)
    const name = logName(entry.log)
    if (name === this.#logs.own.name) return this.#takeOwn(entry)
    const log = this.#logs.get(name)
    const rights = this.#neighbours.roster.get(entry.sender)
    if (log === undefined || rights === undefined || entry.group !== this.group) return
    const taken = log.take(entry)
    if (taken === 'forged') return this.#gathered.report(peer, 'passed on a message that its sender did not make')
    if (taken === 'ahead' && known.isToAsk(name, log.have)) this.#gathered.send(peer, this.#logs.changes(name, 'again'))
    if (typeof taken === 'string') return
    known.has(name, Math.max(known.rows.get(name)?.have ?? 0, entry.seq), 'as before')
    this.#gaps.goesOn(name, log.have, now)
    this.#gathered.change(this.#logs.kept(name))
    this.#append(entry, octets, now)
    this.#deliver(entry, name, rights.writes ? taken.content : 'refused')
    this.#neighbours.tellSoon(name, now)
    this.#neighbours.spread(name, now)
  }

  #deliver({ sender: from, seq, time: sentAt }: Entry, log: string, content: Content | 'refused' | undefined): void {
    if (content === 'refused') this.#gathered.report(from, 'sent what the roster does not let it')
    else if (content === undefined) this.#gathered.report(from, 'sent what is no message')
    else this.#gathered.deliver({ kind: 'message', from, log, seq, sentAt, ...content })
  }

  /** Somebody has more of the own log than is here: the disk is an old copy. */
  #takeOwn(entry: Entry): void {
    const { own } = this.#logs
    if (entry.seq <= own.last || own.verify === undefined) return
    if (isSigned(stubOf(entry, this.#crypto), own.verify, this.#crypto)) own.markOld()
  }

  /** Its sender knows what is gone. Of others, only that nobody gives it for a while shows that it is. */
  #takeStub(peer: AgentId, stub: Stub, now: number): void {
    const name = logName(stub.log)
    const log = this.#logs.get(name)
    if (log === undefined || stub.group !== this.group || log.refusalOf(stub) !== undefined) return
    if (peer === stub.sender) this.#lose(name, log, stub.seq, now)
    else this.#gaps.tell(name, stub, now)
  }

  #lose(name: string, log: SenderLog, seq: number, now: number): void {
    const lost = log.lose(seq)
    this.#gaps.goesOn(name, log.have, now)
    this.#gathered.change(this.#logs.kept(name))
    this.#miss(name, log, lost)
    this.#neighbours.tellSoon(name, now)
  }

  /** What came behind a gap that was not believed yet was not taken. */
  #believeGaps(now: number): void {
    for (const stub of this.#gaps.takeDue(now)) {
      const name = logName(stub.log)
      const log = this.#logs.get(name)
      if (log === undefined || log.refusalOf(stub) !== undefined) continue
      this.#lose(name, log, stub.seq, now)
      this.#neighbours.askAgain(name)
    }
  }

  #append(entry: Entry, octets: Uint8Array, at: number): void {
    this.#gathered.change({ type: 'append', entry: { log: logName(entry.log), seq: entry.seq, octets, at } })
  }

  #miss(log: string, { sender: from }: SenderLog, [first, last]: Lost): void {
    this.#gathered.deliver({ kind: 'gap', from, log, first, last })
  }

  #done(now: number): Effects {
    this.#gathered.flush()
    if (this.#store.octets > this.#keeps || now >= this.#trimAt || this.#trimAt > now + trimEvery) {
      this.#logs.trim(this.#store, this.#keeps, now)
      this.#trimAt = now + trimEvery
    }
    return this.#gathered.take(Math.min(this.#neighbours.wakeAt, this.#gaps.wakeAt, this.#trimAt))
  }
}
