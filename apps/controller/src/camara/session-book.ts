/** Sessions, kept in the control state so that a controller that was killed goes on with them. @module */
import type { ControlStore } from '@vagus/store'
import { isOpen, type KeptSession } from './session.ts'

const prefix = 'qod-session/'

/** Sessions that are kept, with those that are over; one more is refused. */
export const maxKept = 8192

export class SessionBook {
  readonly #control: Pick<ControlStore, 'values' | 'put' | 'delete'>
  readonly #now: () => number
  readonly #sessions = new Map<string, KeptSession>()

  /** @param now milliseconds since 1970 */
  constructor(control: Pick<ControlStore, 'values' | 'put' | 'delete'>, now: () => number) {
    this.#control = control
    this.#now = now
    const kept = control.values(prefix) as readonly KeptSession[] // what `put` wrote
    for (const session of kept) this.#sessions.set(session.id, session)
  }

  get all(): readonly KeptSession[] {
    return [...this.#sessions.values()]
  }

  get open(): readonly KeptSession[] {
    return this.all.filter(isOpen)
  }

  find(id: string): KeptSession | undefined {
    return this.#sessions.get(id)
  }

  /** Written down first. @throws {StoreError} when the disk does not take it: nothing has changed then */
  put(session: KeptSession): KeptSession {
    this.#control.put(`${prefix}${session.id}`, session, this.#now())
    this.#sessions.set(session.id, session)
    return session
  }

  /** @throws {StoreError} as `put` */
  forget(id: string): void {
    this.#control.delete(`${prefix}${id}`)
    this.#sessions.delete(id)
  }
}
