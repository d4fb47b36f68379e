/**
 * Whether leases are still in force: each is confirmed again now and then, and an agent that is gone for long counts as one
 * that has its leases no more. Pure.
 * @module
 */
import type { HeldLease } from './lease-book.ts'
import type { AskCode, AskProblem } from './med-asker.ts'

/**
 * Milliseconds between two confirmations, and between two tries where one failed. The first comes sooner: agents revert what
 * is not confirmed within 15 s, and our first confirmation may have been lost on its way.
 */
const confirmEvery = 30_000
const confirmFirst = 8000
const retryEvery = 5000
/**
 * How long an agent may be gone, milliseconds. Its router drops what it announced after 9 s without it, but the way between
 * it and us may be what is broken.
 */
const absencePatience = 45_000

/** Declines that mean that it is in force no more; after any other it is asked again. */
const gone: ReadonlySet<AskCode> = new Set<AskCode>(['STALE', 'RESOURCE', 'POLICY', 'UNTRUSTED'])

interface Watched {
  readonly nextAt: number
  readonly absentSince: number | undefined
  readonly isAsking: boolean
}

export class LeaseWatch {
  /** By plan-id; as many as are in force. */
  readonly #watched = new Map<string, Watched>()

  /** Those that are to be confirmed now; they count as being asked until `heard`. `now`: milliseconds since 1970. */
  due(leases: readonly HeldLease[], now: number): readonly HeldLease[] {
    const plans = new Set(leases.map(({ plan }) => plan))
    for (const plan of this.#watched.keys()) if (!plans.has(plan)) this.#watched.delete(plan)
    return leases.filter(({ plan, setAt }) => {
      const known = this.#watched.get(plan) ?? {
        nextAt: Math.min(setAt, now) + confirmFirst,
        absentSince: undefined,
        isAsking: false,
      }
      const wait = known.nextAt - now
      // A longer wait than there is: the clock was set back.
      const isDue = !known.isAsking && (wait <= 0 || wait > confirmEvery)
      this.#watched.set(plan, { ...known, isAsking: known.isAsking || isDue })
      return isDue
    })
  }

  /** `problem`: why it was not confirmed. Returns why it is lost; undefined while it may be in force. */
  heard({ plan, device, prefix, link }: HeldLease, problem: AskProblem | undefined, now: number): string | undefined {
    const known = this.#watched.get(plan)
    const isAbsent = problem?.code === 'ABSENT' || problem?.code === 'SILENT'
    const absentSince = isAbsent ? (known?.absentSince ?? now) : undefined
    const nextAt = now + (problem === undefined ? confirmEvery : retryEvery)
    this.#watched.set(plan, { nextAt, absentSince, isAsking: false })
    if (problem !== undefined && gone.has(problem.code))
      return `${device} has ${prefix} on ${link} no more: ${problem.problem}`
    if (absentSince === undefined || now - absentSince < absencePatience) return undefined
    return `the agent of ${device} is gone for ${Math.round((now - absentSince) / 1000)} s`
  }
}
