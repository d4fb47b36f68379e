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
  logOfName,
  type Stub,
  stubOf,
} from './entry.ts'
import { type Frame, maxRows, type Row } from './frame.ts'
import {
  keptFor,
  maxLogOctets,
  maxLogsOfSender,
  maxMembers,
  maxMessageOctets,
  maxTypeCharacters,
  repairAfter,
  tellAfter,
  tellAfterMessages,
} from './limits.ts'
import { OwnLog } from './own-log.ts'
import { notice, Peer } from './peer.ts'
import type { Change, Delivered, GroupCrypto, GroupStore, Missed } from './ports.ts'
import { push, type Source } from './push.ts'
import { Ring } from './ring.ts'
import { type Lost, SenderLog } from './sender-log.ts'

/** What the roster and its policies say of an active member. */
export interface Rights {
  /** It has the role, and may subscribe. */
  readonly reads: boolean
  /** It may publish. */
  readonly writes: boolean
}

/** Active members with at least one of both rights. */
export type GroupRoster = ReadonlyMap<AgentId, Rights>

export interface Effects {
  readonly sends: readonly { readonly to: AgentId; readonly frame: Frame }[]
  /** Whether there is something new in the store for programs. */
  readonly delivered: number
  /** What others did that they may not, for people. */
  readonly reports: readonly string[]
  /** When `tick` is to be called, milliseconds since 1970. */
  readonly wakeAt: number
}

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

const logPrefix = 'log/'
/** Milliseconds between looks at what retention drops. */
const trimEvery = 60_000

export class GroupEngine {
  readonly group: string
  readonly #own: AgentId
  readonly #store: GroupStore
  readonly #crypto: GroupCrypto
  readonly #keeps: number
  readonly #ownLog: OwnLog
  readonly #logs = new Map<string, SenderLog>()
  readonly #peers = new Map<AgentId, Peer>()
  #roster: GroupRoster = new Map()
  #readers: ReadonlySet<AgentId> = new Set()
  #ring = new Ring([])
  /** Logs of which neighbours are to be told what is there. */
  readonly #toTell = new Set<string>()
  #tellAt = Infinity
  /** Messages that came since. */
  #untold = 0
  /** When the first of those that lag is to be helped. */
  #repairAt = Infinity
  #trimAt = 0
  /** As of the last time that `#wanted` was found out. */
  #neighbours: ReadonlySet<AgentId> = new Set()
  /** `undefined`: to be found out again. */
  #wanted: ReadonlySet<AgentId> | undefined
  // Of the event under way.
  #sends: { to: AgentId; frame: Frame }[] = []
  #changes: Change[] = []
  #delivered = 0
  #reports: string[] = []

  /** @throws {DecodeError} where the store holds what no engine wrote */
  constructor({ group, own, store, crypto, keeps = maxLogOctets }: GroupOptions) {
    this.group = group
    this.#own = own
    this.#store = store
    this.#crypto = crypto
    this.#keeps = keeps
    const records = [...store.records()]
    this.#ownLog = new OwnLog(group, own, records, crypto)
    for (const [key, octets] of records)
      if (key.startsWith(logPrefix)) this.#logs.set(key.slice(logPrefix.length), SenderLog.read(octets, crypto))
  }

  /** Members that may read, in the order of their ids. */
  get readers(): readonly AgentId[] {
    return this.#ring.members
  }

  /** What this member may do. */
  get rights(): Rights {
    return this.#roster.get(this.#own) ?? { reads: false, writes: false }
  }

  /** How far a member is, of what this one sent; `undefined`: it has not told. */
  hasOfOwn(member: AgentId): number | undefined {
    const { name } = this.#ownLog
    return name === undefined ? undefined : this.#peers.get(member)?.rows.get(name)?.have
  }

  /** The number of this member's last message. */
  get sent(): number {
    return this.#ownLog.last
  }

  /** Members that should be reached, and are still tried where they are not. */
  wanted(): ReadonlySet<AgentId> {
    return (this.#wanted ??= this.#findWanted())
  }

  #findWanted(): ReadonlySet<AgentId> {
    const takesPart = this.#logs.size > 0 || this.#ownLog.log !== undefined
    if (!takesPart || !this.#roster.has(this.#own)) return new Set()
    this.#neighbours = this.#ring.neighbours(this.#own, (member) => this.#peers.get(member)?.state === 'down')
    return new Set([...this.#neighbours, ...this.#ownLog.debtors()])
  }

  /** What holds from now on. @param now milliseconds since 1970 */
  setRoster(roster: GroupRoster, now: number): Effects {
    this.#wanted = undefined
    const grows = [...roster.keys()].some((id) => !this.#roster.has(id))
    this.#roster = roster
    const readers = [...roster].filter(([, { reads }]) => reads).map(([id]) => id)
    this.#ring = new Ring(readers)
    this.#readers = new Set(readers.filter((id) => id !== this.#own))
    this.#changes.push(...this.#ownLog.setReaders(this.#readers))
    for (const id of this.#peers.keys()) if (!roster.has(id)) this.#peers.delete(id)
    if (grows) this.#tellAll() // what was not taken before, from those who were not known yet, may be taken now
    return this.#done(now)
  }

  /** A stream to `peer` is open, or it was found that it is not reached. */
  reached(peer: AgentId, state: 'up' | 'down', now: number): Effects {
    this.#wanted = undefined
    const known = this.#peerOf(peer)
    if (known === undefined) return this.#done(now)
    if (state === 'down') known.state = 'down'
    else {
      known.restart()
      this.#send(peer, this.#whole())
      this.#giveKeys(peer, known)
      for (const log of known.rows.keys()) this.#give(peer, known, log, now)
    }
    return this.#done(now)
  }

  /** What `peer` said over its session. */
  receive(peer: AgentId, frame: Frame, now: number): Effects {
    const known = this.#peerOf(peer)
    // Whoever is no member, or not any more by this host's roster, is not heard.
    if (known === undefined || !this.#roster.has(this.#own)) return this.#done(now)
    try {
      this.#take(peer, known, frame, now)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      this.#report(peer, `sent what cannot be read (${error.message})`)
    }
    return this.#done(now)
  }

  /** @param fresh random octets, as many as `freshOctets` */
  publish(content: Content, now: number, fresh: Uint8Array): Published {
    const refused = this.#refusalOf(content)
    if (refused !== undefined) return { type: 'refused', ...refused }
    const { entry, changes } = this.#ownLog.seal(content, this.#readers, now, fresh)
    this.#changes.push(...changes)
    this.#wanted = undefined // there may be new debts
    this.#append(entry, now)
    for (const [id, peer] of this.#peers) this.#giveKeys(id, peer)
    const log = logName(entry.log)
    this.#spread(log, now)
    return { type: 'published', log, seq: entry.seq, effects: this.#done(now) }
  }

  /** To be called when `wakeAt` of the last effects has come. */
  tick(now: number): Effects {
    if (now >= this.#tellAt) this.#tell()
    if (now >= this.#repairAt) {
      this.#repairAt = Infinity
      for (const [id, peer] of this.#peers) for (const log of peer.rows.keys()) this.#give(id, peer, log, now)
    }
    return this.#done(now)
  }

  #refusalOf({ type, octets }: Content): { code: 'refused' | 'limit' | 'too-large'; problem: string } | undefined {
    const size = this.#ring.members.length
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
    else if (frame.type === 'keyed') this.#owing(this.#ownLog.keyed(peer, frame.log, frame.number))
    else if (frame.type === 'entry') this.#takeEntry(peer, known, decodeEntry(frame.octets), frame.octets, now)
    else this.#takeStub(decodeStub(frame.octets), now)
  }

  #takeHave(peer: AgentId, known: Peer, { extent, rows }: Frame & { type: 'have' }, now: number): void {
    if (extent === 'whole') {
      const told = new Set(rows.map(({ log }) => logName(log)))
      for (const log of known.rows.keys()) if (!told.has(log)) known.rows.delete(log)
      if (this.#ownLog.name !== undefined && !told.has(this.#ownLog.name)) {
        this.#owing(this.#ownLog.forgot(peer))
        this.#giveKeys(peer, known)
      }
    }
    for (const { log, seq, state } of rows) {
      const name = logName(log)
      known.has(name, seq, state === 'again' || extent === 'whole' ? 'again' : 'as before')
      this.#give(peer, known, name, now)
    }
  }

  /** Only its own sender tells a key. */
  #takeKey(sender: AgentId, frame: Frame & { type: 'key' }): void {
    if (!this.rights.reads || this.#roster.get(sender)?.writes !== true) return
    const name = logName(frame.log)
    const log = this.#logs.get(name) ?? SenderLog.begin(sender, frame.verify, this.#crypto)
    if (log.sender !== sender || name === this.#ownLog.name)
      return this.#report(sender, 'told a key of a log that is not its own')
    const taken = log.takeKey(frame)
    if (taken.type === 'refused') return
    if (!this.#logs.has(name)) this.#forgetOldest(sender)
    this.#logs.set(name, log)
    this.#wanted = undefined // with the first log, this member takes part
    this.#keep(name, log)
    if (taken.lost !== undefined) this.#miss(name, log, taken.lost)
    this.#send(sender, { type: 'keyed', log: frame.log, number: frame.number })
    // Who has passed messages on before the key came is asked for them again; its sender sends them behind the key.
    this.#tellNeighbours({ type: 'have', extent: 'changes', rows: this.#vector([name], 'again') }, sender)
    this.#send(sender, { type: 'have', extent: 'changes', rows: this.#vector([name], 'has') })
  }

  #takeEntry(peer: AgentId, known: Peer, entry: Entry, octets: Uint8Array, now: number): void {
    const name = logName(entry.log)
    if (name === this.#ownLog.name) return this.#takeOwn(entry)
    const log = this.#logs.get(name)
    const rights = this.#roster.get(entry.sender)
    if (log === undefined || rights === undefined || entry.group !== this.group) return
    const taken = log.take(entry)
    if (taken === 'forged') return this.#report(peer, 'passed on a message that its sender did not make')
    if (taken === 'ahead' && known.isToAsk(name, log.have))
      this.#send(peer, { type: 'have', extent: 'changes', rows: this.#vector([name], 'again') })
    if (typeof taken === 'string') return
    known.has(name, Math.max(known.rows.get(name)?.have ?? 0, entry.seq), 'as before')
    this.#keep(name, log)
    this.#append(entry, now, octets)
    if (!rights.writes) this.#report(entry.sender, 'sent what the roster does not let it')
    else if (taken.content === undefined) this.#report(entry.sender, 'sent what is no message')
    else {
      const { sender: from, seq, time: sentAt } = entry
      this.#deliver({ kind: 'message', from, log: name, seq, sentAt, ...taken.content })
    }
    this.#tellSoon(name, now)
    this.#spread(name, now)
  }

  /** Somebody has more of the own log than is here: the disk is an old copy. */
  #takeOwn(entry: Entry): void {
    const { verify } = this.#ownLog
    if (entry.seq <= this.#ownLog.last || verify === undefined) return
    if (isSigned(stubOf(entry, this.#crypto), verify, this.#crypto)) this.#ownLog.markOld()
  }

  #takeStub(stub: Stub, now: number): void {
    const name = logName(stub.log)
    const log = this.#logs.get(name)
    if (log === undefined || stub.group !== this.group) return
    const taken = log.takeStub(stub)
    if (typeof taken === 'string') return
    this.#keep(name, log)
    this.#miss(name, log, taken.lost)
    this.#tellSoon(name, now)
  }

  #forgetOldest(sender: AgentId): void {
    const logs = [...this.#logs].filter(([, log]) => log.sender === sender)
    if (logs.length < maxLogsOfSender) return
    const [name] = logs[0]!
    this.#logs.delete(name)
    this.#changes.push(
      { type: 'remove', key: logPrefix + name },
      { type: 'drop', log: name, seq: Number.MAX_SAFE_INTEGER },
    )
  }

  /** Somebody is owed a key, or none any more. */
  #owing(changes: readonly Change[]): void {
    this.#changes.push(...changes)
    if (changes.length > 0) this.#wanted = undefined
  }

  #keep(name: string, log: SenderLog): void {
    this.#changes.push({ type: 'put', key: logPrefix + name, octets: log.encode() })
  }

  #append(entry: Entry, at: number, octets = encodeEntry(entry)): void {
    this.#changes.push({ type: 'append', entry: { log: logName(entry.log), seq: entry.seq, octets, at } })
  }

  #deliver(what: Delivered | Missed): void {
    this.#delivered++
    this.#changes.push({ type: 'deliver', what })
  }

  #miss(log: string, { sender: from }: SenderLog, [first, last]: Lost): void {
    this.#deliver({ kind: 'gap', from, log, first, last })
  }

  #report(whose: AgentId, what: string): void {
    this.#reports.push(`${whose} ${what} in the group ${this.group}`)
  }

  #peerOf(id: AgentId): Peer | undefined {
    if (id === this.#own || !this.#roster.has(id)) return undefined
    const known = this.#peers.get(id)
    if (known !== undefined) return known
    const peer = new Peer()
    this.#peers.set(id, peer)
    return peer
  }

  #send(to: AgentId, frame: Frame): void {
    this.#sends.push({ to, frame })
  }

  #names(): readonly string[] {
    const { name } = this.#ownLog
    return [...(name === undefined ? [] : [name]), ...this.#logs.keys()].slice(0, maxRows)
  }

  #whole(): Frame {
    return { type: 'have', extent: 'whole', rows: this.#vector(this.#names(), 'has') }
  }

  #tellAll(): void {
    this.#tellNeighbours(this.#whole())
  }

  #vector(names: Iterable<string>, state: Row['state']): Row[] {
    return [...names].map((name) => ({ log: logOfName(name), seq: this.#sourceOf(name)!.have, state }))
  }

  /** `undefined`: the log is not known. */
  #sourceOf(name: string): Source | undefined {
    const own = this.#ownLog
    if (name === own.name) return { name, sender: this.#own, have: own.last, dropped: own.dropped }
    const log = this.#logs.get(name)
    return log && { name, sender: log.sender, have: log.have, dropped: log.dropped }
  }

  #tellSoon(name: string, now: number): void {
    this.#toTell.add(name)
    this.#tellAt = Math.min(this.#tellAt, now + tellAfter)
    if (++this.#untold >= tellAfterMessages) this.#tell()
  }

  #tell(): void {
    const names = [...this.#toTell].filter((name) => this.#sourceOf(name) !== undefined)
    const rows = this.#vector(names, 'has')
    for (const name of names) this.#tellOutsider(name)
    this.#toTell.clear()
    this.#untold = 0
    this.#tellAt = Infinity
    if (rows.length > 0) this.#tellNeighbours({ type: 'have', extent: 'changes', rows })
  }

  /** A sender that does not read is nobody's neighbour, and waits to hear what came of its messages. */
  #tellOutsider(name: string): void {
    const { sender } = this.#sourceOf(name)!
    if (sender === this.#own || this.#readers.has(sender) || this.#peers.get(sender)?.state !== 'up') return
    this.#send(sender, { type: 'have', extent: 'changes', rows: this.#vector([name], 'has') })
  }

  /** Those who may have to help, and no others: in a large group that is what most is said. */
  #tellNeighbours(frame: Frame, but?: AgentId): void {
    this.wanted()
    for (const id of this.#neighbours) if (id !== but && this.#peers.get(id)?.state === 'up') this.#send(id, frame)
  }

  /** A message is new here. */
  #spread(name: string, now: number): void {
    this.#flush()
    for (const [id, peer] of this.#peers) this.#give(id, peer, name, now)
  }

  /** Keys that the peer has not said to keep, and then it counts as one that has the log up to there. */
  #giveKeys(id: AgentId, peer: Peer): void {
    if (peer.state !== 'up') return
    for (const told of this.#ownLog.owedTo(id)) {
      if (told.number <= peer.toldKey) continue
      peer.toldKey = told.number
      this.#send(id, { type: 'key', ...told })
      const name = logName(told.log)
      if (!peer.rows.has(name)) peer.has(name, told.from - 1, 'again')
    }
  }

  /** What the peer lacks of a log: at once along the tree, after a while in any case. */
  #give(id: AgentId, peer: Peer, name: string, now: number): void {
    const row = peer.rows.get(name)
    const source = this.#sourceOf(name)
    if (row === undefined || source === undefined) return
    notice(row, source.have, now)
    if (peer.state !== 'up' || row.lagsSince === undefined) return
    const isChild = this.#ring.children(source.sender, this.#own).includes(id)
    const repairAt = row.lagsSince + repairAfter
    if (!isChild && now >= repairAt) row.serves = 'repair'
    if (!isChild && row.serves === 'tree') this.#repairAt = Math.min(this.#repairAt, repairAt)
    else for (const frame of push(source, row, this.#store)) this.#send(id, frame)
  }

  /** Drops what is older or more than is kept; of each log the stub of the last one stays. */
  #trim(now: number): void {
    for (let oldest = this.#store.oldest(); oldest !== undefined; oldest = this.#store.oldest()) {
      if (this.#store.octets <= this.#keeps && oldest.at > now - keptFor) return
      const { log: name, seq } = oldest
      const stub = stubOf(decodeEntry(oldest.octets), this.#crypto)
      const changes: Change[] = [{ type: 'drop', log: name, seq }]
      const log = this.#logs.get(name)
      if (name === this.#ownLog.name) changes.push(...this.#ownLog.drop(stub))
      else if (log !== undefined) {
        log.drop(stub)
        changes.push({ type: 'put', key: logPrefix + name, octets: log.encode() })
      }
      this.#store.write(changes)
    }
  }

  #flush(): void {
    if (this.#changes.length === 0) return
    const changes = this.#changes
    this.#changes = []
    this.#store.write(changes)
  }

  /** Everything is written before the host sends anything. */
  #done(now: number): Effects {
    this.#flush()
    if (this.#store.octets > this.#keeps || now >= this.#trimAt) {
      this.#trim(now)
      this.#trimAt = now + trimEvery
    }
    const effects = {
      sends: this.#sends,
      delivered: this.#delivered,
      reports: this.#reports,
      wakeAt: Math.min(this.#tellAt, this.#repairAt, this.#trimAt),
    }
    this.#sends = []
    this.#delivered = 0
    this.#reports = []
    return effects
  }
}
