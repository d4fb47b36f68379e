/** What other networks call an agent: what its document says, what the network found, and who else says the same. @module */
import {
  type AgentId,
  type BindingEvidence,
  documentEvidence,
  type Identity,
  type IdentityCrypto,
  type ResolvedBinding,
  resolveBindings,
  serialHash,
  type Trusts,
} from '@vagus/identity'

/** A box that joined the domain (RFC 8995), with its agent. */
export interface JoinedBox {
  readonly serial: string
  readonly agent: AgentId
  /** End of its certificate, milliseconds since 1970. */
  readonly until: number
}

/** Agents that are compared for one identifier: each may cost the check of a signature. */
const maxRivals = 64

interface Known {
  readonly identities: readonly Identity[]
  readonly boxes: readonly JoinedBox[]
  /** Whose attestations count. */
  readonly trusts: Trusts
  /** Milliseconds since 1970. */
  readonly now: number
  readonly crypto: IdentityCrypto
}

/** What is known at one time. What a document says is found out once, however many agents are compared: it costs signatures. */
export class BindingSources {
  readonly identities: readonly Identity[]
  readonly boxes: readonly JoinedBox[]
  readonly #known: Known
  readonly #documents = new Map<Identity, readonly BindingEvidence[]>()
  #proven: readonly BindingEvidence[] | undefined

  constructor(known: Known) {
    this.identities = known.identities
    this.boxes = known.boxes
    this.#known = known
  }

  /** The identifiers of which there is any evidence for `id`, each with that for other agents. */
  of(id: AgentId): readonly ResolvedBinding[] {
    const found = this.identities.find((identity) => identity.id === id)
    const own = [...(found === undefined ? [] : this.#evidenceOf(found)), ...this.#certified()]
    const wanted = new Set(own.filter(({ agent }) => agent === id).map(keyOf))
    if (wanted.size === 0) return []
    const rivals = this.identities
      .filter((identity) => identity.id !== id && identity.bindings.some((binding) => wanted.has(keyOf(binding))))
      .slice(0, maxRivals)
      .flatMap((identity) => this.#evidenceOf(identity))
    const { now, trusts } = this.#known
    return resolveBindings([...own, ...rivals], now, trusts).filter((one) => wanted.has(keyOf(one)))
  }

  #evidenceOf(identity: Identity): readonly BindingEvidence[] {
    const known = this.#documents.get(identity)
    if (known !== undefined) return known
    const { now, crypto } = this.#known
    const evidence = documentEvidence(identity, now, crypto)
    this.#documents.set(identity, evidence)
    return evidence
  }

  /** By the certificates that the registrar gave. */
  #certified(): readonly BindingEvidence[] {
    return (this.#proven ??= this.#known.boxes.map(({ serial, agent, until }) => ({
      agent,
      kind: 'serial',
      value: serialHash(serial),
      proof: 'proven',
      by: 'its certificate, by BRSKI',
      until,
    })))
  }
}

const keyOf = ({ kind, value }: { readonly kind: string; readonly value: string }): string => `${kind} ${value}`
