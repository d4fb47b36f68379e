/**
 * The paths of a session: opened by either side, validated, preferred, suspected, left. When a path falls silent,
 * everything unacknowledged on it is sent by another at once.
 * @module
 */
import { bulkClass, type ClassSet, tolerantClasses } from './class-set.ts'
import type { ConnectionIds } from './connection-ids.ts'
import type { SessionEvent } from './event.ts'
import type { SentPacket } from './ledger.ts'
import { maxPaths } from './limits.ts'
import { Path } from './path.ts'
import { Urgency } from '../energy/urgency.ts'
import { chooseBulk, choosePrimary, chooseSecond, chooseThrifty } from './path-choice.ts'
import type { PathId, PathState, PathStatus } from './path-state.ts'
import { probeInterval } from './probing.ts'
import type { Route } from './route.ts'
import type { Signals } from './signal.ts'

/** How many further paths of the peer are accepted at once. */
const expectedPaths = 3

export interface PathsConfig {
  readonly role: 'initiator' | 'responder'
  readonly ids: ConnectionIds
  readonly signals: Signals
  readonly emit: (event: SessionEvent) => void
  /** The content of a packet must be sent again. */
  readonly lost: (packet: SentPacket) => void
}

export class Paths {
  readonly #config: PathsConfig
  /** Replaced on each change, because each packet iterates over it, also while a path is closed. */
  #all: readonly Path[] = []
  /** The next path this side opens. */
  #nextOwn: PathId
  /** The peer's lowest path that was neither opened nor closed, and those above it that were. */
  #lowestPeer: PathId
  #usedByPeer: Set<PathId> | undefined
  #primary: Path | undefined
  /** The path that others hear of: the primary one, once it has shown that it is better than the one before. */
  #settled: Path | undefined
  #aside: Path | undefined
  #asideIs: 'thrifty' | 'reliable' = 'reliable'
  /** Whether paths differ in joules, so that it matters how soon content has to be there. */
  differInJoules = false
  readonly urgency = new Urgency()
  #second: Path | undefined
  /** Until when copies go by a second path, because some paths are about to be left. */
  #moving: { readonly from: ReadonlySet<Path>; readonly duplicateFor: number; readonly until: number } | undefined
  /** When the primary path fell silent. A path that answered since then is preferred. */
  #doubtedAt = -Infinity
  /** When another path answered first since then. */
  #relievedAt = Infinity

  constructor(config: PathsConfig) {
    this.#config = config
    this.#nextOwn = config.role === 'initiator' ? 2 : 1
    this.#lowestPeer = config.role === 'initiator' ? 1 : 2
  }

  get primary(): Path | undefined {
    return this.#primary
  }

  /** As `primary`, except while it is not known whether the one before is only late. */
  get settled(): Path | undefined {
    return this.#settled
  }

  /** When the primary path becomes the settled one, unless that answers before; `Infinity`: it is, or nobody answers. */
  get settlesAt(): number {
    const settled = this.#settled
    if (this.#primary === settled || settled === undefined) return Infinity
    return this.#relievedAt + settled.rtt.patience
  }

  /** The path for `asideClasses`: mostly the primary one itself. */
  get aside(): Path | undefined {
    return this.#aside
  }

  /** What goes by `aside` where that is not the primary path: bulk, or all that is tolerant where that saves joules. */
  get asideClasses(): ClassSet {
    return this.#asideIs === 'thrifty' ? tolerantClasses : bulkClass
  }

  /** The path for copies. */
  get second(): Path | undefined {
    return this.#second
  }

  /** Whether nothing arrives on any path although an answer is late. */
  get areSilent(): boolean {
    for (const path of this.#all) if (path.state === 'alive' && path.silences === 0) return false
    return true
  }

  /**
   * Whether data of the primary path also goes by a second one: a move is under way, or it is not known which one is
   * alive.
   */
  get usesTwo(): boolean {
    if (this.#moving !== undefined && this.#moving.until !== Infinity) return true
    return this.#primary !== undefined && this.#primary.answeredAt < this.#doubtedAt
  }

  isMovingFrom(path: Path): boolean {
    return this.#moving?.from.has(path) === true
  }

  get movingUntil(): number {
    return this.#moving?.until ?? Infinity
  }

  /** In the order of opening; includes one that is closed during an iteration. */
  get all(): readonly Path[] {
    return this.#all
  }

  get(id: PathId): Path | undefined {
    for (const path of this.#all) if (path.id === id) return path
    return undefined
  }

  /** The path of the handshake. */
  first(route: Route, now: number): Path {
    const path = this.#add(0, route, now)
    this.turn(path, 'alive', now)
    return path
  }

  /** Opens a path; `undefined` at the limit. */
  open(route: Route, status: PathStatus, now: number): Path | undefined {
    if (this.#all.length >= maxPaths) return undefined
    const path = this.#add(this.#nextOwn, route, now)
    this.#nextOwn += 2
    path.validation.trust()
    path.validation.start(now)
    if (status === 'standby') this.setStatus(path, status, now)
    this.#config.emit({ type: 'path', path: path.id, state: path.state })
    return path
  }

  /** The peer opened `id`; `undefined` if that is over the limit, or the path was closed. */
  accept(id: PathId, route: Route, now: number): Path | undefined {
    if (id < this.#lowestPeer || this.#usedByPeer?.has(id) === true || this.#all.length >= maxPaths) return undefined
    const path = this.#add(id, route, now)
    if (path.isReliable) path.validation.trust()
    path.validation.start(now)
    this.#config.emit({ type: 'path', path: id, state: path.state })
    this.#usePeer(id)
    return path
  }

  /** The peer may use its next paths: several, because the first packets of some may not get through. */
  listenForNext(): void {
    let id = this.#lowestPeer
    for (let count = 0; count < expectedPaths; id += 2) {
      if (this.#usedByPeer?.has(id) === true) continue
      this.#config.ids.listen(id, 0)
      count++
    }
  }

  /** The peer closed `id`, which it may have opened without our noticing. */
  closedByPeer(id: PathId, now: number): void {
    const path = this.get(id)
    if (path !== undefined) this.close(path, 'peer', now)
    const isNear = id >= this.#lowestPeer && id < this.#lowestPeer + 2 * (maxPaths + expectedPaths)
    if (path !== undefined || !isNear || id % 2 !== this.#lowestPeer % 2) return
    this.#config.ids.unlisten(id)
    this.#usePeer(id)
  }

  #usePeer(id: PathId): void {
    const used = (this.#usedByPeer ??= new Set())
    used.add(id)
    while (used.delete(this.#lowestPeer)) this.#lowestPeer += 2
    this.listenForNext()
  }

  /** A challenge was answered on the path's own route, or on the route that replaces it. */
  proven(path: Path, now: number): void {
    const { validation } = path
    validation.prove()
    path.answeredAt = now
    if (this.#primary?.state === 'alive' && isLate(this.#primary, now)) this.#doubtedAt = now
    if (path.state === 'validating') this.turn(path, 'alive', now)
  }

  /** An acknowledgement arrived: the path works. */
  answers(path: Path, now: number): void {
    const isFirst = path.answeredAt < this.#doubtedAt
    path.answeredAt = now
    path.silences = 0
    if (path !== this.#settled) this.#relievedAt = Math.min(this.#relievedAt, now)
    else if (path.state === 'suspect' && path !== this.#primary && now <= this.settlesAt && path.flaps > 0) {
      // It answers as soon as the others do: the peer was busy, and the path is as good as it was.
      path.flaps--
      path.suspectedAt = path.suspectedBefore
    }
    if (path.state === 'suspect' || path.state === 'dead') this.turn(path, 'alive', now)
    else if (isFirst) this.choose(now)
  }

  /** An acknowledgement is late. Other paths may share its fate, so all of them are probed. */
  suspect(path: Path, now: number): void {
    if (path === this.#primary) {
      this.#doubtedAt = now
      this.#relievedAt = Infinity
      this.probeAll()
    }
    path.suspectedBefore = path.suspectedAt
    path.suspectedAt = now
    path.flaps++
    path.silences = 0
    path.mustProbe = true
    path.probeAt = now + probeInterval(path)
    path.copies.length = 0
    path.datagramCopies.length = 0
    this.turn(path, 'suspect', now)
    this.retransmit(path)
  }

  /** Probes all paths from which an answer is expected. */
  probeAll(): void {
    for (const path of this.#all) if (path.state === 'alive') path.mustProbe = true
  }

  /** Sends the content in flight on `path` again, by whatever path is best now. */
  retransmit(path: Path): void {
    path.ledger.giveUpAll((packet) => {
      path.congestion.forgotten(packet)
      this.#config.lost(packet)
    })
  }

  /** @param by if `peer`, it need not be notified */
  close(path: Path, by: 'here' | 'peer', now: number): void {
    if (!path.isOpen) return
    this.turn(path, 'closed', now)
    this.retransmit(path)
    this.#config.ids.unlisten(path.id)
    if (by === 'here') this.#config.signals.add({ type: 'path-close', about: path.id })
    this.#all = this.#all.filter((other) => other !== path)
    this.choose(now)
  }

  setStatus(path: Path, status: PathStatus, now: number): void {
    if (path.ownStatus === status) return
    path.ownStatus = status
    path.ownVersion++
    this.#config.signals.add({ type: 'status', about: path.id })
    this.choose(now)
  }

  peerStatus(path: Path, version: number, status: PathStatus, now: number): void {
    if (version <= path.peerVersion) return
    path.peerVersion = version
    path.peerStatus = status
    this.choose(now)
  }

  /**
   * `from`, like others for which this was called already, is about to be left: everything goes by two paths for
   * `duplicateFor` milliseconds, counted from when there is a path that stays.
   */
  move(from: Path, duplicateFor: number, now: number): void {
    this.#moving = { from: new Set([...(this.#moving?.from ?? []), from]), duplicateFor, until: Infinity }
    this.choose(now)
  }

  /** The time for both paths has ended: those that were announced are left permanently. */
  endMove(now: number): void {
    for (const path of this.#moving?.from ?? []) path.leaving = true
    this.#moving = undefined
    this.choose(now)
  }

  turn(path: Path, state: PathState, now: number): void {
    path.state = state
    if (state === 'alive') path.probeAt = Infinity
    this.#config.emit({ type: 'path', path: path.id, state })
    this.choose(now)
  }

  /** The peer moved to the next connection id of `path`, so this side does too (RFC 9000 §9.5). */
  followSequence(path: Path, sequence: number): void {
    const { ids } = this.#config
    path.localSequence = sequence
    ids.listen(path.id, sequence + 1)
    ids.unlisten(path.id, sequence - 1)
    if (path.remoteSequence >= sequence) return
    path.remoteSequence = sequence
    path.remoteConnectionId = ids.remote(path.id, sequence)
  }

  /** Chooses again which path is used for what. */
  choose(now: number): void {
    const before = this.#primary
    const { budget } = this.urgency
    const situation = { settled: this.#settled, current: before, doubtedAt: this.#doubtedAt, budget, now }
    const primary = choosePrimary(this.#all, situation)
    const thrifty = chooseThrifty(this.#all, primary, this.#doubtedAt)
    this.#asideIs = thrifty === undefined ? 'reliable' : 'thrifty'
    this.#aside = thrifty ?? chooseBulk(this.#all, primary, this.#doubtedAt)
    this.differInJoules = primary !== undefined && this.#all.some(({ route }) => route.radio !== primary.route.radio)
    this.#startMove(now)
    this.#second = chooseSecond(this.#all, primary, (path) => path.leaving || this.isMovingFrom(path))
    this.#primary = primary
    this.settle(now)
    if (primary === before) return
    // It was the next best when the previous one fell silent, and never answered: it may have failed together with that
    // one.
    if (before?.state !== 'alive' || before.answeredAt >= this.#doubtedAt) return
    this.retransmit(before)
    before.mustProbe = true
  }

  /**
   * Tells which path is used, at once where that was decided or the one before is gone. One that is only late stays settled
   * until another has answered and it still has not: on a busy host all paths are late together.
   */
  settle(now: number): void {
    const [primary, settled] = [this.#primary, this.#settled]
    if (primary === settled) return
    const isOnlyLate = settled?.state === 'suspect' && settled.status === 'active'
    if (primary !== undefined && isOnlyLate && now < this.settlesAt) return
    this.#settled = primary
    this.#config.emit({ type: 'primary', path: primary?.id })
  }

  #startMove(now: number): void {
    const moving = this.#moving
    if (moving === undefined) return
    let isThereAnother = false
    for (const path of this.#all) {
      if (path.state === 'alive' && !path.leaving && !moving.from.has(path)) isThereAnother = true
    }
    if (!isThereAnother) this.#moving = { ...moving, until: Infinity }
    else if (moving.until === Infinity) this.#moving = { ...moving, until: now + moving.duplicateFor }
  }

  #add(id: PathId, route: Route, now: number): Path {
    const path = new Path(id, route, this.#config.ids.remote(id, 0), now)
    this.#all = this.#all.concat(path)
    if (id !== 0) {
      this.#config.ids.listen(id, 0)
      this.#config.ids.listen(id, 1)
    }
    return path
  }
}

/** Whether an acknowledgement on `path` takes longer than usual. */
function isLate({ ledger: { oldest }, answeredAt, rtt }: Path, now: number): boolean {
  return oldest !== undefined && now > oldest.at + rtt.usual && now > answeredAt + rtt.usual
}
