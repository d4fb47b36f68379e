/**
 * The groups of an agent: those of its roles, and those to which it publishes. Joins the engines to the roster in force,
 * the streams to other members, the disk and the programs of this host.
 * @module
 */
import { createHash } from 'node:crypto'
import type { Agent } from '@vagus/agent'
import type { Group } from '@vagus/api/groups'
import {
  type Content,
  type Effects,
  encodeFrame,
  freshOctets,
  type GroupCrypto,
  GroupEngine,
  type GroupRoster,
  keptFor,
  type Rights,
} from '@vagus/groups'
import type { AgentId } from '@vagus/identity'
import { channelCrypto, identityCrypto, randomOctets, signerOf } from '@vagus/transport'
import type { Fleet } from '../roster/fleet.ts'
import { ProblemError } from '../wire/problem.ts'
import { GroupDatabase } from './group-database.ts'
import { GroupLinks } from './group-links.ts'
import type { Inbox } from './inbox.ts'

/** Groups of one agent: a role each, and those to which it only publishes. A further one is refused. */
const maxGroups = 64
/** Milliseconds until a group whose disk failed is opened again. */
const reopenAfter = 5000
/** Lines for people about what others did; a line is told once. */
const maxTold = 256
const crypto: GroupCrypto = { ...identityCrypto, ...channelCrypto, signerOf }

export interface GroupsOptions {
  readonly agent: Pick<Agent, 'id' | 'connect' | 'connections'>
  readonly fleet: Fleet
  /** A file, or `:memory:`. */
  readonly path: string
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

interface Open {
  readonly engine: GroupEngine
  readonly inbox: Inbox
  wake: NodeJS.Timeout | undefined
  wakeAt: number
}

export interface Published {
  readonly id: string
  /** Other members that get it. */
  readonly members: number
}

export class Groups {
  readonly #options: GroupsOptions
  readonly #own: AgentId
  readonly #fleet: Fleet
  readonly #db: GroupDatabase
  readonly #links: GroupLinks
  readonly #open = new Map<string, Open>()
  readonly #listeners = new Set<() => void>()
  readonly #told = new Set<string>()
  /** Groups that are opened again later. */
  readonly #opening = new Set<string>()
  readonly #unwatch: () => void
  #isClosed = false

  constructor(options: GroupsOptions) {
    const { agent, fleet, path } = options
    this.#options = options
    this.#own = agent.id
    this.#fleet = fleet
    this.#db = new GroupDatabase(path, (id) => fleet.member(id))
    this.#links = new GroupLinks(agent, {
      onUp: (peer) => this.#reached(peer, 'up'),
      onDown: (peer) => this.#reached(peer, 'down'),
      onFrame: (peer, { group, frame }) => {
        const open = this.#open.get(group) ?? this.#openFor(peer, group)
        if (open !== undefined) this.#play(group, (engine, now) => engine.receive(peer, frame, now))
      },
      report: (line) => this.#say(line),
    })
    this.#unwatch = fleet.watch(() => this.#refresh())
    this.#refresh()
  }

  /** Names the places of messages; see `GroupDatabase`. */
  get inboxId(): string {
    return this.#db.id
  }

  /** The groups that there are for this agent, by name. */
  list(): readonly Group[] {
    return [...this.#open.keys()].sort().map((name) => this.state(name))
  }

  /** @throws {ProblemError} `unknown-group`, `refused` */
  state(name: string): Group {
    const { engine } = this.#openToUse(name)
    const { reads, writes } = engine.rights
    const members = engine.readers.map((id) => ({
      id,
      name: this.#fleet.member(id)?.name ?? null,
      has: id === this.#own ? engine.sent : (engine.hasOfOwn(id) ?? null),
    }))
    return { apiVersion: 'vagus/v1', kind: 'Group', name, reads, writes, sent: engine.sent, members }
  }

  /**
   * On disk when it returns: from then on every member that may read gets it once.
   * @param caller whose key it is @throws {ProblemError} `unknown-group`, `refused`, `limit`, `too-large`, `key-reused`
   */
  publish(name: string, content: Content, { caller, key }: { caller: string; key: string | undefined }): Published {
    const { engine } = this.#openToUse(name)
    const because = this.#fleet.refusalInGroup({ member: this.#own, action: 'publish', group: name })
    if (because !== undefined) throw new ProblemError('refused', because)
    const members = engine.readers.filter((id) => id !== this.#own).length
    const digest = createHash('sha256').update(`${content.type}\0`).update(content.octets).digest('hex')
    const before = key === undefined ? undefined : this.#db.published(name, caller, key)
    if (before !== undefined && before.digest !== digest)
      throw new ProblemError('key-reused', `the key ${key} was used for another message to ${name}`)
    if (before !== undefined) return { id: before.id, members }
    const now = Date.now()
    try {
      const { id, effects } = this.#db.together(() => {
        const published = engine.publish(content, now, randomOctets(freshOctets))
        if (published.type === 'refused') throw new ProblemError(published.code, published.problem)
        const id = `${published.log}-${published.seq}`
        if (key !== undefined) this.#db.notePublished(name, { caller, key, digest, id }, now - keptFor)
        return { id, effects: published.effects }
      })
      this.#apply(name, effects)
      return { id, members }
    } catch (error) {
      if (error instanceof ProblemError) throw error
      this.#stop(name, error as Error)
      throw new ProblemError('failed', `the message could not be kept: ${(error as Error).message}`)
    }
  }

  /** For who listens. @throws {ProblemError} `unknown-group`, `refused` */
  inbox(name: string): Inbox {
    const { inbox } = this.#openToUse(name)
    const because = this.#refusalToRead(name)
    if (because !== undefined) throw new ProblemError('refused', because)
    return inbox
  }

  /** @param listener is told that something may have changed @returns ends it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#unwatch()
    this.#links.close()
    for (const { wake } of this.#open.values()) clearTimeout(wake)
    this.#db.close()
    this.#tell()
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  #refusalToRead(group: string): string | undefined {
    const isMember = this.#fleet.member(this.#own)?.roles.includes(group) === true
    return isMember
      ? this.#fleet.refusalInGroup({ member: this.#own, action: 'subscribe', group })
      : `only members with the role ${group} get what is sent to it: vagus roster add ${this.#fleet.member(this.#own)?.name ?? 'NAME'} --role ${group}`
  }

  /** @throws {ProblemError} */
  #openToUse(name: string): Open {
    if (this.#isClosed) throw new ProblemError('closed', 'this side-car ends')
    const { problem } = this.#fleet
    if (problem !== undefined) throw new ProblemError('refused', problem)
    const isKnown = this.#fleet.active().some(({ roles }) => roles.includes(name))
    if (!isKnown) throw new ProblemError('unknown-group', `no member has the role "${name.slice(0, 64)}"`)
    const open = this.#open.get(name) ?? this.#openGroup(name)
    if (open === undefined)
      throw new ProblemError('limit', `an agent is in at most ${maxGroups} groups, or the disk failed`)
    return open
  }

  /** A group of this agent's role that `peer` speaks of; one whose disk failed waits for its time. */
  #openFor(peer: AgentId, group: string): Open | undefined {
    const isMember = this.#fleet.member(this.#own)?.roles.includes(group) === true
    return isMember && !this.#opening.has(group) && this.#fleet.isActive(peer) ? this.#openGroup(group) : undefined
  }

  /** `undefined`: there are too many, or the disk failed. */
  #openGroup(name: string): Open | undefined {
    if (this.#open.size >= maxGroups) return undefined
    try {
      const { store, inbox } = this.#db.open(name)
      const engine = new GroupEngine({ group: name, own: this.#own, store, crypto })
      const open: Open = { engine, inbox, wake: undefined, wakeAt: Infinity }
      this.#open.set(name, open)
      this.#play(name, (each, now) => each.setRoster(this.#rosterOf(name), now))
      for (const peer of this.#links.up()) this.#play(name, (each, now) => each.reached(peer, 'up', now))
      return this.#open.get(name)
    } catch (error) {
      this.#say(`the group ${name} cannot be opened: ${(error as Error).message}`)
      this.#openLater(name)
      return undefined
    }
  }

  /** By the roster in force. */
  #rosterOf(group: string): GroupRoster {
    const rights = new Map<AgentId, Rights>()
    for (const { id, roles } of this.#fleet.active()) {
      const may = (action: 'publish' | 'subscribe'): boolean =>
        this.#fleet.refusalInGroup({ member: id, action, group }) === undefined
      const reads = roles.includes(group) && may('subscribe')
      const writes = may('publish')
      if (reads || writes) rights.set(id, { reads, writes })
    }
    return rights
  }

  /** The roster changed, or a role of it ended. */
  #refresh(): void {
    for (const name of this.#open.keys()) this.#play(name, (engine, now) => engine.setRoster(this.#rosterOf(name), now))
    const roles = this.#fleet.member(this.#own)?.roles ?? []
    for (const name of new Set([...this.#db.groups(), ...roles])) if (!this.#open.has(name)) this.#openGroup(name)
    this.#tell()
  }

  #reached(peer: AgentId, state: 'up' | 'down'): void {
    for (const name of this.#open.keys()) this.#play(name, (engine, now) => engine.reached(peer, state, now))
  }

  /** An event for one engine. */
  #play(name: string, event: (engine: GroupEngine, now: number) => Effects): void {
    const open = this.#open.get(name)
    if (open === undefined || this.#isClosed) return
    try {
      this.#apply(name, event(open.engine, Date.now()))
    } catch (error) {
      this.#stop(name, error as Error)
    }
  }

  /** The disk failed, and what is in memory says more than it holds: it is read again later. */
  #stop(name: string, error: Error): void {
    this.#options.report(`the group ${name} stops for ${reopenAfter / 1000} s: ${error.message}`)
    clearTimeout(this.#open.get(name)?.wake)
    this.#open.delete(name)
    this.#openLater(name)
  }

  #openLater(name: string): void {
    if (this.#opening.has(name)) return
    const open = (): void => {
      this.#opening.delete(name)
      if (!this.#isClosed && !this.#open.has(name)) this.#openGroup(name)
    }
    this.#opening.add(name)
    setTimeout(open, reopenAfter).unref()
  }

  #apply(name: string, { sends, delivered, reports, wakeAt }: Effects): void {
    for (const { to, frame } of sends) this.#links.send(to, encodeFrame({ group: name, frame }))
    for (const line of reports) this.#say(line)
    if (delivered > 0) this.#tell()
    const open = this.#open.get(name)
    if (open === undefined) return
    if (open.wakeAt !== wakeAt) {
      clearTimeout(open.wake)
      open.wakeAt = wakeAt
      const wake = (): void => {
        open.wakeAt = Infinity
        this.#play(name, (engine, now) => engine.tick(now))
      }
      open.wake = setTimeout(wake, Math.max(1, wakeAt - Date.now())).unref()
    }
    this.#want()
  }

  #want(): void {
    const wanted = new Set<AgentId>()
    for (const { engine } of this.#open.values()) for (const peer of engine.wanted()) wanted.add(peer)
    this.#links.want(wanted)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  #say(line: string): void {
    if (this.#told.has(line) || this.#told.size >= maxTold) return
    this.#told.add(line)
    this.#options.report(line)
  }
}
