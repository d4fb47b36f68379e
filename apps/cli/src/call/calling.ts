/** What every kind of call is given. @module */
import type { Page } from './page.ts'

export interface Calling {
  /** Name of the agent that is called. */
  readonly agent: string
  /** As `sideCarOf` gives it. */
  readonly sideCar: string
  readonly page: Page
  /** Ctrl-C: what was begun there is to be cancelled. */
  readonly signal: AbortSignal
}
