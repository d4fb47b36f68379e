/**
 * What was agreed on with the agents of devices, kept so that a controller that was killed knows it again:
 *
 *   begun     approvals in the midst: after a crash everything of them is released
 *   held      approvals in force with their leases
 *   owed      leases that are to be released, but whose agents could not be reached yet
 *
 * Everything is written down before agents are asked, so that no lease is ever without its entry.
 * @module
 */
import type { Actor } from '@vagus/api'
import { type Approval, type Owed as ShownOwed, steeringOwner, type Told } from '@vagus/api/steering'
import type { ActuationList } from '@vagus/api/telemetry'
import { classOfMed } from '@vagus/bgp/actuation'
import type { Owed } from '../../negotiation/releases.ts'
import { timeText } from '../../resources/windows.ts'
import type { MedPlace } from './med-asker.ts'

/** A lease in force. */
export interface HeldLease extends MedPlace {
  readonly med: number
  /** Of the responder when it was made. */
  readonly epoch: number
  /** On a link that the prefix leaves; it is released first. */
  readonly role: 'aside' | 'leaving'
  /** Milliseconds since 1970. */
  readonly setAt: number
  readonly until: number
  readonly before: readonly Told[]
  readonly after: readonly Told[]
}

export interface HeldApproval {
  readonly proposal: string
  readonly neighbour: string
  readonly by: Approval['by']
  /** Which agent, or which person or script; absent: one without a name. */
  readonly approver?: Actor
  /** Milliseconds since 1970. */
  readonly at: number
  readonly until: number
  readonly leases: readonly HeldLease[]
  /** Where the prefixes enter; nothing is set there. */
  readonly goals: Approval['leases']
}

export interface BegunApproval {
  readonly proposal: string
  readonly neighbour: string
  readonly by: Approval['by']
  /** Which agent, or which person or script; absent: one without a name. */
  readonly approver?: Actor
  readonly places: readonly MedPlace[]
  /** Milliseconds since 1970: by then every lease of it has ended by itself. */
  readonly until: number
}

export interface OwedRelease extends Owed<MedPlace> {
  readonly proposal: string
}

export interface BookState {
  readonly begun: readonly BegunApproval[]
  readonly held: readonly HeldApproval[]
  readonly owed: readonly OwedRelease[]
}

export interface BookKeeper {
  load(): BookState | undefined
  /** @throws when the disk does not take it */
  keep(state: BookState): void
}

/** Approvals in force; one more is refused. */
export const maxHeld = 256
/** Leases that are to be released; at the limit the oldest is left to its own end. */
const maxOwed = 4096

export class LeaseBook {
  readonly #keeper: BookKeeper
  #state: BookState

  constructor(keeper: BookKeeper) {
    this.#keeper = keeper
    this.#state = keeper.load() ?? { begun: [], held: [], owed: [] }
  }

  get begun(): readonly BegunApproval[] {
    return this.#state.begun
  }

  get held(): readonly HeldApproval[] {
    return this.#state.held
  }

  get owed(): readonly OwedRelease[] {
    return this.#state.owed
  }

  heldOf(proposal: string): HeldApproval | undefined {
    return this.#state.held.find((one) => one.proposal === proposal)
  }

  /** What of an approval that has ended is still to be released. */
  owedOf(proposal: string): readonly ShownOwed[] {
    return this.#state.owed
      .filter((one) => one.proposal === proposal)
      .map(({ place: { prefix, device, interface: name, link }, until }) => {
        return { prefix, device, interface: name, link, until: timeText(until) }
      })
  }

  /** Of all approvals. */
  get leases(): readonly HeldLease[] {
    return this.#state.held.flatMap(({ leases }) => leases)
  }

  /** Written down first. @throws when the disk does not take it: nothing has changed then */
  change(part: Partial<BookState>): void {
    const next = limited({ ...this.#state, ...part })
    this.#keeper.keep(next)
    this.#state = next
  }

  /** The same for what has happened already: it counts even if the disk does not take it, whose reason is returned. */
  note(part: Partial<BookState>): string | undefined {
    this.#state = limited({ ...this.#state, ...part })
    try {
      this.#keeper.keep(this.#state)
      return undefined
    } catch (error) {
      return String(error)
    }
  }

  /** Whether the agent of that id may have leases that somebody has to release. */
  hasLeasesOf(agent: string): boolean {
    const { begun, held, owed } = this.#state
    const places = [
      ...begun.flatMap((one) => one.places),
      ...held.flatMap(({ leases }) => leases),
      ...owed.map(({ place }) => place),
    ]
    return places.some((place) => place.agent === agent)
  }

  /** Traffic classes at the device, as its agent would tell them on its own socket. `now`: milliseconds since 1970. */
  inForce(device: string, now: number): readonly ActuationList['active'][number][] {
    return this.leases.flatMap((lease) => {
      const found = classOfMed(lease.med)
      if (lease.device !== device || lease.until <= now || found === undefined) return []
      return [
        {
          id: lease.plan,
          owner: steeringOwner,
          prefix: lease.prefix,
          interface: lease.interface,
          class: found,
          appliedAt: timeText(lease.setAt),
          expiresAt: timeText(lease.until),
        },
      ]
    })
  }
}

const limited = (state: BookState): BookState => ({ ...state, owed: state.owed.slice(-maxOwed) })

/** As the resource has it. */
export const approvalOf = (
  { by, approver, at, until, leases, goals }: HeldApproval,
  ended?: {
    readonly at: number
    readonly because: string
    readonly by: Approval['by'] | undefined
  },
): Approval => ({
  by,
  ...(approver === undefined ? {} : { approver }),
  state: ended === undefined ? 'in-force' : 'ended',
  at: timeText(at),
  until: timeText(until),
  leases: [...leases.map(leaseOf), ...goals],
  endedAt: ended === undefined ? null : timeText(ended.at),
  because: ended?.because ?? null,
  ...(ended?.by === undefined ? {} : { endedBy: ended.by }),
})

export const leaseOf = (
  place: Pick<HeldLease, 'prefix' | 'device' | 'interface' | 'link' | 'med' | 'before'> &
    Partial<Pick<HeldLease, 'after'>>,
): Approval['leases'][number] => ({
  prefix: place.prefix,
  device: place.device,
  interface: place.interface,
  link: place.link,
  med: place.med,
  before: [...place.before],
  after: place.after === undefined ? null : [...place.after],
})
