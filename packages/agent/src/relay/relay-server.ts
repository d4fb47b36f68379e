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
import { RelayAccount, type RelayLimits, relayLimits, type Side } from './relay-account.ts'
import { circuitHeaderOctets, linesOf, relayedProtocol, relayProtocol, tell } from './relay-message.ts'

export interface RelayStatus {
  readonly agents: number
  readonly circuits: number
  readonly packets: number
  readonly octets: number
  /** Packets above an identity's rate, without a circuit, or that the session with the other end does not take. */
  readonly dropped: number
}

/** One session of a registered agent. */
interface Member {
  readonly connection: Connection
  readonly account: RelayAccount
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
  readonly #accounts = new Map<AgentId, RelayAccount>()
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
  #account(id: AgentId): RelayAccount {
    const account = this.#accounts.get(id) ?? new RelayAccount(this.#limits, clock())
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
