/** One happening, however many series are unlike themselves because of it. @module */
import type { Explanation } from './contributors.ts'
import type { Ending, Deviation, Way } from './series-watch.ts'

/** What is measured, from what tells a cause best to what only follows from one. */
export const seriesKinds = [
  'errors',
  'discards',
  'resets',
  'prefixes',
  'messages',
  'sources',
  'destinations',
  'flows',
  'pair',
  'link',
  'export',
  'application',
  'ipv6',
] as const
export type SeriesKind = (typeof seriesKinds)[number]

/** What a series is of. */
export interface SeriesSubject {
  readonly kind: SeriesKind
  /** The link, the interface, the device, the application; `office → dc-east`. Empty for all traffic. */
  readonly name: string
  /** Sites, devices and links that it is about: `device:pe-1`, `site:office`, `link:a-b`. */
  readonly places: readonly string[]
}

export interface Finding extends SeriesSubject {
  /** Of the series. */
  readonly key: string
  readonly way: Way
  readonly form: Deviation['form']
  /** As it began, in the unit of the series. */
  readonly expected: number
  readonly value: number
  /** The value that was farthest off. */
  readonly peak: number
  readonly sure: number
  /** Milliseconds since 1970: the beginning of the first unusual step. */
  readonly since: number
  /** Null while it goes on. */
  readonly ended: number | null
  readonly because: Ending | null
}

export interface Episode {
  /** From 1. */
  readonly id: number
  /** Milliseconds since 1970, as all times. */
  readonly since: number
  /** The end of the step in which it was found. */
  readonly told: number
  readonly ended: number | null
  /** Of the last finding that ended. */
  readonly because: Ending | null
  /** The one that tells the cause best comes first. */
  readonly findings: readonly Finding[]
  /** Findings that had no place in the list. */
  readonly more: number
  /** What accounts for it, as of the last step in which it was told or grew. */
  readonly explained: readonly Explanation[]
}

export const isOpen = ({ ended }: Episode): boolean => ended === null

/** In the unit of the series. */
export const sizeOf = ({ peak, expected }: Finding): number => Math.abs(peak - expected)

/** Of series in bits per second, whose sizes can be compared. */
export const isRate = ({ kind }: SeriesSubject): boolean => kind === 'pair' || kind === 'link'
