/**
 * Which boxes may join the domain, and which have: the registrar asks and tells, the operator decides. A box that joined
 * brings the id of its agent along, by which the domain knows its device from then on.
 * @module
 */
import type { Config } from '@vagus/api'
import { type Actor, operator } from '@vagus/api/actor'
import type { JoinDecision, JoinState } from '@vagus/api/joins'
import type { EventDraft } from '../events/event-draft.ts'
import { type Newcomer, NewcomerBook, type NewcomerKeeper } from './newcomer-book.ts'

export interface JoinDeskOptions {
  /** Of the moment. */
  readonly config: () => Pick<Config, 'join' | 'devices'>
  readonly keeper: NewcomerKeeper
  readonly tell: (draft: EventDraft) => void
  /** The ids that were learned are others now. */
  readonly onLearned: () => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What the registrar knows of a box that asks. */
export interface Asking {
  readonly serial: string
  readonly maker: string
  readonly from: string
}

/** Of boxes that the MASA of `join.masa` vouches for. */
export const ownMaker = 'our own'

/** Milliseconds between two events about what one box complains of: it may do so often. */
const complaintMs = 60_000

/** Why a decision is not taken. `unknown`: nothing is known of such a box, so that there is nothing to take back. */
export type Undecided =
  | { readonly type: 'unknown' }
  | { readonly type: 'full' }
  | { readonly type: 'no-device'; readonly devices: readonly string[] }
  | { readonly type: 'taken'; readonly by: string }
  | { readonly type: 'not-joined'; readonly state: JoinState }

export class JoinDesk {
  readonly #options: JoinDeskOptions
  readonly #book: NewcomerBook
  /** When the last event about it was, by serial number; of boxes that are in the book. */
  readonly #complainedAt = new Map<string, number>()

  constructor(options: JoinDeskOptions) {
    this.#options = options
    this.#book = new NewcomerBook(options.keeper)
  }

  get all(): readonly Newcomer[] {
    return this.#book.all
  }

  find(serial: string): Newcomer | undefined {
    return this.#book.find(serial)
  }

  /** Name of the device that the box is: as it was accepted, else as vagus.yaml says. */
  deviceOf({ serial, device }: Pick<Newcomer, 'serial' | 'device'>): string | undefined {
    const { devices } = this.#options.config()
    const named = device === undefined ? undefined : devices.find(({ name }) => name === device)
    return (named ?? devices.find((one) => one.serial === serial))?.name
  }

  /** What stands in the way of a box that joins or has joined; undefined: nothing that is known. */
  problemOf(newcomer: Newcomer): string | undefined {
    const device = this.deviceOf(newcomer)
    const given = this.#options.config().devices.find(({ name }) => name === device)?.id
    if (!holdsPlace(newcomer) || given === undefined || given === newcomer.agent) return newcomer.problem
    const found =
      newcomer.agent === undefined ? 'counts, and not the agent that the box brings' : 'is another agent, and counts'
    return `devices.id of ${device} in vagus.yaml ${found}; take it out`
  }

  /** Ids of agents that joined, by the name of their device. */
  learned(): ReadonlyMap<string, string> {
    return new Map(
      this.all.flatMap((one) => {
        const device = one.state === 'joined' && one.agent !== undefined ? this.deviceOf(one) : undefined
        return device === undefined ? [] : [[device, one.agent!] as const]
      }),
    )
  }

  /** A box asks whether it may join. @throws {StoreError} */
  ask({ serial, maker, from }: Asking): 'accepted' | 'waiting' | 'refused' {
    const now = this.#options.now()
    const seen = { maker, from, lastAt: now }
    const known = this.#book.find(serial)
    // Each maker gives serial numbers as it likes: one that is known is of the box of the maker that came with it.
    if (known?.maker !== undefined && known.maker !== maker) {
      this.complain(serial, `a box of ${maker} came with the same serial number, and is refused`, known.maker)
      return 'refused'
    }
    if (known !== undefined && !(known.state === 'waiting' && this.#isExpected(serial))) {
      this.#book.see({ ...known, ...seen })
      if (known.state === 'waiting') return 'waiting'
      return known.state === 'accepted' || known.state === 'joined' ? 'accepted' : 'refused'
    }
    const state = this.#isExpected(serial) ? 'accepted' : 'waiting'
    if (this.#book.put({ ...known, serial, state, since: now, ...seen }) === 'full') return 'refused'
    if (known === undefined) this.#tell('join.requested', serial, { maker, from })
    if (state === 'accepted') this.#tell('join.accepted', serial, {}, operator)
    return state
  }

  /** It has a certificate until then, with the key of that agent. @throws {StoreError} */
  enrol(serial: string, agent: string | undefined, until: number, how: 'first' | 'renewed'): void {
    const known = this.#book.find(serial)
    if (known === undefined) return // revoked and forgotten meanwhile
    const now = this.#options.now()
    const { problem: _, ...rest } = known
    const since = how === 'first' ? now : known.since
    this.#book.put({ ...rest, state: 'joined', since, agent, certificateUntil: until, lastAt: now })
    if (agent !== known.agent || known.state !== 'joined') this.#options.onLearned()
    if (how === 'renewed') return
    const by = { kind: 'agent', id: agent ?? null, name: this.deviceOf(known) ?? null } as const
    this.#tell('join.joined', serial, { agent: agent ?? 'none' }, by)
  }

  /**
   * What a box says of its voucher or its certificate, when that is bad. Of what comes soon after another complaint nothing is
   * written down. @param maker of a box; undefined: a member complains @throws {StoreError}
   */
  complain(serial: string, problem: string, maker?: string): void {
    const known = this.#book.find(serial)
    if (known === undefined || known.problem === problem) return
    if (maker !== undefined && known.maker !== undefined && known.maker !== maker) return // another box says so
    if (known.state === 'refused' || known.state === 'revoked') return // that it is refused is no news
    const now = this.#options.now()
    if (now < (this.#complainedAt.get(serial) ?? -Infinity) + complaintMs) return this.#book.see({ ...known, problem })
    this.#book.put({ ...known, problem })
    for (const one of this.#complainedAt.keys()) if (this.#book.find(one) === undefined) this.#complainedAt.delete(one)
    this.#complainedAt.set(serial, now)
    this.#tell('join.failed', serial, { problem })
  }

  /** Whether a certificate of the domain counts: that of its last enrolment, with the key of that agent. */
  counts(serial: string, agent: string | undefined): boolean {
    const known = this.#book.find(serial)
    return known?.state === 'joined' && known.agent === agent
  }

  /** Whether it may have a certificate. */
  isMember(serial: string): boolean {
    const state = this.#book.find(serial)?.state
    return state === 'joined' || state === 'accepted'
  }

  /** @throws {StoreError} */
  decide(serial: string, { decision, device }: JoinDecision, by: Actor = operator): Newcomer | Undecided {
    const known = this.#book.find(serial)
    if (decision === 'accept') return this.#accept(serial, known, device, by)
    const undecided = turnedAway(known, decision)
    if (undecided !== undefined) return undecided
    const { agent, ...rest } = known ?? { serial }
    const state = decision === 'revoke' ? 'revoked' : 'refused'
    const decided: Newcomer = { ...rest, serial, state, since: this.#options.now() }
    if (this.#book.put(decided) === 'full') return { type: 'full' }
    if (agent !== undefined) this.#options.onLearned()
    this.#tell(decision === 'revoke' ? 'join.revoked' : 'join.refused', serial, {}, by)
    return decided
  }

  #accept(serial: string, known: Newcomer | undefined, device: string | undefined, by: Actor): Newcomer | Undecided {
    const { devices } = this.#options.config()
    if (device !== undefined) {
      if (devices.every(({ name }) => name !== device))
        return { type: 'no-device', devices: devices.map(({ name }) => name) }
      const other = this.all.find((one) => one.serial !== serial && holdsPlace(one) && this.deviceOf(one) === device)
      if (other !== undefined) return { type: 'taken', by: other.serial }
    }
    const state = known?.state === 'joined' ? 'joined' : 'accepted'
    const since = known?.state === state ? known.since : this.#options.now()
    const said = device === undefined ? {} : { device }
    const accepted: Newcomer = { ...known, serial, state, since, maker: this.#makerOf(known), ...said }
    if (this.#book.put(accepted) === 'full') return { type: 'full' }
    if (state === 'joined') this.#options.onLearned()
    const before = known === undefined || known.state !== state ? undefined : this.deviceOf(known)
    if (known?.state !== state || before !== this.deviceOf(accepted)) this.#tell('join.accepted', serial, {}, by)
    return accepted
  }

  /** Of a box that is accepted. In place of one that was turned away, whose maker is no more in vagus.yaml, any may come. */
  #makerOf(known: Newcomer | undefined): string | undefined {
    if (known?.maker === undefined) return undefined
    const { maker, state } = known
    const { join } = this.#options.config()
    const isKnown = maker === ownMaker ? join?.masa !== undefined : join?.makers.some(({ name }) => name === maker)
    return isKnown !== true && (state === 'refused' || state === 'revoked') ? undefined : maker
  }

  /** The operator said in vagus.yaml that it may. */
  #isExpected(serial: string): boolean {
    const { join, devices } = this.#options.config()
    return join?.accept.includes(serial) === true || devices.some((device) => device.serial === serial)
  }

  #tell(event: EventDraft['event'], serial: string, fields: EventDraft['fields'], by?: Actor): void {
    const device = this.deviceOf(this.#book.find(serial) ?? { serial }) ?? 'no device'
    this.#options.tell({
      event,
      subject: serial,
      fields: { serial, device, ...fields },
      ...(by === undefined ? {} : { by }),
    })
  }
}

/** Why a box cannot be turned away in that way; undefined: it can. */
function turnedAway(known: Newcomer | undefined, decision: 'refuse' | 'revoke'): Undecided | undefined {
  if (decision === 'refuse') return known?.state === 'joined' ? { type: 'not-joined', state: 'joined' } : undefined
  if (known === undefined) return { type: 'unknown' }
  return holdsPlace(known) ? undefined : { type: 'not-joined', state: known.state }
}

/** A device is one box at a time. */
const holdsPlace = ({ state }: Newcomer): boolean => state === 'accepted' || state === 'joined'
