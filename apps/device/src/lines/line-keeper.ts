/**
 * The leases of Line.Part joined to the kernel: what was agreed on is written down, then made, and removed when its lease ends
 * for whatever reason. What was agreed on before a restart goes on.
 * @module
 */
import {
  type Decline,
  type Lease,
  type LeaseConfig,
  type LeaseEffect,
  type Leases,
  lineMatter,
  type LineOffer,
  planKey,
} from '@vagus/grasp/objectives'
import { controller } from '@vagus/api/actor'
import type { DeedName, DeviceDeed, TellDeed } from '../record/device-record.ts'
import { textOf } from '../rounds.ts'
import type { Clock } from '../clock.ts'
import { HeldLeases } from '../leases/held-leases.ts'
import type { LinkProblems } from './line-kernel.ts'
import type { LineStore } from './line-store.ts'

/** Milliseconds between looks whether the kernel still has everything: a link that came back lost its routes. */
const lookEvery = 5000

export interface LineKeeperParts {
  readonly clock: Clock
  readonly config: LeaseConfig
  readonly store: Pick<LineStore, 'read' | 'write'>
  /** Makes the kernel what is wanted for these, oldest first. @throws {Error} what the kernel said of no link in particular */
  readonly bring: (offers: readonly LineOffer[]) => Promise<LinkProblems>
  readonly report: (line: string) => void
  /** Of each part that the kernel has now, and of each that is over. */
  readonly tell?: TellDeed | undefined
}

/** Undefined: it is made. */
export type Made = { readonly problem: string } | undefined

export class LineKeeper {
  readonly #parts: LineKeeperParts
  readonly #leases: HeldLeases<LineOffer>
  /** By plan, of those that were accepted and are not over. */
  readonly #made = new Map<string, Promise<Made>>()
  #stopLooking: () => void = () => undefined
  #isStopped = false
  #problem = ''
  /** Of the disk, while it does not take what is in force. */
  #unwritten = ''

  /** @throws {Error} where what was agreed on before cannot be read */
  constructor(parts: LineKeeperParts) {
    this.#parts = parts
    const { clock, config, report } = parts
    this.#leases = new HeldLeases(parts.store.read(clock.now()), {
      clock,
      config,
      matter: lineMatter,
      wordsOf,
      report,
      follow: this.#follow,
      ended: this.#ended,
    })
  }

  /** What was agreed on before goes on, and what is over by now is removed, like everything of nobody. Never rejects. */
  async begin(): Promise<void> {
    this.#leases.step({ type: 'tick' })
    this.#write() // also without leases: where the file is, there is something of lines in the kernel
    const { length } = this.#leases.all
    if (length > 0) this.#parts.report(`${length} parts that were agreed on before go on`)
    await this.#bring()
    this.#lookSoon()
  }

  /** What is asked for and agreed on is told to these. */
  get leases(): HeldLeases<LineOffer> {
    return this.#leases
  }

  /** Oldest first. */
  get inForce(): readonly LineOffer[] {
    return this.#leases.all.filter(({ state }) => state !== 'prepared').map(({ offer }) => offer)
  }

  /** Why a plan is over; undefined where it is not, or is not known. */
  overOf(planId: Uint8Array): Decline | undefined {
    return this.#leases.state.over.get(planKey(planId))
  }

  /** What the kernel made of a plan that was accepted; after a restart, it was made. */
  made(planId: Uint8Array): Promise<Made> {
    return this.#made.get(planKey(planId)) ?? Promise.resolve(undefined)
  }

  /** The kernel is told again: what is wanted has changed without a lease. Never rejects. */
  async again(): Promise<void> {
    if (!this.#isStopped) await this.#bring()
  }

  /** Nothing ends by itself from now on: what is in force stays for the next start. */
  stop(): void {
    this.#isStopped = true
    this.#leases.stop()
    this.#stopLooking()
  }

  readonly #follow = (effects: readonly LeaseEffect<LineOffer>[], before: Leases<LineOffer>): void => {
    const { state } = this.#leases
    // Only what a lease in force says is written: a plan that is prepared is forgotten with the process.
    if (writtenOf(before) !== writtenOf(state)) this.#write()
    for (const effect of effects) if (effect.type === 'apply') this.#apply(effect.offer)
    for (const key of before.byPlan.keys()) if (!state.byPlan.has(key)) this.#made.delete(key)
    if (effects.some(({ type }) => type === 'revert')) void this.again()
  }

  readonly #ended = ({ offer }: Lease<LineOffer>, why: Decline): void =>
    this.#parts.tell?.({ ...deedOf('line.over', offer), fields: { part: wordsOf(offer), because: why.problem } })

  /** A disk that takes nothing keeps no lease from its end: what is not written is tried again, and nothing new is made. */
  #write(): void {
    const { store, clock } = this.#parts
    let problem = ''
    try {
      store.write(this.#leases.state, clock.now())
    } catch (error) {
      problem = textOf(error)
    }
    if (problem !== this.#unwritten)
      this.#parts.report(
        problem === '' ? 'the leases are written down again' : `leases are not written down: ${problem}`,
      )
    this.#unwritten = problem
  }

  #apply(offer: LineOffer): void {
    // What the kernel has without a word of it on the disk, nobody would know to take back after a kill.
    const bringing =
      this.#unwritten === ''
        ? this.#parts.bring(this.inForce)
        : Promise.reject(new Error(`it could not be written down: ${this.#unwritten}`))
    const made = bringing.then(
      (problems): Made => {
        const problem = this.#linksOf(offer)
          .map((name) => problems.get(name))
          .find((one) => one !== undefined)
        return problem === undefined ? undefined : { problem }
      },
      (error: unknown): Made => ({ problem: textOf(error) }),
    )
    this.#made.set(planKey(offer.planId), made)
    void made.then((result) => {
      if (result === undefined) {
        this.#parts.tell?.(deedOf('line.held', offer))
        return this.#parts.report(`${wordsOf(offer)}: in the kernel`)
      }
      this.#parts.report(`${wordsOf(offer)}: not made, ${result.problem}`)
      this.#leases.step({ type: 'lost', planId: offer.planId, because: result.problem })
      return this.again()
    })
  }

  /** Interfaces that a part needs; a steer those of its path, too. */
  #linksOf({ number, part }: LineOffer): readonly string[] {
    const holds = this.inForce.flatMap((one) => (one.number === number && one.part?.type === 'hold' ? [one.part] : []))
    const over = (part?.type === 'hold' ? [part] : holds).flatMap(({ transmits }) => transmits)
    return [...over.map((one) => one.interface), ...(part?.type === 'steer' ? [part.interface] : [])]
  }

  async #bring(): Promise<void> {
    const problem = await this.#parts
      .bring(this.inForce)
      .then((problems) => [...new Set(problems.values())].join('; '), textOf)
    if (problem !== this.#problem)
      this.#parts.report(problem === '' ? `over: ${this.#problem}` : `the kernel is not what it should be: ${problem}`)
    this.#problem = problem
  }

  #lookSoon(): void {
    if (this.#isStopped) return
    this.#stopLooking = this.#parts.clock.after(lookEvery, () => {
      if (this.#unwritten !== '') this.#write()
      const looking = this.inForce.length > 0 || this.#problem !== '' ? this.#bring() : Promise.resolve()
      void looking.then(() => this.#lookSoon())
    })
  }
}

/** Only the controller asks for parts of lines. */
const deedOf = (event: DeedName, offer: LineOffer): DeviceDeed => ({
  event,
  subject: `path ${offer.number}`,
  fields: { part: wordsOf(offer) },
  by: controller,
})

/** What of the leases is written down, so that a change of it is seen. */
function writtenOf({ byPlan, over }: Leases<LineOffer>): string {
  const leases = [...byPlan].filter(([, { state }]) => state !== 'prepared')
  return `${[...over.keys()].at(-1)} ${over.size} ${leases.map(([key, { state, until }]) => `${key} ${state} ${until}`).join()}`
}

/** `hold of path 7 on eth1`, for people. */
export function wordsOf({ number, part }: Pick<LineOffer, 'number' | 'part'>): string {
  if (part === null) return `path ${number}`
  const where = part.type === 'hold' ? part.transmits.map((one) => one.interface).join(' and ') : part.interface
  return `${part.type} of path ${number} on ${where}`
}
