/** Where a line of a configuration stands, and what is sent to change one. @module */
import { positiveOf } from './words.ts'

/** Contexts, outermost first, then the line. */
export type Path = readonly string[]

/** One command, sent in exactly this context. */
export interface Edit {
  readonly context: readonly string[]
  /** As the router reads it, with `no` where it removes. */
  readonly line: string
}

/** What the edit is about, without `no`. */
export const pathOfEdit = ({ context, line }: Edit): Path => [...context, positiveOf(line)]
