/**
 * Queries to the store and their answers. Times are milliseconds since 1970, `from` inclusive and `to` exclusive.
 * Volumes are octets and packets multiplied by the sampling rate, which is at least 1; a record that extends beyond the
 * window or a step counts in proportion to its time within. Sites, devices, applications and exporters are the numbers
 * of the flow columns; 0 is unknown.
 * @module
 */
import type { Prefix } from '@vagus/address'
import type { Dimension, FilterDimension } from '@vagus/api'
import type { SeriesDimension } from '@vagus/api/series'

/** Deadline and cancellation of a query. */
export interface Patience {
  readonly signal?: AbortSignal
  /** Milliseconds; default 30,000. After it the query rejects with `StoreError` and the code `deadline`. */
  readonly deadline?: number
}

/** Both ends are within. */
export interface NumberRange {
  readonly from: number
  readonly to: number
}

/**
 * Ports from here on are ICMP's, which is no port: in a filter this + type × 256 + code, in a group by ports without
 * protocol this alone for all ICMP. Groups by protocol have type × 256 + code as it was recorded.
 */
export const icmpPort = 0x1_0000

export type AddressDimension = 'src' | 'dst' | 'host'

/**
 * `equal` terms of one dimension are alternatives; apart from that all terms of a filter must hold. Addresses are
 * compared with a prefix, all else with a number or range. `host` and `port` hold for either end.
 */
export type FilterTerm =
  | { readonly dimension: AddressDimension; readonly is: 'equal' | 'not-equal'; readonly value: Prefix }
  | {
      readonly dimension: Exclude<FilterDimension, AddressDimension>
      readonly is: 'equal' | 'not-equal'
      readonly value: number | NumberRange
    }

export interface Volume {
  readonly octets: number
  readonly packets: number
  /** Number of records that ended in the window, not multiplied by the sampling rate. */
  readonly flows: number
}

export interface TopQuery {
  readonly from: number
  readonly to: number
  /** One to five dimensions. */
  readonly by: readonly Dimension[]
  readonly n: number
  readonly filter?: readonly FilterTerm[]
  /**
   * `counted` (the default): each packet once; `all`: every observation, for questions about one exporter or interface.
   */
  readonly observations?: 'counted' | 'all'
}

/**
 * The window as answered. Where single records of it were removed, a rollup answers if it has all dimensions of the
 * question, and the window is widened to its buckets. It begins where what answers is complete: `keptSince` then,
 * undefined when that is as asked.
 */
export interface TopResult {
  readonly from: number
  readonly to: number
  readonly by: readonly Dimension[]
  /** Largest first. `key` in the order of `by`: addresses as text (RFC 5952; IPv4 as a.b.c.d), the rest as numbers; see `icmpPort`. */
  readonly items: readonly (Volume & { readonly key: readonly (number | string)[] })[]
  /** Of all groups, including those not in `items`. */
  readonly total: Volume
  readonly keptSince: number | undefined
}

/** The source of an answer: single records, or a rollup. */
const tierNames = ['raw', 'minute', 'five-minutes', 'hour'] as const
export type TierName = (typeof tierNames)[number]

export interface SeriesQuery {
  readonly from: number
  readonly to: number
  /** Milliseconds. */
  readonly step: number
  readonly by?: SeriesDimension
  /** By dimensions of a series only. */
  readonly filter?: readonly FilterTerm[]
  /** How many lines, 1..100, which is the default; what the others carry is in `rest`. */
  readonly n?: number
}

export interface SeriesResult {
  /** Window and step as answered: whole steps, and the step of a coarser tier when finer ones were removed. */
  readonly from: number
  readonly to: number
  readonly step: number
  readonly tier: TierName
  /** One line per value of `by` (undefined without `by`), largest first; arrays have one entry per step. */
  readonly lines: readonly (SeriesVolumes & { readonly key: number | undefined })[]
  /** All that is in no line. */
  readonly rest: SeriesVolumes
  /** Milliseconds since 1970: of the time before, traffic was removed for its age; 0 when none was. */
  readonly completeFrom: number
}

interface SeriesVolumes {
  readonly octets: readonly number[]
  readonly packets: readonly number[]
}

export interface MatrixQuery {
  readonly from: number
  readonly to: number
  readonly between: 'sites' | 'edges'
}

export interface MatrixResult {
  /** As answered: widened to whole buckets where the answer is from a rollup, and from `keptSince` on. */
  readonly from: number
  readonly to: number
  readonly tier: TierName
  /** When the window began before what is kept: since when that is; otherwise undefined. */
  readonly keptSince: number | undefined
  /** Pairs with traffic; source or sink 0 means unresolved. */
  readonly cells: readonly {
    readonly source: number
    readonly sink: number
    /** Includes traffic that is not IP. */
    readonly octets: number
    readonly ipv4Octets: number
    readonly ipv6Octets: number
  }[]
}

export interface InterfaceSeriesQuery {
  readonly from: number
  readonly to: number
  /** Milliseconds. */
  readonly step: number
  readonly exporter?: number
  /** SNMP index. */
  readonly interface?: number
}

/**
 * Load of interfaces from all observations. Per interface and direction: the observed load, or, when nothing was
 * observed in this direction, the load that records of other interfaces imply (`implied`).
 */
export interface InterfaceSeriesResult {
  readonly from: number
  readonly to: number
  readonly step: number
  readonly tier: TierName
  readonly lines: readonly {
    readonly exporter: number
    readonly interface: number
    readonly direction: 'in' | 'out'
    readonly evidence: 'observed' | 'implied'
    readonly octets: readonly number[]
    readonly ipv6Octets: readonly number[]
  }[]
}

/** That somebody held an address, or one port of it, for a time. */
export interface Holding {
  /** Number of the holder, from 1 on. */
  readonly holder: number
  /** IPv4 or IPv6, without a zone. */
  readonly address: string
  /** Undefined: all of them. */
  readonly port: number | undefined
  readonly protocol: number | undefined
  readonly from: number
  readonly to: number
  /** 0..255; of several holdings that fit, the strongest count. */
  readonly strength: number
}

/** Of one question; each is a row of its text. A million records take some seconds with so many. */
export const maxHoldings = 4096
/** Holder of an end that several hold with equal strength. */
export const severalHolders = 0

export interface AttributionQuery {
  readonly from: number
  readonly to: number
  readonly holdings: readonly Holding[]
}

/** Of records as long as they are kept, each packet once. */
export interface AttributionResult {
  readonly from: number
  readonly to: number
  /** As in `MatrixResult`. */
  readonly keptSince: number | undefined
  readonly total: Volume
  /** The largest first. An end is a holder, `severalHolders`, or undefined: nobody's. At least one end is somebody's. */
  readonly pairs: readonly (Volume & { readonly src: number | undefined; readonly dst: number | undefined })[]
  /** Of the pairs that are left out. */
  readonly rest: Volume
}

/** Columns whose numbers mean nothing outside of this domain. */
export const namedColumns = ['exporter', 'srcSite', 'dstSite', 'application', 'ingressEdge', 'egressEdge'] as const
export type NamedColumn = (typeof namedColumns)[number]

export interface ExportQuery {
  readonly from: number
  readonly to: number
  /** Of the file to write; its folder must exist. An existing file is replaced. */
  readonly path: string
  /** The text that the file has for each number of a column, from 1; null for 0, and where there is none. */
  readonly names: Readonly<Record<NamedColumn, readonly (string | undefined)[]>>
}

export interface ExportResult {
  /** As in `MatrixResult`. */
  readonly keptSince: number | undefined
  readonly records: number
  readonly octets: number
}

export interface StoreStats {
  readonly state: 'ok' | 'disk-full' | 'failed'
  /** Reason of the state; empty when ok. */
  readonly problem: string
  /** Single records that can be queried. */
  readonly records: number
  /** On disk: log, records and rollups. */
  readonly octets: number
  /** When the oldest single record still kept arrived, milliseconds since 1970. */
  readonly oldest: number | undefined
  /** Age of the oldest acknowledged block that is not yet queryable, in seconds. */
  readonly lagSeconds: number
  /** Milliseconds since 1970: everything acknowledged until then can be queried. */
  readonly completeTo: number
  /** Newest block that can be queried, and newest in Parquet; 0 for none. */
  readonly loadedTo: number
  readonly sealedTo: number
  readonly files: number
}
