/**
 * The router's policy, installed for a while: unless that is confirmed in time it is taken back, as "commit confirmed" of
 * routers does it; also where the agent was killed meanwhile, as soon as it runs again. One change at a time, and one step of
 * it after the other. Without a timer: `expire` is to be called.
 * @module
 */
import { type Actor, controller, operator } from '@vagus/api/actor'
import type { PolicyChange, PolicyPlan, Router } from '@vagus/router'
import type { DeedName, DeviceDeed, TellDeed } from './record/device-record.ts'
import { textOf } from './rounds.ts'

export interface PolicyChangesOptions {
  readonly router: Pick<Router, 'policyChange' | 'policyChangeOf'>
  /** What is pending, for the agent after one that was killed. */
  readonly store: PolicyStore
  /** What the router must have now. */
  readonly plan: () => Promise<PolicyPlan>
  /** Milliseconds, by a clock that nobody sets. */
  readonly now: () => number
  /** Called after every change of the router. */
  readonly changed: () => Promise<void>
  readonly report: (line: string) => void
  readonly tell?: TellDeed | undefined
}

export interface PolicyStore {
  /** Null where nothing is pending. @throws {Error} where it cannot be read */
  readonly read: () => object | null
  /** @throws {Error} where the disk does not take it */
  readonly write: (saved: object | null) => void
}

/** `pending`: another one is, so this one was not begun. `ending`: the agent is. */
export type Applied =
  | { readonly state: 'applied'; readonly installed: readonly string[]; readonly goesBackAt: number }
  | { readonly state: 'in-place' }
  | { readonly state: 'pending'; readonly goesBackAt: number }
  | { readonly state: 'ending' }

export class PolicyChanges {
  readonly #options: PolicyChangesOptions
  #pending: { readonly change: PolicyChange; readonly goesBackAt: number } | undefined
  #isEnding = false
  #last: Promise<unknown> = Promise.resolve()

  /** What an agent that was killed had pending goes back with the first `expire`. @throws {Error} as `PolicyStore.read` */
  constructor(options: PolicyChangesOptions) {
    this.#options = options
    const saved = options.store.read()
    if (saved !== null) this.#pending = { change: options.router.policyChangeOf(saved), goesBackAt: options.now() }
  }

  /** Of the change that is pending; in the past while taking it back fails. */
  get goesBackAt(): number | undefined {
    return this.#pending?.goesBackAt
  }

  /** Installs what is missing, for so many seconds. @throws {RouterError} `unsupported`: nothing was changed */
  apply(seconds: number): Promise<Applied> {
    return this.#inTurn(async () => {
      if (this.#isEnding) return { state: 'ending' }
      if (this.#pending !== undefined) return { state: 'pending', goesBackAt: this.#pending.goesBackAt }
      const { router, store, plan, now, changed } = this.#options
      const change = await router.policyChange(await plan())
      if (change === undefined) return { state: 'in-place' }
      store.write(change.saved)
      this.#pending = { change, goesBackAt: now() } // what fails half way goes back at once
      try {
        await change.apply(seconds)
      } catch (error) {
        await this.#goBack().catch(() => undefined) // then `expire` tries again, and says so
        throw error
      }
      const goesBackAt = now() + seconds * 1000
      this.#pending = { change, goesBackAt }
      this.#told('policy.installed', operator, { lines: change.installed.length, seconds })
      await changed()
      return { state: 'applied', installed: change.installed, goesBackAt }
    })
  }

  /** @throws {RouterError} where the router has gone back already; the change is pending as before */
  confirm(): Promise<'confirmed' | 'nothing-pending'> {
    return this.#inTurn(async () => {
      if (this.#pending === undefined) return 'nothing-pending'
      await this.#pending.change.confirm()
      this.#options.store.write(null)
      this.#pending = undefined
      this.#told('policy.confirmed', operator)
      return 'confirmed'
    })
  }

  /** @throws {RouterError} and tries again when its time comes */
  revert(): Promise<'reverted' | 'nothing-pending'> {
    return this.#inTurn(async () => {
      if (this.#pending === undefined) return 'nothing-pending'
      await this.#goBack(operator)
      return 'reverted'
    })
  }

  /** Takes back what was not confirmed in time. @throws {Error} that says what goes on when it fails; to be called again */
  async expire(): Promise<void> {
    if (!this.#isDue()) return
    await this.#inTurn(async () => {
      if (!this.#isDue()) return
      await this.#goBack().catch((cause: unknown) => {
        throw new Error(`the policy was not taken back: ${textOf(cause)}; tries again until it is, or confirmed`, {
          cause,
        })
      })
      this.#options.report('the policy was not confirmed, and is taken back')
    })
  }

  /** Takes back what is pending; nothing is applied any more. */
  end(): Promise<void> {
    this.#isEnding = true
    return this.#inTurn(async () => {
      if (this.#pending === undefined) return
      await this.#goBack().then(
        () => this.#options.report('the policy was not confirmed, and is taken back'),
        (error: unknown) => this.#options.report(`the policy is not taken back: ${textOf(error)}`),
      )
    })
  }

  #isDue(): boolean {
    return this.#pending !== undefined && this.#options.now() >= this.#pending.goesBackAt
  }

  /** `by`: the agent by itself, because it was not confirmed, or not installed whole. */
  async #goBack(by: Actor = controller): Promise<void> {
    await this.#pending?.change.revert()
    this.#options.store.write(null)
    this.#pending = undefined
    this.#told('policy.taken-back', by)
    await this.#options.changed()
  }

  #told(event: DeedName, by: Actor, fields: DeviceDeed['fields'] = {}): void {
    this.#options.tell?.({ event, subject: 'policy', fields, by })
  }

  #inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(step)
    this.#last = result.catch(() => undefined)
    return result
  }
}
