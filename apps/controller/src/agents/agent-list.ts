/**
 * The agents of the domain: their newest signed documents, by name. Whoever comes first with a name keeps it until its
 * document ends; nothing goes back. The list believes nothing that is not signed, and its readers verify it again.
 * @module
 */
import { reportHoldsFor } from '@vagus/api/session-report'
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
 * Octets of all agents together. At a limit those whose documents ended go; else nobody is added, and no document may have
 * more of it than the one before.
 */
interface Room {
  /** Of documents, which stand in memory and in the control state. */
  readonly documents: number
  /** Of locators and skills, which are as long as an agent pleases: a page reads those of all every few seconds. */
  readonly listed: number
}
/** For 10,000 agents: documents of the usual 6 KiB, a dozen addresses with some skills. */
const most: Room = { documents: 64 * 1024 * 1024, listed: 12 * 1024 * 1024 }

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
  /** Seconds within which it repeats what it tells; undefined: the usual ones, or it has told nothing since the start. */
  readonly every?: number | undefined
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
  #used: Room = { documents: 0, listed: 0 }
  readonly #keeper: AgentKeeper
  readonly #crypto: IdentityCrypto
  readonly #most: Room

  /** @param now milliseconds since 1970 */
  constructor(keeper: AgentKeeper, crypto: IdentityCrypto, now: number, room: Partial<Room> = {}) {
    this.#most = { ...most, ...room }
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
    if (!this.#hasRoom({ name, document, identity: read.identity }, now)) return { type: 'full' }
    const isTelling = known?.presence === 'told' && !isSilent(known, now)
    const presence = isTelling ? 'told' : 'published'
    const agent = { ...seen({ name, document, presence }, read.identity, now), every: known?.every }
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

  /**
   * Notes that `agent`, one of the list, told of its sessions at `now`, and will again within `every` seconds; `ended`: for
   * the last time.
   */
  hear(agent: ListedAgent, presence: Exclude<Presence, 'published'>, now: number, every?: number): void {
    const heard = { ...seen({ ...agent, presence }, agent.identity, now), every }
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
    this.#used = roomAfter(this.#used, this.#agents.get(name), agent)
    this.#agents.set(name, agent)
    if (this.nameOf(identity.id, now) === undefined) this.#names.set(identity.id, name)
  }

  #leave(agent: ListedAgent): void {
    const { name, identity } = agent
    this.#agents.delete(name)
    this.#used = roomAfter(this.#used, agent, undefined)
    if (this.#names.get(identity.id) === name) this.#names.delete(identity.id)
  }

  #hasRoom(wanted: Sized & { readonly name: string }, now: number): boolean {
    if (this.#fits(wanted)) return true
    for (const agent of this.#agents.values()) {
      if (isLive(agent, now)) continue
      this.#keeper.forget(agent.name)
      this.#leave(agent)
    }
    return this.#fits(wanted)
  }

  #fits(wanted: Sized & { readonly name: string }): boolean {
    const before = this.#agents.get(wanted.name)
    if (before === undefined && this.#agents.size >= maxAgents) return false
    const after = roomAfter(this.#used, before, wanted)
    return (['documents', 'listed'] as const).every(
      (part) => (before !== undefined && after[part] <= this.#used[part]) || after[part] <= this.#most[part],
    )
  }
}

type Sized = Pick<ListedAgent, 'document' | 'identity'>

/** Addresses and skills are ASCII. */
function roomOf({ document, identity: { locators, skills } }: Sized): Room {
  const texts = [...skills, ...locators.flatMap(({ network, addresses }) => [network, ...addresses])]
  return { documents: document.length, listed: texts.reduce((sum, { length }) => sum + length, 0) }
}

/** What is used when `after` takes the place of `before`. */
function roomAfter(used: Room, before: Sized | undefined, after: Sized | undefined): Room {
  const [less, more] = [before, after].map((one) => (one === undefined ? { documents: 0, listed: 0 } : roomOf(one)))
  return {
    documents: used.documents + more!.documents - less!.documents,
    listed: used.listed + more!.listed - less!.listed,
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
export const isSilent = ({ presence, quietSince, every }: ListedAgent, now: number): boolean =>
  presence === 'told' && now - quietSince >= reportHoldsFor(every) * 1000

const isLive = ({ identity }: ListedAgent, now: number): boolean => now < identity.expiresAt
