/** Who is admitted, and as what: agents to which this one connected as to relays only pass packets on. @module */
import type { Peer } from '@vagus/channel'
import type { AgentId } from '@vagus/identity'
import { type Admission, everybody, otherOf, type OtherAs } from '../admission.ts'
import { NotAdmittedError } from '../errors.ts'

/** Agents known as relays; the one known longest is dropped, and counts as any other. */
const maxRelays = 4096

export class Admitted {
  readonly #admission: Admission
  readonly #relays = new Set<AgentId>()

  constructor(admission: Admission = everybody) {
    this.#admission = admission
  }

  /** This agent is about to connect to `id`. @throws {NotAdmittedError} */
  check(id: AgentId, as: OtherAs): void {
    if (as === 'relay') this.#isRelay(id)
    const refusal = this.#admission.refusalOf({ id, mandate: undefined }, as)
    if (refusal !== undefined) throw new NotAdmittedError(refusal)
  }

  /** Why there is to be no session with `peer`. @param role of this side */
  refusalOfSession(peer: Peer, role: 'initiator' | 'responder'): string | undefined {
    const isRelay = role === 'initiator' && this.#relays.has(peer.identity.id)
    return this.#admission.refusalOf(otherOf(peer), isRelay ? 'relay' : 'peer')
  }

  /** Why there is to be no exchange with `peer`. */
  refusalOfExchange(peer: Peer): string | undefined {
    return this.#admission.refusalOf(otherOf(peer), 'peer')
  }

  /** Why none is to be called at `id`. */
  refusalOfCall(id: AgentId): string | undefined {
    return this.#admission.refusalOf({ id, mandate: undefined }, 'peer')
  }

  #isRelay(id: AgentId): void {
    this.#relays.add(id)
    if (this.#relays.size > maxRelays) this.#relays.delete(this.#relays.values().next().value!)
  }
}
