/**
 * The newest roster of each owner. Nothing goes back: a roster that is older than the one known, or forks its owner's
 * history, is refused, also when the one known has expired or was taken away. The book believes nothing that is not
 * signed, and its readers verify it again. Who may publish here is not its matter.
 * @module
 */
import {
  acceptRoster,
  type AgentId,
  claimedVersionOf,
  type CompactJws,
  type IdentityCrypto,
  type Member,
  type Refused,
  type Roster,
  verifyRoster,
  verifyRosterWhenIssued,
} from '@vagus/identity'

/**
 * 1 MiB of text each, and some three times that in memory. At the limit those that were taken away go; else no further
 * owner is taken.
 */
export const maxRosters = 64

/** What the control state keeps of an owner. */
export interface KeptRoster {
  readonly jws: CompactJws
  /** `gone`: it was taken away, and counts only as what a newer one must follow. */
  readonly presence: 'here' | 'gone'
}

export interface RosterKeeper {
  load(): readonly KeptRoster[]
  keep(owner: AgentId, kept: KeptRoster): void
  forget(owner: AgentId): void
}

/** `before`: the one that was here. `unchanged`: it is here already. */
export type Publication =
  | { readonly type: 'added' | 'renewed'; readonly roster: Roster; readonly before: Roster | undefined }
  | { readonly type: 'unchanged'; readonly roster: Roster }
  | { readonly type: 'full' }
  | Refused

interface Held {
  readonly roster: Roster
  readonly presence: KeptRoster['presence']
  readonly members: ReadonlyMap<AgentId, Member>
}

export class RosterBook {
  readonly #held = new Map<AgentId, Held>()
  readonly #keeper: RosterKeeper
  readonly #crypto: IdentityCrypto

  constructor(keeper: RosterKeeper, crypto: IdentityCrypto) {
    this.#keeper = keeper
    this.#crypto = crypto
    for (const { jws, presence } of keeper.load()) {
      // What the clock says now forgets none: an older roster could take its place.
      const read = verifyRosterWhenIssued(jws, crypto)
      if (read.type === 'verified') this.#held.set(read.roster.owner, heldOf(read.roster, presence))
    }
  }

  /** Those that were not taken away, also expired ones, by owner. */
  all(): readonly Roster[] {
    return this.#here()
      .map(({ roster }) => roster)
      .sort((a, b) => (a.owner < b.owner ? -1 : 1))
  }

  find(owner: AgentId): Roster | undefined {
    const held = this.#held.get(owner)
    return held?.presence === 'here' ? held.roster : undefined
  }

  /** The rosters that hold at `now` (milliseconds since 1970) and have the agent as a member. */
  memberships(agent: AgentId, now: number): readonly { readonly roster: Roster; readonly member: Member }[] {
    return this.#here().flatMap(({ roster, members }) => {
      const member = members.get(agent)
      return member === undefined || now >= roster.expiresAt ? [] : [{ roster, member }]
    })
  }

  /** Undefined where no roster of `owner` holds at `now` (milliseconds since 1970). */
  activeMembersOf(owner: AgentId, now: number): ((id: AgentId) => boolean) | undefined {
    const held = this.#held.get(owner)
    if (held?.presence !== 'here' || now >= held.roster.expiresAt) return undefined
    return (id) => {
      const member = held.members.get(id)
      return member !== undefined && member.quarantine === undefined
    }
  }

  /**
   * What can be said without verifying anything: it is here already, or says itself that it is too old. `undefined`: it is to
   * be published.
   */
  foregone(owner: AgentId, jws: CompactJws, now: number): Publication | undefined {
    const known = this.#held.get(owner)
    if (known === undefined) return undefined
    const { roster, presence } = known
    if (roster.jws === jws)
      return presence === 'here' && now < roster.expiresAt ? { type: 'unchanged', roster } : undefined
    const claimed = claimedVersionOf(jws)
    const accepted = claimed && acceptRoster(roster, { ...roster, ...claimed, jws })
    return accepted?.type === 'refused' ? accepted : undefined
  }

  /**
   * Refused unless `owner` signed it, it holds at `now` (milliseconds since 1970), and it follows the one known. What the
   * keeper throws leaves the book as it was; so in `forget`.
   */
  publish(owner: AgentId, jws: CompactJws, now: number): Publication {
    const read = verifyRoster(jws, now, this.#crypto)
    if (read.type === 'refused') return read
    const { roster } = read
    if (roster.owner !== owner) {
      const problem = `the roster is of ${roster.owner}, not of ${owner}`
      return { type: 'refused', because: { code: 'chain', problem } }
    }
    const known = this.#held.get(owner)
    if (known?.roster.jws === jws) {
      if (known.presence === 'here') return { type: 'unchanged', roster }
    } else if (known !== undefined) {
      const accepted = acceptRoster(known.roster, roster)
      if (accepted.type === 'refused') return accepted
    }
    if (known === undefined && !this.#hasRoom()) return { type: 'full' }
    this.#keep(roster, 'here')
    const before = known?.presence === 'here' ? known.roster : undefined
    return { type: before === undefined ? 'added' : 'renewed', roster, before }
  }

  /** Takes the roster away, until its owner publishes it again or a newer one; undefined when there is none. */
  forget(owner: AgentId): Roster | undefined {
    const roster = this.find(owner)
    if (roster !== undefined) this.#keep(roster, 'gone')
    return roster
  }

  /** First of all on the disk: what it does not take is not here either. */
  #keep(roster: Roster, presence: KeptRoster['presence']): void {
    this.#keeper.keep(roster.owner, { jws: roster.jws, presence })
    this.#held.set(roster.owner, heldOf(roster, presence))
  }

  #here(): readonly Held[] {
    return [...this.#held.values()].filter(({ presence }) => presence === 'here')
  }

  #hasRoom(): boolean {
    if (this.#held.size < maxRosters) return true
    const gone = [...this.#held].find(([, { presence }]) => presence === 'gone')
    if (gone === undefined) return false
    this.#keeper.forget(gone[0])
    return this.#held.delete(gone[0])
  }
}

const heldOf = (roster: Roster, presence: KeptRoster['presence']): Held => ({
  roster,
  presence,
  members: new Map(roster.members.map((member) => [member.id, member])),
})
