/** What somebody wants of a line. @module */

import type { Flow } from './flow.ts'
import type { Path } from './path.ts'

export interface LineWish {
  /** Sites. */
  readonly from: string
  readonly to: string
  /** As the sites see it. */
  readonly bitsPerSecond: number
  /** Within, and without. */
  readonly start: number
  readonly end: number
  /** One way; then only links count whose delay is known. */
  readonly maxDelayMs?: number
  /** Links and nodes, by name. */
  readonly avoid?: readonly string[]
  /** Of what the sites send each other only this; absent: all of it. */
  readonly flow?: Flow
  /** Over these ports of the two sites alone. */
  readonly between?: Pick<Path, 'a' | 'z'>
  /** A second path is held, which has nothing of the first but its ends. */
  readonly protect?: boolean
}
