/**
 * Follows the lines of sessions: with its line a session begins, and with the session its line ends. A line is known by its key,
 * so that a controller that was killed finds it again.
 * @module
 */
import type { Actor } from '@vagus/api/actor'
import type { QosStatus, StatusInfo } from '@vagus/api/camara'
import { ProblemError } from '../http/problem.ts'
import { isOver, type KeptLine, type LineBook } from '../lines/line-book.ts'
import type { SessionBook } from './session-book.ts'
import { actorOf, isOpen, type KeptSession, lineKeyOf } from './session.ts'

export interface LifeParts {
  readonly lines: { release(id: string, by: Actor): Promise<unknown> }
  readonly lineBook: Pick<LineBook, 'withKey'>
  readonly book: SessionBook
  /** A UUID. */
  readonly newId: () => string
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Takes a line for people. */
  readonly report: (line: string) => void
}

/** Milliseconds for which a session that is over is still told. */
export const keptMs = 360_000

export class SessionLife {
  readonly #parts: LifeParts
  /** That could not be written down, and are reported once. */
  readonly #troubled = new Set<string>()
  /** Whose lines are being released. */
  readonly #releasing = new Set<string>()

  constructor(parts: LifeParts) {
    this.#parts = parts
  }

  /** Follows the lines; to be called after changes of them and once a second. */
  look(): void {
    const { book, report } = this.#parts
    for (const { id } of book.all) {
      // A line that is released here calls this again at once: what was read before may be old.
      const session = book.find(id)
      if (session === undefined) continue
      try {
        this.#look(session)
        this.#troubled.delete(id)
      } catch (error) {
        if (this.#troubled.has(id)) continue
        this.#troubled.add(id)
        report(`session ${id} could not be written down: ${String(error)}`)
      }
    }
  }

  #look(session: KeptSession): void {
    const { book, lineBook, now } = this.#parts
    const line = lineBook.withKey(lineKeyOf(session))
    const changed = isOpen(session) ? this.#followed(session, line) : session
    if (changed !== session) book.put(changed)
    if (isOpen(changed)) return
    if (line !== undefined && !isOver(line)) return this.#release(changed, line)
    const isOld = Math.abs(now() - changed.since) >= keptMs // a clock that was set back must not keep it for years
    if (changed.news.length === 0 && (changed.isDeleted === true || isOld)) book.forget(changed.id)
  }

  #followed(session: KeptSession, line: KeptLine | undefined): KeptSession {
    const now = this.#parts.now()
    const isThere = line !== undefined && !isOver(line)
    if (session.status === 'REQUESTED') {
      if (!isThere) return this.over(session, 'NETWORK_TERMINATED')
      return line.state === 'active' || line.state === 'moving' ? this.#began(session, line) : session
    }
    const end = session.expiresAt! // sound: it is AVAILABLE
    if (now >= end) return this.over(session, 'DURATION_EXPIRED')
    return isThere ? session : this.over(session, 'NETWORK_TERMINATED')
  }

  /** A line that took long to be set up ends before the session would. */
  #began(session: KeptSession, line: KeptLine): KeptSession {
    const now = this.#parts.now()
    const duration = Math.min(session.duration, Math.max(1, Math.floor((line.wish.end - now) / 1000)))
    const times = { since: now, startedAt: now, expiresAt: now + duration * 1000 }
    return this.#told({ ...session, ...times, duration, status: 'AVAILABLE' }, 'AVAILABLE')
  }

  /** Not written down yet. */
  over(session: KeptSession, info: StatusInfo): KeptSession {
    const now = this.#parts.now()
    const { startedAt = now, status } = session
    const duration = Math.max(1, Math.round((now - startedAt) / 1000))
    const over: KeptSession = { ...session, status: 'UNAVAILABLE', info, since: now, expiresAt: now, duration }
    return status === 'REQUESTED' && info === 'DELETE_REQUESTED' ? over : this.#told(over, 'UNAVAILABLE', info)
  }

  #told(session: KeptSession, status: Exclude<QosStatus, 'REQUESTED'>, info?: StatusInfo): KeptSession {
    if (session.sink === undefined) return session
    const { newId, now } = this.#parts
    const one = { id: newId(), at: now(), status, ...(info === undefined ? {} : { info }) }
    return { ...session, news: [...session.news, one] }
  }

  #release(session: KeptSession, line: KeptLine): void {
    if (this.#releasing.has(session.id)) return
    this.#releasing.add(session.id)
    const { lines, report } = this.#parts
    lines
      .release(line.id, actorOf(session))
      .catch((error: unknown) => {
        // Over by itself meanwhile, or tried again in a second.
        if (!(error instanceof ProblemError)) report(`${line.id} of session ${session.id}: ${String(error)}`)
      })
      .finally(() => this.#releasing.delete(session.id))
  }
}
