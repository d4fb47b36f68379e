/** Options of a flow store. @module */
import type { StoreEvent } from './event.ts'
import type { Retention } from './sealed/retention-plan.ts'

export interface FlowStoreOptions {
  /** The folder that the `FlowLog` has. */
  readonly folder: string
  readonly retention: Retention
  /** Octets on disk in total; beyond it the oldest single records go first. */
  readonly maxOctets: number
  readonly onEvent?: (event: StoreEvent) => void
  /** Rows in memory after which they are sealed; default 4,000,000, or what fits. */
  readonly hotRows?: number
  /** Milliseconds after which they are sealed, however few; default five minutes. */
  readonly hotMilliseconds?: number
  /** Octets of memory that DuckDB may use (default 3 GiB); above it, it spills to `tmp` in the folder. */
  readonly memoryOctets?: number
  /** Threads of DuckDB, default 2. */
  readonly threads?: number
}

const defaultMemoryOctets = 3 * 2 ** 30
const defaultHotRows = 4_000_000
/** A row takes 140 octets of shared memory, and about 400 of the database while it is sorted for sealing. */
const memoryOctetsPerHotRow = 768

export interface StoreSettings extends Required<Omit<FlowStoreOptions, 'onEvent'>> {}

/** @throws {RangeError} on a number out of range */
export function settingsOf(options: Omit<FlowStoreOptions, 'onEvent'>): StoreSettings {
  const memoryOctets = options.memoryOctets ?? defaultMemoryOctets
  const settings = {
    folder: options.folder,
    retention: options.retention,
    maxOctets: options.maxOctets,
    hotRows: options.hotRows ?? Math.min(defaultHotRows, Math.floor(memoryOctets / memoryOctetsPerHotRow)),
    hotMilliseconds: options.hotMilliseconds ?? 300_000,
    memoryOctets,
    threads: options.threads ?? 2,
  }
  const numbers = { ...settings.retention, ...settings } as Readonly<Record<string, unknown>>
  for (const [name, value] of Object.entries(numbers)) {
    if (typeof value === 'number' && !(value > 0)) throw new RangeError(`"${name}" must be above 0, got ${value}`)
  }
  return settings
}
