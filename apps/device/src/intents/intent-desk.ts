/**
 * The intents that this device obeys: what they refuse at the moment, and the record of that. The bounds of the device's own
 * operator are asked besides, so that nothing here allows anything.
 * @module
 */
import { type Actor, controller } from '@vagus/api/actor'
import type { AgentId } from '@vagus/identity'
import {
  commitPatterns,
  commitRefusal,
  type DeviceFacts,
  type IntentRefusal,
  type IntentSet,
  lineRefusal,
  lineShare,
  type MedQuestion,
  medRefusal,
  type Orders,
  ordersOf,
  policyRefusal,
} from '@vagus/intent'
import type { TellDeed } from '../record/device-record.ts'
import { besideControl } from '../state-file.ts'
import { MoveLedger } from './move-ledger.ts'
import { type IntentsTaken, NewestIntents } from './newest-intents.ts'

export interface IntentDeskOptions {
  readonly owner: AgentId
  /** Path of the control socket: the files are beside it. */
  readonly control: string
  readonly device: DeviceFacts
  readonly report: (line: string) => void
  readonly tell?: TellDeed | undefined
  /** Milliseconds since 1970, by the clock that windows are meant by. */
  readonly now?: () => number
}

/** Milliseconds within which the same refusal is in the record once: whoever asks again and again must not push others out. */
const recordEvery = 3_600_000
/** Refusals told apart; at the limit further ones are in the record once there is room. */
const maxRecorded = 256

export class IntentDesk {
  readonly #options: IntentDeskOptions
  readonly #newest: NewestIntents
  readonly #moves: MoveLedger
  readonly #now: () => number
  readonly #listeners = new Set<() => void>()
  /** By words, since when it is in the record. */
  readonly #recorded = new Map<string, number>()
  #orders: { readonly orders: Orders; readonly at: number } | undefined
  /** Of the last set that was not taken. */
  #problem = ''

  constructor(options: IntentDeskOptions) {
    const { owner, control, report, now = Date.now } = options
    const said = (line: string): void => report(`intents: ${line.replaceAll(/\p{C}/gu, '?')}`)
    this.#options = { ...options, report: said }
    this.#now = now
    this.#newest = new NewestIntents({ owner, path: besideControl(control, 'intents.jws'), report: said })
    this.#moves = new MoveLedger(besideControl(control, 'moves.json'), said)
  }

  get owner(): AgentId {
    return this.#options.owner
  }

  get set(): IntentSet | undefined {
    return this.#newest.set
  }

  /** As of now: made anew when a window begins or ends, another set comes, or the clock was set back. */
  get orders(): Orders {
    const now = this.#now()
    const known = this.#orders
    if (known !== undefined && now >= known.at && now < (known.orders.nextAt ?? Infinity)) return known.orders
    const orders = ordersOf(this.set, this.#options.device, now)
    this.#orders = { orders, at: now }
    return orders
  }

  /** Calls `listener` after each newer set, until the function returned is called. */
  onNewer(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @param from who served it, for people */
  take(jws: string, from: string): IntentsTaken {
    const { report, tell } = this.#options
    const taken = this.#newest.take(jws, this.#now())
    if (taken === 'newer') {
      const { owner, epoch, hash, intents } = this.set!
      this.#orders = undefined
      this.#problem = ''
      report(`set of epoch ${epoch} with ${intents.length} intents, from ${from}`)
      // What was done is the owner's doing, whoever brought the set here.
      const by: Actor = { kind: 'agent', id: owner, name: null }
      tell?.({ event: 'intents.taken', subject: owner, fields: { epoch, hash, intents: intents.length, from }, by })
      for (const listener of this.#listeners) listener()
    } else if (typeof taken === 'object' && taken.problem !== this.#problem) {
      this.#problem = taken.problem
      report(`a set from ${from} is not taken: ${taken.problem}`)
    }
    return taken
  }

  /** @param prepared leases that are about to begin */
  medRefusal(asked: Omit<MedQuestion, 'movesLastHour'>, prepared: number): IntentRefusal | undefined {
    const movesLastHour = this.#moves.count(this.#now()) + prepared
    const { prefix, interface: name, purpose } = asked
    const words = purpose === 'set' ? `a MED for ${prefix} on ${name}` : `${prefix} is to enter over ${name}`
    return this.#told(medRefusal(this.orders, { ...asked, movesLastHour }), words, controller)
  }

  /** A lease of a MED began. */
  moved(): void {
    this.#moves.add(this.#now())
  }

  /** @param words what is asked for */
  lineRefusal(interfaces: readonly string[], words: string): IntentRefusal | undefined {
    return this.#told(lineRefusal(this.orders, interfaces), words, controller)
  }

  /** Part of the link that lines may take together, 0..1, and whose word that is; `undefined`: no intent says. */
  lineShare(name: string): { readonly share: number; readonly intent: string } | undefined {
    const least = lineShare(this.orders, name)
    return least && { share: least.share, intent: least.order.intent.name }
  }

  /** As `commitRefusal`, where nothing is to begin. */
  commitProblem(): IntentRefusal | undefined {
    return commitRefusal(this.orders)
  }

  commitRefusal(by: Actor): IntentRefusal | undefined {
    return this.#told(commitRefusal(this.orders), 'a commit', by)
  }

  /** Lists of patterns that lines of a commit must match besides. */
  commitPatterns(): ReturnType<typeof commitPatterns> {
    return commitPatterns(this.orders)
  }

  policyRefusal(by: Actor): IntentRefusal | undefined {
    return this.#told(policyRefusal(this.orders), 'the policy of the agent', by)
  }

  /** A refusal that was found by `commitPatterns`. */
  refused(refusal: IntentRefusal, words: string, by: Actor): void {
    this.#told(refusal, words, by)
  }

  /** To be called now and then. */
  look(): void {
    this.#newest.look(this.#now())
  }

  #told<Refusal extends IntentRefusal | undefined>(refusal: Refusal, words: string, by: Actor): Refusal {
    if (refusal !== undefined && this.#isNews(`${refusal.intent} ${words}`))
      this.#options.tell?.({
        event: 'intent.refused',
        subject: refusal.intent ?? this.owner,
        fields: { asked: words, because: refusal.problem },
        by,
      })
    return refusal
  }

  #isNews(key: string): boolean {
    const now = this.#now()
    const isOld = (at: number): boolean => Math.abs(now - at) >= recordEvery
    const known = this.#recorded.get(key)
    if (known !== undefined && !isOld(known)) return false
    for (const [one, at] of this.#recorded) if (isOld(at)) this.#recorded.delete(one)
    if (this.#recorded.size >= maxRecorded) return false
    this.#recorded.set(key, now)
    return true
  }
}
