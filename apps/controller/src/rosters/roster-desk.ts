/** Where owners publish their rosters, and others wait for the next one. @module */
import type { Membership, RosterList, RosterResource } from '@vagus/api'
import { type Actor, operator } from '@vagus/api/actor'
import { shortId } from '@vagus/api/agent-id'
import { type AgentId, isAgentId, isAgentName, type Roster } from '@vagus/identity'
import type { EventDraft } from '../events/event-draft.ts'
import { FloodGuard } from '../events/flood-guard.ts'
import type { Publisher, Rosters, Unpublishable } from '../http/backend.ts'
import { membershipOf, type OwnerName, rosterListOf, rosterResource } from '../resources/rosters.ts'
import type { Publication, RosterBook } from './roster-book.ts'
import type { Standing } from '../lines/agents/line-orderers.ts'
import { rosterEvents } from './roster-events.ts'
import { RosterWaits } from './roster-waits.ts'
import { standingIn } from './standing.ts'
import { VainWork } from './vain-work.ts'

/** Of one name: of a fleet that is put in quarantine as a whole, so many are told one by one. */
const eventsPerMinute = 50

export interface RosterDeskParts {
  readonly book: RosterBook
  /** By the configuration of the moment, `access.owners`. */
  readonly owners: () => readonly { readonly name: string; readonly id: AgentId }[]
  /** On the list of agents. */
  readonly listedName: OwnerName
  readonly tell: (draft: EventDraft) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What the owner calls itself; rosters come here only from owners whom the operator knows. */
function ownName(roster: Roster | undefined): string | undefined {
  const name = roster?.others?.['name']
  return typeof name === 'string' && isAgentName(name) ? name : undefined
}

/** As `acceptRoster` has it: a rotation beats any epoch, which a thief of the key before may have signed. */
function isLater({ keyLog, epoch }: Roster, after: number, rotations = keyLog.length - 1): boolean {
  const further = keyLog.length - 1 - rotations
  return further > 0 || (further === 0 && epoch > after)
}

export class RosterDesk implements Rosters {
  readonly #parts: RosterDeskParts
  readonly #waits = new RosterWaits()
  readonly #vain = new VainWork()
  readonly #flood = new FloodGuard(eventsPerMinute)
  readonly #nameOf: OwnerName

  constructor(parts: RosterDeskParts) {
    this.#parts = parts
    this.#nameOf = (owner) =>
      parts.owners().find(({ id }) => id === owner)?.name ?? ownName(parts.book.find(owner)) ?? parts.listedName(owner)
  }

  all(): RosterList {
    return rosterListOf(this.#parts.book.all(), this.#nameOf)
  }

  find(owner: string): RosterResource | undefined {
    const roster = this.#rosterOf(owner)
    return roster === undefined ? undefined : rosterResource(roster, this.#nameOf)
  }

  async newest(
    owner: string,
    { after, rotations, milliseconds, leave }: Parameters<Rosters['newest']>[1],
  ): ReturnType<Rosters['newest']> {
    const until = performance.now() + milliseconds
    for (;;) {
      const roster = this.#rosterOf(owner)
      if (roster !== undefined && (after === undefined || isLater(roster, after, rotations)))
        return { type: 'newer', jws: roster.jws }
      const left = until - performance.now()
      const end = left <= 0 ? 'late' : await this.#waits.wait(this.#idOf(owner) ?? owner, left, leave)
      if (end !== 'changed') return { type: this.#rosterOf(owner) === undefined ? 'unknown' : 'unchanged' }
    }
  }

  publish(owner: string, jws: string, by: Publisher): ReturnType<Rosters['publish']> {
    const { book, owners, now } = this.#parts
    const id = this.#idOf(owner)
    if (id === undefined) return { type: 'unknown' }
    if (by !== 'operator' && !owners().some((one) => one.id === id)) return { type: 'stranger' }
    const at = now()
    const published = book.foregone(id, jws, at) ?? this.#verified(id, jws, by, at)
    if (!('roster' in published)) return published
    const { type, roster } = published
    if (type !== 'unchanged') {
      this.#tell(rosterEvents(published.before, roster, this.#wordOf(roster.owner)))
      this.#waits.tell(id)
    }
    return { type, roster: rosterResource(roster, this.#nameOf) }
  }

  #verified(
    id: AgentId,
    jws: string,
    by: Publisher,
    now: number,
  ): Publication | Extract<Unpublishable, { type: 'tiresome' }> {
    const { book } = this.#parts
    if (by === 'operator') return book.publish(id, jws, now)
    const milliseconds = this.#vain.waitOf(by.source, now)
    if (milliseconds > 0) return { type: 'tiresome', milliseconds }
    const published = book.publish(id, jws, now)
    if (published.type === 'refused') this.#vain.add(by.source, now)
    return published
  }

  forget(owner: string, by: Actor = operator): RosterResource | undefined {
    const id = this.#idOf(owner)
    const roster = id === undefined ? undefined : this.#parts.book.forget(id)
    if (roster === undefined) return undefined
    const word = this.#wordOf(roster.owner)
    this.#tell([{ event: 'roster.forgotten', subject: word, fields: { owner: word }, by }])
    this.#waits.tell(roster.owner)
    return rosterResource(roster, this.#nameOf)
  }

  /** What the agent is in fleets whose rosters are here. */
  membershipOf(agent: AgentId): Omit<Membership, 'enforces'> | undefined {
    const { book, now } = this.#parts
    const at = now()
    return membershipOf(book.memberships(agent, at), at)
  }

  /** Who is a member, and not in quarantine; undefined where no roster of that owner holds here. */
  activeMembersOf(owner: AgentId): ((id: AgentId) => boolean) | undefined {
    const { book, now } = this.#parts
    return book.activeMembersOf(owner, now())
  }

  /** Undefined where no roster of that owner holds here. */
  membersOf(owner: AgentId): Roster['members'] | undefined {
    const { book, now } = this.#parts
    const roster = book.find(owner)
    return roster === undefined || now() >= roster.expiresAt ? undefined : roster.members
  }

  /** What the roster of that owner, if it is here and holds, says of the agent. */
  standingOf(owner: AgentId, agent: AgentId): Standing {
    const { book, now } = this.#parts
    return standingIn(book.find(owner), agent, this.#wordOf(owner), now())
  }

  /** Of that owner; undefined where none of it is here. It may have expired. */
  rosterOf(owner: AgentId): Roster | undefined {
    return this.#parts.book.find(owner)
  }

  /** To be called about once a second: held back events are told. */
  step(): void {
    this.#tell([])
  }

  #rosterOf(owner: string): Roster | undefined {
    const id = this.#idOf(owner)
    return id === undefined ? undefined : this.#parts.book.find(id)
  }

  /** An id, a name of `access.owners`, or else the name that just one owner has. */
  #idOf(word: string): AgentId | undefined {
    if (isAgentId(word)) return word
    const { book, owners } = this.#parts
    const configured = owners().find(({ name }) => name === word)
    if (configured !== undefined) return configured.id
    const [only, other] = book.all().filter(({ owner }) => this.#nameOf(owner) === word)
    return other === undefined ? only?.owner : undefined
  }

  #wordOf(owner: AgentId): string {
    return this.#nameOf(owner) ?? shortId(owner)
  }

  #tell(drafts: readonly EventDraft[]): void {
    this.#flood.step(drafts, this.#parts.now()).forEach(this.#parts.tell)
  }
}
