/** What is known of all events of one name. @module */

export interface EventKind {
  readonly severity: 'info' | 'warning' | 'error'
  readonly text: string
  /** `said`: the text names who caused it; without, that is added where it is known. */
  readonly who?: 'said'
  /** What it changed: what the network does, or who may do what; without, nothing. */
  readonly changes?: 'network' | 'rights'
  /** It changed nothing, and who tried what is on the record all the same. */
  readonly tried?: 'in vain'
  /** The field that names the matter: events of one matter, with the same first word, tell one story. */
  readonly matter?: 'id' | 'line' | 'agent' | 'commit' | 'intent' | 'serial'
  /** Why it came to it, as `text`. */
  readonly why?: string
  /** The event of its matter that says why. */
  readonly follows?: string
  /** What undoes it, as `text`, while its matter is not over. */
  readonly undo?: string
  /** With it its matter is over. */
  readonly ends?: 'matter'
}
