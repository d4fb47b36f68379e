/**
 * A relay: forwards packets between agents that are registered with it, and can read none. The session proves who is
 * registered. Every limit applies to an identity, however many sessions it has.
 * @module
 */
import type { Duplex } from 'node:stream'
import { channelCrypto } from '@vagus/transport'
import type { AgentId, Signer } from '@vagus/identity'
import type { Agent } from '../agent.ts'
import type { Connection, IncomingDatagram } from '../connection.ts'
import { clock } from '../link/clock.ts'
import { circuitHeaderOctets, linesOf, relayedProtocol, relayProtocol, tell } from './relay-message.ts'

export interface RelayLimits {
  /** Registered agents; further ones are refused. */
  readonly agents: number
  /** Open circuits that one identity has opened; further ones are refused. */
  readonly circuits: number
  /**
   * Open circuits that others have opened to one identity; further ones are refused. An agent takes 1,024 at each
   * relay.
   */
  readonly incoming: number
  /** Circuits between one pair of identities, opened by either; further ones are refused. */
  readonly pair: number
  /** Circuits that one identity may open in a minute; further ones are refused. */
  readonly opensPerMinute: number
  /** Octets per second that one identity may send on average, and in a burst. The excess is dropped. */
  readonly rate: number
  readonly burst: number
}

export const relayLimits: RelayLimits = {
  agents: 10_000,
  circuits: 256,
  incoming: 1024,
  pair: 8, // one for their session, and some for its replacements
  opensPerMinute: 120,
  rate: 4 * 2 ** 20,
  burst: 4 * 2 ** 20,
}

export interface RelayStatus {
  readonly agents: number
  readonly circuits: number
  readonly packets: number
  readonly octets: number
  /** Packets above an identity's rate, without a circuit, or that the session with the other end does not take. */
  readonly dropped: number
}

/** The end of a circuit: `opened` for the agent that opened it, `incoming` for the other. */
type Side = 'opened' | 'incoming'

/** One identity and its usage. */
class Account {
  readonly #limits: RelayLimits
  /**
   * Counted separately: otherwise others could use up what it needs to open its own, or it what others need to reach
   * it.
   */
  readonly #circuits: Record<Side, number> = { opened: 0, incoming: 0 }
  /** Circuits with each other identity. */
  readonly #with = new Map<Account, number>()
  #credit: number
  #creditAt: number
  #opens = 0
  #minute = 0

  constructor(limits: RelayLimits, now: number) {
    this.#limits = limits
    this.#credit = limits.burst
    this.#creditAt = now
  }

  maySend(octets: number, now: number): boolean {
    const { rate, burst } = this.#limits
    this.#credit = Math.min(burst, this.#credit + ((now - this.#creditAt) * rate) / 1000)
    this.#creditAt = now
    if (this.#credit < octets) return false
    this.#credit -= octets
    return true
  }

  get isIdle(): boolean {
    return this.#with.size === 0
  }

  joined(other: Account, side: Side): void {
    this.#circuits[side]++
    this.#with.set(other, (this.#with.get(other) ?? 0) + 1)
  }

  left(other: Account, side: Side): void {
    this.#circuits[side]--
    const rest = (this.#with.get(other) ?? 0) - 1
    if (rest > 0) this.#with.set(other, rest)
    else this.#with.delete(other)
  }

  /** Why it may not open a circuit; `undefined` if it may. */
  refusesOpening(now: number): string | undefined {
    const { circuits, opensPerMinute } = this.#limits
    const minute = Math.floor(now / 60_000)
    if (minute !== this.#minute) this.#opens = 0
    this.#minute = minute
    if (++this.#opens > opensPerMinute) return `more than ${opensPerMinute} openings a minute`
    return this.#circuits.opened < circuits ? undefined : `more than ${circuits} circuits of your own`
  }

  /** Why `opener` may not open a circuit to it; `undefined` if it may. */
  refusesCircuitOf(opener: Account): string | undefined {
    const { incoming, pair } = this.#limits
    if ((this.#with.get(opener) ?? 0) >= pair) return `more than ${pair} circuits between you and that agent`
    return this.#circuits.incoming < incoming
      ? undefined
      : `more than ${incoming} circuits opened by others to that agent`
  }
}

/** One session of a registered agent. */
interface Member {
  readonly connection: Connection
  readonly account: Account
  readonly stream: Duplex
  readonly circuits: Map<number, End>
  next: number
}

/** The other end of a circuit: the member, its number there, and which end that is. */
interface End {
  readonly member: Member
  readonly circuit: number
  readonly side: Side
}

export class Relay {
  readonly #limits: RelayLimits
  readonly #secret: Uint8Array
  readonly #members = new Map<string, Member>()
  readonly #accounts = new Map<AgentId, Account>()
  #packets = 0
  #octets = 0
  #dropped = 0

  /** @param signer of the relay: handles are derived from it, so that they survive a restart */
  constructor(agent: Agent, signer: Signer, limits: RelayLimits = relayLimits) {
    this.#limits = limits
    this.#secret = channelCrypto.hash(signer.sign(new TextEncoder().encode('vagus relay handles')))
    void this.#run(agent)
  }

  status(): RelayStatus {
    const circuits = [...this.#members.values()].reduce((sum, member) => sum + member.circuits.size, 0) / 2
    const { size } = this.#members
    return { agents: size, circuits, packets: this.#packets, octets: this.#octets, dropped: this.#dropped }
  }

  async #run(agent: Agent): Promise<void> {
    for await (const connection of agent.connections()) void this.#serve(connection)
  }

  async #serve(connection: Connection): Promise<void> {
    for await (const { stream } of connection.streams(relayProtocol)) await this.#member(connection, stream)
  }

  /** One stream at a time for each session: its datagrams go to one. */
  async #member(connection: Connection, stream: Duplex): Promise<void> {
    const { id } = connection.peer.identity
    const handle = Buffer.from(channelCrypto.hkdf(this.#secret, new TextEncoder().encode(id), 16)).toString('base64url')
    const account = this.#account(id)
    const member: Member = { connection, account, stream, circuits: new Map(), next: 1 }
    const datagrams = connection.datagrams(relayProtocol)
    void this.#forward(member, datagrams)
    try {
      for await (const said of linesOf(stream)) this.#said(member, handle, said)
    } catch {
      // Its session has ended.
    }
    void datagrams.return?.()
    for (const circuit of member.circuits.keys()) this.#close(member, circuit)
    if (this.#members.get(handle) === member) this.#members.delete(handle)
  }

  /** Kept beyond the session: otherwise a new session would start with unused quotas. */
  #account(id: AgentId): Account {
    const account = this.#accounts.get(id) ?? new Account(this.#limits, clock())
    this.#accounts.delete(id)
    this.#accounts.set(id, account)
    for (const [other, { isIdle }] of this.#accounts) {
      if (this.#accounts.size <= this.#limits.agents) break
      if (isIdle && other !== id) this.#accounts.delete(other)
    }
    return account
  }

  #said(
    member: Member,
    handle: string,
    { do: what, handle: wanted, ask, circuit }: Readonly<Record<string, unknown>>,
  ): void {
    if (what === 'register') {
      if (this.#members.size >= this.#limits.agents && !this.#members.has(handle)) {
        member.stream.destroy()
        return
      }
      this.#members.set(handle, member) // the newest session of an agent is reached
      tell(member.stream, { registered: handle })
    } else if (what === 'close' && typeof circuit === 'number') this.#close(member, circuit)
    else if (what === 'open' && typeof wanted === 'string' && typeof ask === 'number') this.#open(member, wanted, ask)
  }

  #open(member: Member, handle: string, ask: number): void {
    const other = this.#members.get(handle)
    const problem =
      member.account.refusesOpening(clock()) ??
      (other === undefined || other === member
        ? 'no agent has that handle here'
        : other.account.refusesCircuitOf(member.account))
    if (problem !== undefined || other === undefined) {
      tell(member.stream, { refused: problem ?? '', ask })
      return
    }
    const here = member.next++
    const there = other.next++
    member.circuits.set(here, { member: other, circuit: there, side: 'incoming' })
    other.circuits.set(there, { member, circuit: here, side: 'opened' })
    member.account.joined(other.account, 'opened')
    other.account.joined(member.account, 'incoming')
    tell(other.stream, { incoming: there })
    tell(member.stream, { opened: here, ask })
  }

  #close(member: Member, circuit: number): void {
    const end = member.circuits.get(circuit)
    if (end === undefined) return
    member.circuits.delete(circuit)
    member.account.left(end.member.account, end.side === 'opened' ? 'incoming' : 'opened')
    end.member.circuits.delete(end.circuit)
    end.member.account.left(member.account, end.side)
    tell(end.member.stream, { closed: end.circuit })
  }

  async #forward(member: Member, datagrams: AsyncIterable<IncomingDatagram>): Promise<void> {
    for await (const { octets } of datagrams) {
      if (octets.length < circuitHeaderOctets) continue
      const view = new DataView(octets.buffer, octets.byteOffset)
      const end = member.circuits.get(view.getUint32(0))
      if (end === undefined || !member.account.maySend(octets.length, clock())) {
        this.#dropped++
        continue
      }
      view.setUint32(0, end.circuit)
      if (!end.member.connection.sendDatagram(octets, { protocol: relayedProtocol, class: 'call' })) {
        this.#dropped++
        continue
      }
      this.#packets++
      this.#octets += octets.length
    }
  }
}
