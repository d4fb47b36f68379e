/**
 * Streams between members of groups: one in each direction, for all groups that two members share. They end with their
 * session and are opened again; the engines on both sides know what was lost with one.
 * @module
 */
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Agent, Connection } from '@vagus/agent'
import { decodeFrame, frameLimits, type GroupFrame } from '@vagus/groups'
import type { AgentId } from '@vagus/identity'
import { CborFramer, DecodeError } from '@vagus/wire'

const protocol = 'vagus-group/1'
/** Milliseconds between tries of one that is not reached; doubled each time. */
const retry = { first: 500, last: 5000 } as const
/** Milliseconds between looks whether a peer has fallen silent. */
const lookEvery = 500
/** Milliseconds after which a stream ends that nobody needs: one by which a key was told, mostly. */
const idleFor = 60_000
/** Octets that wait for a peer that does not read. Beyond, its stream is closed, and begun again from what it has. */
const maxWaiting = 8 * 1_048_576

export interface LinkEvents {
  /** A stream to it is open: what is sent from now on gets there, or the stream ends. */
  onUp(peer: AgentId): void
  /** It is not reached, or silent. */
  onDown(peer: AgentId): void
  onFrame(peer: AgentId, frame: GroupFrame): void
  /** A line for people. */
  report(line: string): void
}

interface Outgoing {
  readonly stream: Duplex
  readonly connection: Connection
  state: 'up' | 'silent'
  /** When it was used last, by a steady clock in milliseconds. */
  usedAt: number
}

type LinkAgent = Pick<Agent, 'connect' | 'connections'>

export class GroupLinks {
  readonly #agent: LinkAgent
  readonly #events: LinkEvents
  readonly #outgoing = new Map<AgentId, Outgoing>()
  /** The one by which each speaks: a further one takes its place, so that what is half read stays one frame. */
  readonly #incoming = new Map<AgentId, Duplex>()
  readonly #dialling = new Set<AgentId>()
  readonly #closing = new AbortController()
  readonly #connections: AsyncIterableIterator<Connection, undefined>
  readonly #looking: NodeJS.Timeout
  #wanted: ReadonlySet<AgentId> = new Set()

  constructor(agent: LinkAgent, events: LinkEvents) {
    this.#agent = agent
    this.#events = events
    this.#connections = agent.connections()
    void this.#accept()
    this.#looking = setInterval(() => this.#look(), lookEvery).unref()
  }

  /** Whom to reach, from now on and again and again. */
  want(peers: ReadonlySet<AgentId>): void {
    this.#wanted = peers
    for (const peer of peers) if (!this.#outgoing.has(peer) && !this.#dialling.has(peer)) void this.#dial(peer)
  }

  /** To whom a stream is open. */
  up(): readonly AgentId[] {
    return [...this.#outgoing].filter(([, { state }]) => state === 'up').map(([peer]) => peer)
  }

  send(peer: AgentId, octets: Uint8Array): void {
    const out = this.#outgoing.get(peer)
    if (out === undefined || out.stream.destroyed) return
    out.stream.write(octets)
    out.usedAt = performance.now()
    if (out.stream.writableLength > maxWaiting) out.stream.destroy()
  }

  close(): void {
    this.#closing.abort()
    clearInterval(this.#looking)
    void this.#connections.return?.()
    for (const { stream } of this.#outgoing.values()) stream.destroy()
    for (const stream of this.#incoming.values()) stream.destroy()
  }

  async #dial(peer: AgentId): Promise<void> {
    const { signal } = this.#closing
    this.#dialling.add(peer)
    try {
      for (let wait: number = retry.first; this.#isToReach(peer); wait = Math.min(2 * wait, retry.last)) {
        const connection = await this.#agent.connect(peer, { signal }).catch(() => undefined)
        if (!this.#isToReach(peer)) return
        if (connection !== undefined) return this.#open(peer, connection)
        this.#events.onDown(peer)
        await pause(wait, undefined, { signal }).catch(() => undefined)
      }
    } finally {
      this.#dialling.delete(peer)
    }
  }

  #isToReach(peer: AgentId): boolean {
    return !this.#closing.signal.aborted && this.#wanted.has(peer) && !this.#outgoing.has(peer)
  }

  #open(peer: AgentId, connection: Connection): void {
    if (this.#closing.signal.aborted || this.#outgoing.has(peer)) return
    const stream = connection.openStream({ protocol })
    const out: Outgoing = { stream, connection, state: 'up', usedAt: performance.now() }
    this.#outgoing.set(peer, out)
    stream.on('error', () => undefined) // it ends with its session; said by `close`
    stream.once('close', () => this.#lost(peer, out))
    stream.resume()
    this.#events.onUp(peer)
  }

  #lost(peer: AgentId, out: Outgoing): void {
    if (this.#outgoing.get(peer) !== out) return
    this.#outgoing.delete(peer)
    if (this.#closing.signal.aborted) return
    this.#events.onDown(peer)
    if (this.#wanted.has(peer) && !this.#dialling.has(peer)) void this.#dial(peer)
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#connections) void this.#take(connection)
  }

  async #take(connection: Connection): Promise<void> {
    const peer = connection.peer.identity.id
    for await (const { stream } of connection.streams(protocol)) {
      if (this.#closing.signal.aborted) return void stream.destroy()
      this.#replace(peer, connection)
      this.#read(peer, stream)
    }
  }

  /** Whoever speaks is answered, over the session by which it speaks: one of before may be dead. */
  #replace(peer: AgentId, connection: Connection): void {
    const out = this.#outgoing.get(peer)
    if (out !== undefined && out.state === 'silent' && out.connection !== connection) {
      this.#outgoing.delete(peer)
      out.stream.destroy()
    }
    this.#open(peer, connection)
  }

  #read(peer: AgentId, stream: Duplex): void {
    const framer = new CborFramer(frameLimits)
    stream.on('error', () => undefined)
    this.#incoming.get(peer)?.destroy()
    this.#incoming.set(peer, stream)
    stream.once('close', () => {
      if (this.#incoming.get(peer) === stream) this.#incoming.delete(peer)
    })
    stream.on('data', (octets: Uint8Array) => {
      const { items, error } = framer.push(octets)
      try {
        for (const item of items) {
          this.#events.onFrame(peer, decodeFrame(item))
          // It asks for more than it reads, or another stream took the place of this one.
          if (this.#outgoing.get(peer)?.stream.destroyed === true) stream.destroy()
          if (stream.destroyed) return
        }
        if (error !== undefined) throw error
      } catch (problem) {
        if (!(problem instanceof DecodeError)) throw problem
        this.#events.report(`${peer} sent what is no frame of a group: ${problem.message}`)
        stream.destroy()
      }
    })
  }

  /** A session outlives silences; meanwhile others take the place of the silent one. */
  #look(): void {
    for (const [peer, out] of this.#outgoing) {
      if (!this.#wanted.has(peer) && performance.now() - out.usedAt > idleFor) {
        out.stream.end()
        out.stream.destroy()
        continue
      }
      const state = out.connection.isSilent ? 'silent' : 'up'
      if (state === out.state) continue
      out.state = state
      if (state === 'silent') this.#events.onDown(peer)
      else this.#events.onUp(peer)
    }
  }
}
