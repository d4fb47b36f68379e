/**
 * A relay: forwards packets between agents that are registered with it, and can read none. Who is registered is proven
 * by the session; every limit counts for an identity, however many sessions it has.
 * @module
 */
import type { Duplex } from 'node:stream'
import { channelCrypto } from '@vagus/transport'
import type { AgentId, Signer } from '@vagus/identity'
import type { Agent } from '../agent.ts'
import type { Connection, IncomingDatagram } from '../connection.ts'
import { clock } from '../clock.ts'
import { circuitHeaderOctets, linesOf, relayedProtocol, relayProtocol, tell } from './relay-message.ts'

export interface RelayLimits {
  /** Agents that are registered; more are refused. */
  readonly agents: number
  /** Circuits of one identity; more are refused. */
  readonly circuits: number
  /** Circuits that one identity may open in a minute; more are refused. */
  readonly opensPerMinute: number
  /** Octets per second that one identity may send on average, and at once. What is more is dropped. */
  readonly rate: number
  readonly burst: number
}

export const relayLimits: RelayLimits = {
  agents: 10_000,
  circuits: 256,
  opensPerMinute: 120,
  rate: 4 * 2 ** 20,
  burst: 4 * 2 ** 20,
}

export interface RelayStatus {
  readonly agents: number
  readonly circuits: number
  readonly packets: number
  readonly octets: number
  /** Packets over an identity's rate, or of no circuit. */
  readonly dropped: number
}

/** One identity and what it has used. */
class Account {
  readonly #limits: RelayLimits
  circuits = 0
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

  /** Why it may not open a circuit, or be at the other end of one; `undefined`: it may. */
  refusesCircuit(): string | undefined {
    return this.circuits < this.#limits.circuits ? undefined : `more than ${this.#limits.circuits} circuits`
  }

  refusesOpening(now: number): string | undefined {
    const minute = Math.floor(now / 60_000)
    if (minute !== this.#minute) this.#opens = 0
    this.#minute = minute
    if (++this.#opens > this.#limits.opensPerMinute) return `more than ${this.#limits.opensPerMinute} openings a minute`
    return this.refusesCircuit()
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

/** The other end of a circuit: who, and its number there. */
interface End {
  readonly member: Member
  readonly circuit: number
}

export class Relay {
  readonly #limits: RelayLimits
  readonly #secret: Uint8Array
  readonly #members = new Map<string, Member>()
  readonly #accounts = new Map<AgentId, Account>()
  #packets = 0
  #octets = 0
  #dropped = 0

  /** @param signer of the relay: handles follow from it, so that they outlive a restart */
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

  /** One at a time of each session: its datagrams go to one. */
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
      // Its session is over.
    }
    void datagrams.return?.()
    for (const circuit of member.circuits.keys()) this.#close(member, circuit)
    if (this.#members.get(handle) === member) this.#members.delete(handle)
  }

  /** Kept beyond the session, else a new one would begin with unused quotas. */
  #account(id: AgentId): Account {
    const account = this.#accounts.get(id) ?? new Account(this.#limits, clock())
    this.#accounts.delete(id)
    this.#accounts.set(id, account)
    for (const [other, { circuits }] of this.#accounts) {
      if (this.#accounts.size <= this.#limits.agents) break
      if (circuits === 0 && other !== id) this.#accounts.delete(other)
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
      this.#members.set(handle, member) // the newest session of an agent is the one that is reached
      tell(member.stream, { registered: handle })
    } else if (what === 'close' && typeof circuit === 'number') this.#close(member, circuit)
    else if (what === 'open' && typeof wanted === 'string' && typeof ask === 'number') this.#open(member, wanted, ask)
  }

  #open(member: Member, handle: string, ask: number): void {
    const other = this.#members.get(handle)
    const problem =
      member.account.refusesOpening(clock()) ??
      (other === undefined || other === member ? 'nobody has that handle here' : other.account.refusesCircuit())
    if (problem !== undefined || other === undefined) {
      tell(member.stream, { refused: problem ?? '', ask })
      return
    }
    const here = member.next++
    const there = other.next++
    member.circuits.set(here, { member: other, circuit: there })
    other.circuits.set(there, { member, circuit: here })
    member.account.circuits++
    other.account.circuits++
    tell(other.stream, { incoming: there })
    tell(member.stream, { opened: here, ask })
  }

  #close(member: Member, circuit: number): void {
    const end = member.circuits.get(circuit)
    if (end === undefined) return
    member.circuits.delete(circuit)
    member.account.circuits--
    end.member.circuits.delete(end.circuit)
    end.member.account.circuits--
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
      this.#packets++
      this.#octets += octets.length
      end.member.connection.sendDatagram(octets, { protocol: relayedProtocol, class: 'call' })
    }
  }
}
