/** The input of every kind of call. @module */
import type { Page } from './page.ts'

export interface Calling {
  /** Name of the called agent. */
  readonly agent: string
  /** As `sideCarOf` returns it. */
  readonly sideCar: string
  readonly page: Page
  /** That is asked for; `undefined`: what this agent gets. */
  readonly service?: string | undefined
  /** Aborted by Ctrl-C: the started task is to be cancelled. */
  readonly signal: AbortSignal
}
