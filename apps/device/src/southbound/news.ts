/**
 * What the controller is told of AI agents at this router: what became of commits, and what was tried and refused. It is
 * state, not a queue: whoever was away gets what is so now, and the attempts that are kept.
 * @module
 */
import { type Actor, type AttemptNotice, type Commit, type CommitNotice, maxNews } from '@vagus/api/southbound'
import { attemptLimits, AttemptTally, type RefusedAttempts } from '@vagus/southbound'
import type { TellDeed } from '../record/device-record.ts'
import { timeText } from '../time-of-day.ts'

/** Attempts that are kept; the oldest go first, and are in the record of the device. */
const maxAttempts = attemptLimits.callers

export interface NewsOptions {
  /** Newest first. */
  readonly commits: () => readonly Commit[]
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly tell?: TellDeed | undefined
}

/** Takes an attempt that was refused. */
export type TakeRefused = (by: Actor, what: string, problem: string) => void

export interface News {
  readonly commits: readonly CommitNotice[]
  readonly attempts: readonly AttemptNotice[]
}

export class NewsDesk {
  readonly #options: NewsOptions
  readonly #tally = new AttemptTally<Actor>()
  /** Oldest first. */
  readonly #attempts: AttemptNotice[] = []
  readonly #start: number
  #told = 0
  #changed = Promise.withResolvers<void>()

  constructor(options: NewsOptions) {
    this.#options = options
    this.#start = Math.floor(options.now())
  }

  readonly refused: TakeRefused = (by, what, problem) => {
    const told = this.#tally.take(`${by.kind} ${by.id ?? ''}`, { by, what, problem }, this.#options.now())
    if (told !== undefined) this.#tell(told)
  }

  /** Tells what was counted meanwhile; to be called every second or so. */
  expire(): void {
    for (const told of this.#tally.due(this.#options.now())) this.#tell(told)
  }

  /** Another state of the commits. */
  changed(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  /** Fulfilled with the next change. */
  get next(): Promise<void> {
    return this.#changed.promise
  }

  all(): News {
    return { commits: this.#options.commits().slice(0, maxNews).map(noticeOf), attempts: this.#attempts }
  }

  #tell({ by, what, problem, count, from, to }: RefusedAttempts<Actor>): void {
    const id = `${this.#start}-${++this.#told}`
    this.#attempts.push({ id, by, what, problem, count, from: timeText(from), to: timeText(to) })
    if (this.#attempts.length > maxAttempts) this.#attempts.shift()
    this.#options.tell?.({
      event: 'attempt.refused',
      subject: by.name ?? by.id ?? by.kind,
      fields: { what, problem, count },
      by,
    })
    this.changed()
  }
}

/** What of `news` is not `known` yet; its marks are then those of all of `news`. */
export function unknownOf(
  { commits, attempts }: News,
  known: ReadonlySet<string>,
): News & { readonly marks: ReadonlySet<string> } {
  const isNew = (mark: string): boolean => !known.has(mark)
  return {
    commits: commits.filter((one) => isNew(markOf(one))),
    attempts: attempts.filter(({ id }) => isNew(id)),
    marks: new Set([...commits.map(markOf), ...attempts.map(({ id }) => id)]),
  }
}

const markOf = ({ id, state, goesBackAt, problem }: CommitNotice): string =>
  `${id} ${state} ${goesBackAt === null ? '' : 'applied'} ${problem ?? ''}`

function noticeOf(commit: Commit): CommitNotice {
  const { id, state, by, at, trace, goesBackAt, problem, ended } = commit
  return {
    id,
    state,
    by,
    at,
    ...(trace === undefined ? {} : { trace }),
    goesBackAt,
    comment: short(commit.comment),
    added: commit.added.length,
    removed: commit.removed.length,
    problem: problem === null ? null : short(problem),
    ended: ended === null ? null : { ...ended, because: short(ended.because) },
  }
}

const maxCharacters = 1000
const short = (text: string): string => (text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1)}…` : text)
