/** What joining is built on. @module */
import type { Config } from '@vagus/api'
import type { ControlStore } from '@vagus/store'
import type { DomainState } from '../domain-state.ts'
import type { EventDraft } from '../events/event-draft.ts'

export interface JoiningParts {
  readonly config: Config
  /** Folder of the controller's state. */
  readonly home: string
  readonly control: ControlStore
  readonly state: DomainState
  readonly tell: (draft: EventDraft) => void
  readonly report: (line: string) => void
}
