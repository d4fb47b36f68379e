/** What the advisor is told of a border in each step. @module */

export interface BorderReading {
  /** Milliseconds since 1970. */
  readonly at: number
  /** At least two, always in the same order; a link that comes or goes begins a new border. */
  readonly links: readonly LinkReading[]
  /** Prefixes of ours that entered over these links in the window. */
  readonly prefixes: readonly PrefixReading[]
}

export interface LinkReading {
  /** No two links of a border share one. */
  readonly name: string
  /** Bits per second. */
  readonly capacity: number
  /** What entered over it in the mean of the step, bits per second; null where nothing is known. */
  readonly load: number | null
  /** Bits per second that an intent of the operator lets it carry at most: its threshold is not above it. Absent: none does. */
  readonly ceiling?: number
}

export interface PrefixReading {
  readonly prefix: string
  /** Bits per second, by number of the link. */
  readonly rates: readonly number[]
  /** Number of the link towards which traffic classes in force draw it; absent where none is. */
  readonly steeredTo?: number
  /** Who else asked for traffic classes of it: nobody but them may move it. Absent where nobody did. */
  readonly heldBy?: string
  /** To which links, by number, an intent lets it be moved. Absent: to any. */
  readonly pin?: Pin
}

export interface Pin {
  readonly links: readonly number[]
  /** Who says so, such as `the intent keep-dns`. */
  readonly by: string
}
