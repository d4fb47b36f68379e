/**
 * The agents of the domain: their newest signed documents, by name. Whoever comes first with a name keeps it until its
 * document ends; nothing goes back. The list believes nothing that is not signed, and its readers verify it again.
 * @module
 */
import { reportHoldsSeconds } from '@vagus/api/session-report'
import {
  type Acceptance,
  acceptDocument,
  type AgentId,
  aliasOf,
  type CompactJws,
  type Identity,
  type IdentityCrypto,
  type Refused,
  verifyDocument,
  verifyWhenIssued,
} from '@vagus/identity'

/** At the limit those that ended go; else nobody is added. */
const maxAgents = 10_000
/**
 * Of all documents together, which stand in memory and in the control state: 10,000 of the usual 6 KiB. At the limit those
 * that ended go; else nobody is added, and no document may be longer than the one before.
 */
const maxDocumentOctets = 64 * 1024 * 1024

/**
 * What is known of an agent beside its document. `told`: it tells of its sessions, so that it is missed when it does no
 * longer; who is published by hand never does. `ended`: it said that it ends.
 */
export type Presence = 'published' | 'told' | 'ended'

/** What the control state keeps of an agent. */
export interface KeptAgent {
  readonly name: string
  readonly document: CompactJws
  /** Milliseconds since 1970; as it was when `document` or `presence` last changed. */
  readonly seenAt: number
  readonly presence: Presence
}

export interface ListedAgent extends KeptAgent {
  readonly identity: Identity
  /** Since when nothing was heard of it; not before we began to listen. */
  readonly quietSince: number
}

export interface AgentKeeper {
  load(): readonly KeptAgent[]
  keep(agent: KeptAgent): void
  forget(name: string): void
}

export type Publication = { readonly type: 'added' | 'renewed'; readonly agent: ListedAgent } | Unpublished

/** Why a document is not on the list: `taken`, the name is another agent's. */
export type Unpublished = { readonly type: 'taken'; readonly by: Identity } | { readonly type: 'full' } | Refused

export class AgentList {
  readonly #agents = new Map<string, ListedAgent>()
  /** Of an agent with several names the one it had first. */
  readonly #names = new Map<AgentId, string>()
  #octets = 0
  readonly #keeper: AgentKeeper
  readonly #crypto: IdentityCrypto

  readonly #maxOctets: number

  /** @param now milliseconds since 1970 */
  constructor(keeper: AgentKeeper, crypto: IdentityCrypto, now: number, maxOctets = maxDocumentOctets) {
    this.#maxOctets = maxOctets
    this.#keeper = keeper
    this.#crypto = crypto
    for (const kept of keeper.load()) {
      // What the clock says now forgets nobody: it may be wrong, and the name would be free for others for good.
      const read = verifyWhenIssued(kept.document, crypto)
      if (read.type === 'verified') this.#enter({ ...kept, identity: read.identity, quietSince: now }, now)
      else keeper.forget(kept.name)
    }
  }

  /** Those whose documents hold at `now`, by name. */
  all(now: number): readonly ListedAgent[] {
    return [...this.#agents.values()].filter((agent) => isLive(agent, now)).sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** By name, or by id. */
  find(name: string, now: number): ListedAgent | undefined {
    const named = this.#agents.get(name) ?? this.#agents.get(this.#names.get(name) ?? '')
    return named !== undefined && isLive(named, now) ? named : undefined
  }

  /** The name of the agent whose id this is, undefined when it is not on the list. */
  nameOf(id: AgentId, now: number): string | undefined {
    const agent = this.#agents.get(this.#names.get(id) ?? '')
    return agent !== undefined && isLive(agent, now) ? agent.name : undefined
  }

  /**
   * Refused unless the document holds at `now` and claims `name` (`vagus:NAME` in `alsoKnownAs`). What the keeper throws
   * leaves the list as it was; so in `hear` and `forget`.
   */
  publish(name: string, document: CompactJws, now: number): Publication {
    const known = this.find(name, now)
    const read =
      known === undefined ? this.#read(document, now) : acceptDocument(known.identity, document, now, this.#crypto)
    if (read.type === 'refused') {
      const isOthers = known !== undefined && read.because.code === 'chain'
      return isOthers ? { type: 'taken', by: known.identity } : read
    }
    if (!read.identity.alsoKnownAs.includes(aliasOf(name))) {
      const problem = `the document does not say that its agent is called "${name}" (alsoKnownAs "${aliasOf(name)}")`
      return { type: 'refused', because: { code: 'chain', problem } }
    }
    if (!this.#hasRoom(name, document, now)) return { type: 'full' }
    const isTelling = known?.presence === 'told' && !isSilent(known, now)
    const agent = seen({ name, document, presence: isTelling ? 'told' : 'published' }, read.identity, now)
    this.#keep(agent)
    this.#enter(agent, now)
    return { type: known === undefined ? 'added' : 'renewed', agent }
  }

  /** Takes the agent of that name or id off the list, until it publishes itself again; undefined when there is none. */
  forget(name: string, now: number): ListedAgent | undefined {
    const agent = this.find(name, now)
    if (agent === undefined) return undefined
    this.#keeper.forget(agent.name)
    this.#leave(agent)
    return agent
  }

  /** Notes that `agent`, one of the list, told of its sessions at `now`; `ended`: for the last time. */
  hear(agent: ListedAgent, presence: Exclude<Presence, 'published'>, now: number): void {
    const heard = seen({ ...agent, presence }, agent.identity, now)
    if (presence !== agent.presence) this.#keep(heard) // the time alone, of each of thousands, is not worth a write
    this.#enter(heard, now)
  }

  /** First of all: what the disk does not take is not on the list either. */
  #keep({ name, document, seenAt, presence }: ListedAgent): void {
    this.#keeper.keep({ name, document, seenAt, presence })
  }

  #read(document: CompactJws, now: number): Acceptance {
    const read = verifyDocument(document, now, this.#crypto)
    return read.type === 'refused' ? read : { type: 'accepted', identity: read.identity }
  }

  #enter(agent: ListedAgent, now: number): void {
    const { name, identity } = agent
    const before = this.#agents.get(name)
    if (before !== undefined && before.identity.id !== identity.id) this.#leave(before)
    this.#octets += agent.document.length - (this.#agents.get(name)?.document.length ?? 0)
    this.#agents.set(name, agent)
    if (this.nameOf(identity.id, now) === undefined) this.#names.set(identity.id, name)
  }

  #leave({ name, identity, document }: ListedAgent): void {
    this.#agents.delete(name)
    this.#octets -= document.length
    if (this.#names.get(identity.id) === name) this.#names.delete(identity.id)
  }

  #hasRoom(name: string, document: CompactJws, now: number): boolean {
    if (this.#fits(name, document)) return true
    for (const agent of this.#agents.values()) {
      if (isLive(agent, now)) continue
      this.#keeper.forget(agent.name)
      this.#leave(agent)
    }
    return this.#fits(name, document)
  }

  #fits(name: string, document: CompactJws): boolean {
    const before = this.#agents.get(name)
    if (before === undefined && this.#agents.size >= maxAgents) return false
    const more = document.length - (before?.document.length ?? 0)
    return (before !== undefined && more <= 0) || this.#octets + more <= this.#maxOctets
  }
}

function seen(
  { name, document, presence }: Pick<KeptAgent, 'name' | 'document' | 'presence'>,
  identity: Identity,
  now: number,
): ListedAgent {
  return { name, document, seenAt: now, presence, identity, quietSince: now }
}

/** Whether an agent that told of its sessions has not done so within the time that a report holds. */
export const isSilent = ({ presence, quietSince }: ListedAgent, now: number): boolean =>
  presence === 'told' && now - quietSince >= reportHoldsSeconds * 1000

const isLive = ({ identity }: ListedAgent, now: number): boolean => now < identity.expiresAt
