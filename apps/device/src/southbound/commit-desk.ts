/**
 * Commits of AI agents at this router: joins the engine of confirmed commits, its file and the router. One step after the
 * other. Without a timer: `expire` is to be called.
 * @module
 */
import type { Actor } from '@vagus/api/southbound'
import type { RouterConfiguration } from '@vagus/router'
import {
  type Allowed,
  type Change,
  changeOf,
  type CommitEvent,
  type CommitOutcome,
  type CommitRequest,
  type Commits,
  configOf,
  isEmptyData,
  isWithinData,
  partOf,
  type Path,
  pathProblem,
  pathText,
  pathWithoutSecret,
  type PendingCommit,
  stepCommits,
} from '@vagus/southbound'
import type { TellDeed } from '../record/device-record.ts'
import { textOf } from '../rounds.ts'
import { commitDeeds } from './commit-deeds.ts'
import type { CommitStore } from './commit-store.ts'
import { takeBack } from './take-back.ts'

export interface CommitDeskOptions {
  readonly configuration: RouterConfiguration
  readonly allowed: Allowed
  /** Further lists of patterns, of the moment: each must have one that matches. */
  readonly alsoPatterns?: () => readonly (readonly string[])[]
  readonly store: Pick<CommitStore, 'read' | 'write'>
  /** Milliseconds since 1970, by a clock that nobody sets while the program runs. */
  readonly now: () => number
  readonly report: (line: string) => void
  /** What is done to the router. */
  readonly tell?: TellDeed | undefined
  /** Is called after each change of `commits`. */
  readonly changed?: () => void
}

/** `read`: makes the request of the configuration as it is when its turn comes, or says why not. */
export type Requested<Refusal> = (text: string) => CommitRequest<Actor> | { readonly refusal: Refusal }

export class CommitDesk {
  readonly #options: CommitDeskOptions
  #commits: Commits<Actor>
  #isEnding = false
  #last: Promise<unknown> = Promise.resolve()

  private constructor(options: CommitDeskOptions, commits: Commits<Actor>) {
    this.#options = options
    this.#commits = commits
  }

  /**
   * What was pending when the agent before ended goes on, or goes back with the first `expire`.
   * @throws {Error} of a file that cannot be read
   */
  static open(options: CommitDeskOptions): CommitDesk {
    const { store, now } = options
    return new CommitDesk(options, stepCommits(store.read(), { type: 'restarted', now: now() }).state)
  }

  get commits(): Commits<Actor> {
    return this.#commits
  }

  /** Applies it for a while; the commit tells what became of it. `nothing`: the agent ends. */
  apply<Refusal>(
    requested: Requested<Refusal>,
  ): Promise<CommitOutcome | { readonly type: 'refused'; readonly refusal: Refusal }> {
    return this.#inTurn(async () => {
      if (this.#isEnding) return { type: 'nothing' }
      const { configuration, now } = this.#options
      const before = await configuration.text()
      const request = requested(before)
      if ('refusal' in request) return { type: 'refused', ...request }
      const outcome = this.#step({ type: 'requested', request, now: now() })
      if (outcome.type === 'begun') await this.#applyNow()
      return outcome
    })
  }

  /** @throws {RouterError} where the router has not been told that it stays; it is pending as before */
  confirm(id: string, by: Actor): Promise<CommitOutcome> {
    return this.#inTurn(async () => {
      await this.#expireNow().catch(() => undefined) // what is due is no more to be confirmed
      const { pending } = this.#commits
      if (pending?.id === id && pending.phase.type === 'applied') await this.#options.configuration.keep()
      return this.#step({ type: 'confirm', id, by, now: this.#options.now() })
    })
  }

  revert(id: string, by: Actor): Promise<CommitOutcome> {
    return this.#inTurn(async () => {
      const outcome = this.#stepAnyhow({ type: 'revert', id, by, because: 'taken back', now: this.#options.now() })
      return outcome.type === 'revert' ? this.#goBack() : outcome
    })
  }

  /** Takes back what was not confirmed in time, and tries again what failed. @throws {Error} that says what goes on */
  async expire(): Promise<void> {
    if (this.#commits.pending === null) return
    await this.#inTurn(() => this.#expireNow())
  }

  /** Takes back what is pending; nothing is applied any more. Never rejects. */
  end(): Promise<void> {
    this.#isEnding = true
    return this.#inTurn(async () => {
      const { pending } = this.#commits
      if (pending === null) return
      const { now, report } = this.#options
      this.#stepAnyhow({ type: 'revert', id: pending.id, by: null, because: 'the agent was stopped', now: now() })
      await this.#goBack().catch((error: unknown) => report(textOf(error)))
    })
  }

  async #expireNow(): Promise<void> {
    const outcome = this.#stepAnyhow({ type: 'tick', now: this.#options.now() })
    if (outcome.type === 'revert') await this.#goBack()
  }

  /** The commit that was just written down as begun. */
  async #applyNow(): Promise<void> {
    const { configuration, allowed, alsoPatterns = () => [], now } = this.#options
    const pending = this.#commits.pending!
    const lists = [allowed, ...alsoPatterns().map((patterns) => ({ ...allowed, patterns }))]
    const changed = async (): Promise<Change> =>
      partOf(changeOf(configOf(pending.before), configOf(await configuration.text())), pending.edits)
    let change: Change | undefined
    const checked = (made: Change): Change => {
      change = made
      for (const list of lists) checkEffect(made, list)
      return made
    }
    try {
      await configuration.apply(pending.edits, pending.confirmWithin / 1000, (before, after) => {
        if (before !== pending.before) throw new Error('somebody changed the configuration in that moment; ask again')
        checked(changeOf(configOf(before), configOf(after)))
      })
      change ??= checked(await changed())
      this.#step({ type: 'applied', change, now: now() })
    } catch (error) {
      change ??= await changed().catch(() => undefined) // later it may be mixed with what others do
      this.#stepAnyhow({ type: 'rejected', because: textOf(error), change: change ?? null, now: now() })
      await this.#goBack().catch(() => undefined) // then `expire` tries again, and says so
    }
  }

  /** @throws {Error} that says what goes on; it is tried again later */
  async #goBack(): Promise<CommitOutcome> {
    const { configuration, now, report } = this.#options
    const pending = this.#commits.pending as PendingCommit<Actor>
    try {
      const { change, left } = await takeBack(configuration, pending)
      const outcome = this.#stepAnyhow({
        type: 'reverted',
        change,
        now: now(),
        ...(left === undefined ? {} : { left }),
      })
      report(`${pending.id} is taken back: ${this.#commits.ended.at(-1)!.ended.because}`)
      return outcome
    } catch (cause) {
      this.#stepAnyhow({ type: 'failed', problem: textOf(cause), now: now() })
      throw new Error(`${pending.id} was not taken back: ${textOf(cause)}; tries again until it is`, { cause })
    }
  }

  /** @throws {Error} where it cannot be written down; then nothing has happened */
  #step(event: CommitEvent<Actor>): CommitOutcome {
    const { state, outcome } = stepCommits(this.#commits, event)
    if (state !== this.#commits) this.#options.store.write(state)
    this.#take(state)
    return outcome
  }

  /** Where it cannot be written down it happens all the same: an agent that starts would take back, too. */
  #stepAnyhow(event: CommitEvent<Actor>): CommitOutcome {
    const { state, outcome } = stepCommits(this.#commits, event)
    const isNew = state !== this.#commits
    this.#take(state)
    try {
      if (isNew) this.#options.store.write(state)
    } catch (error) {
      this.#options.report(`commits cannot be written down: ${textOf(error)}`)
    }
    return outcome
  }

  #take(state: Commits<Actor>): void {
    const before = this.#commits
    this.#commits = state
    for (const deed of commitDeeds(before, state)) this.#options.tell?.(deed)
    if (before !== state) this.#options.changed?.()
  }

  #inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(step)
    this.#last = result.catch(() => undefined)
    return result
  }
}

/** The router may have understood a line otherwise than we did. @throws {Error} that says what it made of it */
function checkEffect({ added, removed }: Change, allowed: Allowed): void {
  // A container of YANG data is a line only while it is empty: filled or emptied, it was and is there.
  const isShown = (path: Path, others: readonly Path[]): boolean =>
    !isEmptyData(path) || !others.some((other) => isWithinData(other, path))
  const paths = [...added.filter((path) => isShown(path, removed)), ...removed.filter((path) => isShown(path, added))]
  for (const path of paths) {
    const problem = pathProblem(path, allowed, 'effect')
    if (problem !== undefined) throw new Error(`it changed "${pathText(pathWithoutSecret(path))}": ${problem}`)
  }
}
