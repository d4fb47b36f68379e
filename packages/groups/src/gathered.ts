/** What an event brings about, until its host does it. Everything is written before anything is sent. @module */
import type { AgentId } from '@vagus/identity'
import type { Frame } from './frame.ts'
import type { Change, Delivered, GroupStore, Missed } from './ports.ts'

export interface Effects {
  readonly sends: readonly { readonly to: AgentId; readonly frame: Frame }[]
  /** How much there is new in the store for programs. */
  readonly delivered: number
  /** What others did that they may not, for people. */
  readonly reports: readonly string[]
  /** When `tick` is to be called, milliseconds since 1970. */
  readonly wakeAt: number
}

export class Gathered {
  readonly #group: string
  readonly #store: GroupStore
  #sends: { to: AgentId; frame: Frame }[] = []
  #changes: Change[] = []
  #delivered = 0
  #reports: string[] = []

  constructor(group: string, store: GroupStore) {
    this.#group = group
    this.#store = store
  }

  send(to: AgentId, frame: Frame): void {
    this.#sends.push({ to, frame })
  }

  change(...changes: readonly Change[]): void {
    this.#changes.push(...changes)
  }

  deliver(what: Delivered | Missed): void {
    this.#delivered++
    this.#changes.push({ type: 'deliver', what })
  }

  report(whose: AgentId, what: string): void {
    this.#reports.push(`${whose} ${what} in the group ${this.#group}`)
  }

  /** What was changed is in the store from then on. */
  flush(): void {
    const changes = this.#changes
    this.#changes = []
    if (changes.length > 0) this.#store.write(changes)
  }

  /** For the host; the next event begins anew. */
  take(wakeAt: number): Effects {
    this.flush()
    const effects = { sends: this.#sends, delivered: this.#delivered, reports: this.#reports, wakeAt }
    this.#sends = []
    this.#delivered = 0
    this.#reports = []
    return effects
  }
}
