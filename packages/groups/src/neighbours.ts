/**
 * The other members as this one meets them: whom it wants to reach, what it tells them of what it has, and what it gives
 * to whom.
 * @module
 */
import type { AgentId } from '@vagus/identity'
import { logName } from './entry.ts'
import type { Frame } from './frame.ts'
import type { Gathered } from './gathered.ts'
import { repairAfter, tellAfter, tellAfterMessages } from './limits.ts'
import type { Logs } from './logs.ts'
import { notice, Peer } from './peer.ts'
import type { GroupStore } from './ports.ts'
import { push } from './push.ts'
import { Ring } from './ring.ts'
import type { GroupRoster } from './roster.ts'

/** Also where the clock of this host was set back since: then it is further away than it was ever meant to be. */
const isDue = (at: number, now: number, most: number): boolean => now >= at || (at !== Infinity && at > now + most)

export class Neighbours {
  readonly #own: AgentId
  readonly #logs: Logs
  readonly #store: GroupStore
  readonly #gathered: Gathered
  readonly #peers = new Map<AgentId, Peer>()
  roster: GroupRoster = new Map()
  ring = new Ring([])
  /** Logs of which neighbours are to be told what is there. */
  readonly #toTell = new Set<string>()
  #tellAt = Infinity
  /** Messages that came since. */
  #untold = 0
  /** When the first of those that lag is to be helped. */
  #repairAt = Infinity
  /** As of the last time that `#wanted` was found out. */
  #neighbours: ReadonlySet<AgentId> = new Set()
  /** `undefined`: to be found out again. */
  #wanted: ReadonlySet<AgentId> | undefined

  constructor(own: AgentId, logs: Logs, store: GroupStore, gathered: Gathered) {
    this.#own = own
    this.#logs = logs
    this.#store = store
    this.#gathered = gathered
  }

  /** When there is something to do next, milliseconds since 1970. */
  get wakeAt(): number {
    return Math.min(this.#tellAt, this.#repairAt)
  }

  setRoster(roster: GroupRoster): void {
    const grows = [...roster.keys()].some((id) => !this.roster.has(id))
    this.roster = roster
    this.ring = new Ring([...roster].filter(([, { reads }]) => reads).map(([id]) => id))
    for (const id of this.#peers.keys()) if (!roster.has(id)) this.#peers.delete(id)
    this.changed()
    // What was not taken before, from those who were not known yet, may be taken now.
    if (grows) this.#tellNeighbours(this.#logs.whole())
  }

  /** Others may be wanted now: somebody came or went, is owed a key, or there is a first log. */
  changed(): void {
    this.#wanted = undefined
  }

  /** Members that should be reached, and are still tried where they are not. */
  wanted(): ReadonlySet<AgentId> {
    return (this.#wanted ??= this.#findWanted())
  }

  #findWanted(): ReadonlySet<AgentId> {
    this.#neighbours =
      this.#logs.areEmpty || !this.roster.has(this.#own)
        ? new Set()
        : this.ring.neighbours(this.#own, (member) => this.#peers.get(member)?.state === 'down')
    return new Set([...this.#neighbours, ...this.#logs.own.debtors()])
  }

  /** Another member, also one that was not met; `undefined`: it is none by the roster here. */
  peer(id: AgentId): Peer | undefined {
    if (id === this.#own || !this.roster.has(id)) return undefined
    const known = this.#peers.get(id)
    if (known !== undefined) return known
    const peer = new Peer()
    this.#peers.set(id, peer)
    return peer
  }

  /** A stream to it is open. */
  begin(id: AgentId, peer: Peer, now: number): void {
    peer.restart()
    this.#gathered.send(id, this.#logs.whole())
    this.giveKeys(id, peer)
    for (const log of peer.rows.keys()) this.give(id, peer, log, now)
  }

  /** Says what is due, and helps those that lag. @param now milliseconds since 1970 */
  tick(now: number): void {
    if (isDue(this.#tellAt, now, tellAfter)) this.#tell()
    if (!isDue(this.#repairAt, now, repairAfter)) return
    this.#repairAt = Infinity
    for (const [id, peer] of this.#peers) for (const log of peer.rows.keys()) this.give(id, peer, log, now)
  }

  /** A message is new here. */
  spread(name: string, now: number): void {
    this.#gathered.flush()
    for (const [id, peer] of this.#peers) this.give(id, peer, name, now)
  }

  /** The log has grown. */
  tellSoon(name: string, now: number): void {
    this.#toTell.add(name)
    this.#tellAt = Math.min(this.#tellAt, now + tellAfter)
    if (++this.#untold >= tellAfterMessages) this.#tell()
  }

  /**
   * Messages that were passed on before can be taken now: neighbours are asked for them again. @param teller of the key that
   * came: it sends them behind the key anyway
   */
  askAgain(name: string, teller?: AgentId): void {
    this.#tellNeighbours(this.#logs.changes(name, 'again'), teller)
    if (teller !== undefined) this.#gathered.send(teller, this.#logs.changes(name, 'has'))
  }

  /** All that are reached get the keys that they are owed. */
  giveAllKeys(): void {
    for (const [id, peer] of this.#peers) this.giveKeys(id, peer)
  }

  /** Keys that the peer has not said to keep; then it counts as one that has the log up to there. */
  giveKeys(id: AgentId, peer: Peer): void {
    if (peer.state !== 'up') return
    for (const told of this.#logs.own.owedTo(id)) {
      if (told.number <= peer.toldKey) continue
      peer.toldKey = told.number
      this.#gathered.send(id, { type: 'key', ...told })
      const name = logName(told.log)
      if (!peer.rows.has(name)) peer.has(name, told.from - 1, 'again')
    }
  }

  /** What the peer lacks of a log: at once along the tree, after a while in any case. */
  give(id: AgentId, peer: Peer, name: string, now: number): void {
    const row = peer.rows.get(name)
    const source = this.#logs.sourceOf(name)
    if (row === undefined || source === undefined) return
    notice(row, source.have, now)
    if (peer.state !== 'up' || row.lagsSince === undefined) return
    const isChild = this.ring.children(source.sender, this.#own).includes(id)
    const repairAt = row.lagsSince + repairAfter
    if (!isChild && now >= repairAt) row.serves = 'repair'
    if (!isChild && row.serves === 'tree') this.#repairAt = Math.min(this.#repairAt, repairAt)
    else for (const frame of push(source, row, this.#store)) this.#gathered.send(id, frame)
  }

  #tell(): void {
    const rows = this.#logs.rows(this.#toTell, 'has')
    for (const name of this.#toTell) this.#tellOutsider(name)
    this.#toTell.clear()
    this.#untold = 0
    this.#tellAt = Infinity
    if (rows.length > 0) this.#tellNeighbours({ type: 'have', extent: 'changes', rows })
  }

  /** A sender that does not read is nobody's neighbour, and waits to hear what came of its messages. */
  #tellOutsider(name: string): void {
    const sender = this.#logs.sourceOf(name)?.sender
    if (sender === undefined || this.roster.get(sender)?.reads !== false || this.#peers.get(sender)?.state !== 'up')
      return
    this.#gathered.send(sender, this.#logs.changes(name, 'has'))
  }

  /** Those who may have to help, and no others: in a large group that is most of what is said. */
  #tellNeighbours(frame: Frame, but?: AgentId): void {
    this.wanted() // so that neighbours are those of now
    for (const id of this.#neighbours)
      if (id !== but && this.#peers.get(id)?.state === 'up') this.#gathered.send(id, frame)
  }
}
