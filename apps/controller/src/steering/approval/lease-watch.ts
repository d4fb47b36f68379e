/**
 * Whether leases are still in force: each is confirmed again now and then, and an agent that is gone for long counts as one
 * that has its leases no more. Pure.
 * @module
 */
import type { HeldLease } from './lease-book.ts'
import type { AskCode } from '../../negotiation/negotiation-problem.ts'
import type { AskProblem } from './med-asker.ts'

/**
 * Milliseconds between two confirmations, and between two tries where one failed. The first comes sooner: agents revert what
 * is not confirmed within 15 s, and our first confirmation may have been lost on its way. Until a lease is missed, those of
 * the other links stay, and the prefix may enter over a link that the proposal did not name.
 */
const confirmEvery = 15_000
const confirmFirst = 8000
const retryEvery = 5000
/**
 * For how long a lease may be unconfirmed, milliseconds since the first try. A router drops what its agent announced 9 s after
 * it is gone, but the way between it and us may be what is broken.
 */
const patience = 30_000

/** Declines that mean that it is in force no more; after any other it is asked again. */
const gone: ReadonlySet<AskCode> = new Set<AskCode>(['STALE', 'RESOURCE', 'POLICY', 'UNTRUSTED', 'UNDONE'])

interface Watched {
  readonly nextAt: number
  /** When it was asked last. */
  readonly askedAt: number
  /** When it was first asked in vain, since it was last confirmed. */
  readonly unheardSince: number | undefined
  readonly isAsking: boolean
  /** Since when its agent was connected when it was asked last. */
  readonly connectedSince: number | undefined
}

export class LeaseWatch {
  /** By plan-id; as many as are in force. */
  readonly #watched = new Map<string, Watched>()

  /**
   * Those that are to be confirmed now; they count as being asked until `heard`. `now`: milliseconds since 1970.
   * @param connectedSince of an agent; one that went or came since it was asked is asked at once
   */
  due(
    leases: readonly HeldLease[],
    now: number,
    connectedSince: (agent: string) => number | undefined,
  ): readonly HeldLease[] {
    const plans = new Set(leases.map(({ plan }) => plan))
    for (const plan of this.#watched.keys()) if (!plans.has(plan)) this.#watched.delete(plan)
    return leases.filter(({ plan, setAt, agent }) => {
      const since = connectedSince(agent)
      const known = this.#watched.get(plan) ?? {
        nextAt: Math.min(setAt, now) + confirmFirst,
        askedAt: now,
        unheardSince: undefined,
        isAsking: false,
        connectedSince: since,
      }
      const wait = known.nextAt - now
      // A longer wait than there is: the clock was set back.
      const isTime = wait <= 0 || wait > confirmEvery || since !== known.connectedSince
      const isDue = !known.isAsking && isTime
      this.#watched.set(plan, isDue ? { ...known, askedAt: now, isAsking: true, connectedSince: since } : known)
      return isDue
    })
  }

  /** `problem`: why it was not confirmed. Returns why it is lost; undefined while it may be in force. */
  heard(lease: HeldLease, problem: AskProblem | undefined, now: number): string | undefined {
    const { plan, device, prefix, link } = lease
    const known = this.#watched.get(plan)
    const askedAt = Math.min(known?.askedAt ?? now, now)
    const unheardSince = problem === undefined ? undefined : Math.min(known?.unheardSince ?? askedAt, now)
    const nextAt = now + (problem === undefined ? confirmEvery : retryEvery)
    this.#watched.set(plan, { nextAt, askedAt, unheardSince, isAsking: false, connectedSince: known?.connectedSince })
    if (problem === undefined || unheardSince === undefined) return undefined
    if (gone.has(problem.code)) return `${device} has ${prefix} on ${link} no more: ${problem.problem}`
    if (now - unheardSince < patience) return undefined
    const seconds = Math.round((now - unheardSince) / 1000)
    const isAbsent = problem.code === 'ABSENT' || problem.code === 'SILENT'
    if (isAbsent) return `the agent of ${device} is gone for ${seconds} s`
    return `${device} has not confirmed ${prefix} on ${link} for ${seconds} s: ${problem.problem}`
  }
}
