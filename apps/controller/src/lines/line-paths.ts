/**
 * Lays paths with the agents of their routers, and takes them back:
 *
 *   written down ─▶ all hold ─▶ written down ─▶ both ends steer ─▶ the line goes over it
 *        └────────────── whatever fails: going ──────────────┘
 *   going: the ends steer no more ─▶ 200 ms ─▶ all let go ─▶ its number rests
 *
 * No router lets go of its part while an end may steer into the path.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Laying, type LineNetwork, partsOf, type Path } from '@vagus/line'
import { Releases } from '../negotiation/releases.ts'
import { timeText } from '../resources/windows.ts'
import { agreeOnParts } from './agree-on-parts.ts'
import type { KeptLine, KeptPart, LaidPath, LineBook } from './line-book.ts'
import type { PartAsker, PartPlace } from './part-asker.ts'

export interface LinePathParts {
  readonly book: LineBook
  /** Undefined where the configuration has no `agent`. */
  readonly asker: () => PartAsker | undefined
  readonly network: () => LineNetwork
  /** Id of the agent of that device. */
  readonly agentOf: (device: string) => string | undefined
  /** A plan-id: 32 hexadecimal digits, never the same twice. */
  readonly newPlan: () => string
  /** Takes a line for people. */
  readonly report: (line: string) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds between the last packet that is steered into a path and its release: those on their way arrive. */
  readonly drainMs?: number
}

export type Outcome =
  | { readonly type: 'laid'; readonly number: number }
  /** `device`: which did not take its part; it may be asked to be avoided. */
  | { readonly type: 'failed'; readonly problem: string; readonly device?: string | undefined }

interface OwedPart {
  readonly place: PartPlace
  readonly until: number
  readonly line: string
}

/** By how much holds outlive what is steered into them, milliseconds. */
const holdsLonger = 5000
/** By how much a lease may end later than we reckon, milliseconds: the accept is on its way, and agents wait for it. */
const slackMs = 60_000

export class LinePaths {
  readonly #parts: LinePathParts
  readonly #releases: Releases<PartPlace, OwedPart>

  constructor(parts: LinePathParts) {
    const { asker, now } = parts
    this.#parts = parts
    this.#releases = new Releases({
      owed: () => this.#owed(),
      forget: ({ line, place }) => this.#forget(line, place.plan),
      release() {
        const asking = asker()
        return asking && ((place) => asking.release(place))
      },
      nameOf: ({ device, number, part }) => `the ${part.type} of path ${number} at ${device}`,
      now,
    })
  }

  /** What is owed to be released, and due. */
  step(): Promise<void> {
    return this.#releases.step()
  }

  /**
   * A path for the line, which then is `coming` and steered into; else nothing is left of it, or it is owed. `until`: of the
   * line, milliseconds since 1970. @throws {StoreError} when the disk does not take it: nothing was asked
   */
  async lay(
    id: string,
    path: Path,
    { until, ...how }: Pick<Laying, 'bitsPerSecond' | 'insteadOf' | 'standby'> & { readonly until: number },
  ): Promise<Outcome> {
    const { book, asker, now } = this.#parts
    const asking = asker()
    const number = book.newNumber()
    if (asking === undefined) return { type: 'failed', problem: 'vagus.yaml has no "agent" any more' }
    if (number === undefined) return { type: 'failed', problem: 'all numbers of paths are taken' }
    const { flow } = book.find(id)!.wish
    const { holds, steers } = this.#placesOf(path, { ...how, number, ...(flow === undefined ? {} : { flow }) })
    const ends = until + slackMs
    const asked = (place: PartPlace): KeptPart => ({ place, until: ends })
    const laid: LaidPath = {
      number,
      path,
      bitsPerSecond: how.bitsPerSecond,
      use: 'coming',
      parts: [...holds.map(asked), ...steers.map((place) => ({ place, until: 0 }))],
    }
    const line = book.find(id)!
    book.put({ ...line, laid: [...line.laid, laid] })
    try {
      const held = await agreeOnParts(asking, holds, until - now() + holdsLonger)
      if (held.type === 'failed') return await this.#failed(id, number, held)
      this.#change(id, number, (one) => ({ ...one, parts: [...holds, ...steers].map(asked) }), 'put')
      const steered = await agreeOnParts(asking, steers, until - now())
      if (steered.type === 'agreed') return { type: 'laid', number }
      return await this.#failed(id, number, { ...steered, mayHold: [...holds, ...steered.mayHold] })
    } catch (error) {
      await this.drop(id, number)
      throw error
    }
  }

  /** Its leases end then instead. Returns why not all agents say so. */
  async prolong(id: string, number: number, until: number): Promise<string | undefined> {
    const { asker, now } = this.#parts
    const ends = until + slackMs
    // Known before it is asked for; what ends later than it should is released at the end of the line.
    const later = (one: KeptPart): KeptPart => ({ ...one, until: Math.max(one.until, ends) })
    this.#change(id, number, (one) => ({ ...one, parts: one.parts.map(later) }), 'put')
    const asking = asker()
    if (asking === undefined) return 'vagus.yaml has no "agent" any more'
    const { parts } = this.#find(id, number)!
    const leaseMs = until - now()
    const settled = await Promise.allSettled(
      parts.map(({ place }) => asking.confirm(place, place.part.type === 'hold' ? leaseMs + holdsLonger : leaseMs)),
    )
    const failed = settled.find((one) => one.status === 'rejected')
    return failed === undefined ? undefined : (failed.reason as Error).message
  }

  /** Returns what is not released yet. */
  async drop(id: string, number: number): Promise<readonly string[]> {
    this.#change(id, number, (one) => ({ ...one, use: 'going' }), 'note')
    const plansOf = (type: 'hold' | 'steer'): readonly string[] =>
      (this.#find(id, number)?.parts ?? []).flatMap(({ place, until }) =>
        until > 0 && place.part.type === type ? [place.plan] : [],
      )
    const steers = plansOf('steer')
    const left = await this.#releases.now(steers)
    if (left.length > 0) return left
    if (steers.length > 0) await sleep(this.#parts.drainMs ?? 200)
    this.#settle(id, number)
    return this.#releases.now(plansOf('hold'))
  }

  /** What was in the midst or used by a line that is over is owed. */
  takeUp(line: KeptLine, keeps: 'those in use' | 'none'): KeptLine {
    const laid = line.laid.map((one): LaidPath => {
      const isOwed = one.use === 'coming' || (keeps === 'none' && (one.use === 'used' || one.use === 'protecting'))
      return isOwed ? { ...one, use: 'going' } : one
    })
    return { ...line, laid }
  }

  async #failed(
    id: string,
    number: number,
    { problem, device, mayHold }: { problem: string; device?: string | undefined; mayHold: readonly PartPlace[] },
  ): Promise<Outcome> {
    const plans = new Set(mayHold.map(({ plan }) => plan))
    const left = (one: KeptPart): KeptPart => (plans.has(one.place.plan) ? one : { ...one, until: 0 })
    this.#change(id, number, (one) => ({ ...one, parts: one.parts.map(left) }), 'note')
    const owed = await this.drop(id, number)
    const undone = plans.size === 0 ? 'nothing was changed' : 'what was held is released'
    const said = owed.length === 0 ? undone : `NOT released yet: ${owed.join(', ')}`
    return { type: 'failed', problem: `${problem}; ${said}`, device }
  }

  #placesOf(path: Path, how: Laying) {
    const { network, agentOf, newPlan } = this.#parts
    const { holds, steers } = partsOf(path, network(), how)
    const placeOf = (device: string, part: PartPlace['part']): PartPlace => {
      return { device, agent: agentOf(device) ?? '', plan: newPlan(), number: how.number, part }
    }
    return {
      holds: holds.map(({ node, part }) => placeOf(node, part)),
      steers: steers.map(({ node, part }) => placeOf(node, part)),
    }
  }

  /** Of each path first what is steered into it. */
  #owed(): readonly OwedPart[] {
    return this.#parts.book.all.flatMap(({ id, laid }) =>
      laid.flatMap(({ use, parts }) => {
        if (use !== 'going') return []
        const owed = parts.filter(({ until }) => until > 0)
        const steers = owed.filter(({ place }) => place.part.type === 'steer')
        return (steers.length > 0 ? steers : owed).map((one) => ({ ...one, line: id }))
      }),
    )
  }

  #forget(id: string, plan: string): void {
    const laid = this.#parts.book.find(id)?.laid.find(({ parts }) => parts.some(({ place }) => place.plan === plan))
    if (laid === undefined) return
    const gone = (one: KeptPart): KeptPart => (one.place.plan === plan ? { ...one, until: 0 } : one)
    this.#change(id, laid.number, (one) => ({ ...one, parts: one.parts.map(gone) }), 'note')
    this.#settle(id, laid.number)
  }

  /** A path that nobody has any more is gone. */
  #settle(id: string, number: number): void {
    const laid = this.#find(id, number)
    if (laid?.use !== 'going' || laid.parts.some(({ until }) => until > 0)) return
    const goneAt = this.#parts.now()
    this.#change(id, number, (one) => ({ ...one, use: 'gone', parts: [], goneAt }), 'note')
  }

  #find(id: string, number: number): LaidPath | undefined {
    return this.#parts.book.find(id)?.laid.find((one) => one.number === number)
  }

  /** `put` throws when the disk does not take it. */
  #change(id: string, number: number, change: (laid: LaidPath) => LaidPath, how: 'put' | 'note'): void {
    const { book, report } = this.#parts
    const line = book.find(id)
    if (line === undefined) return
    const next = { ...line, laid: line.laid.map((one) => (one.number === number ? change(one) : one)) }
    if (how === 'put') return void book.put(next)
    const problem = book.note(next)
    if (problem !== undefined) report(`${id} could not be written down at ${timeText(this.#parts.now())}: ${problem}`)
  }
}
