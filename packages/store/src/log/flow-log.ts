/**
 * The log of flow blocks: authoritative until a block is in an fsynced Parquet file. `append` returns after write(2),
 * so that acknowledged blocks survive the end of the process; an fsync per second bounds the loss of a power failure.
 *
 * While the disk refuses writes, blocks wait in memory, unacknowledged, and each later call retries. They also wait
 * after a failed fsync, until its segment is rewritten and on the disk.
 * @module
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FlowBlock } from '@vagus/flow'
import { coveredBlock } from '../sealed/covered.ts'
import { diskProblemOf } from '../errors.ts'
import type { StoreEvent } from '../event.ts'
import { logFolder, makeFolder, namesIn, syncPath } from '../folder.ts'
import {
  canPack,
  copyOf,
  type EntryParts,
  entryOf,
  headerOctets,
  maxEntryOctets,
  maxRows,
  octetsOf,
  seal,
} from './entry.ts'
import { setAsideForeign } from './foreign.ts'
import { Packing } from './packing.ts'
import { anewSuffix, Segment, syncFolder } from './segment.ts'
import { firstBlockOf, segmentNameOf } from './segment-name.ts'
import { scanSegment } from './segment-scan.ts'
import { defaultWaitingOctets, WaitingBlocks } from './waiting-blocks.ts'

export interface FlowLogOptions {
  /** Folder of the store; segments are in `log` below it. Created when missing. One process at a time. */
  readonly folder: string
  /** Called with the number of each acknowledged block; post it to `FlowStore.notifier()`. */
  readonly onAcknowledged?: (block: number) => void
  readonly onEvent?: (event: StoreEvent) => void
  /** Octets after which a new segment starts; default 64 MiB. */
  readonly segmentOctets?: number
  /**
   * Maximum octets of blocks that wait in memory while the disk refuses (default 64 MiB); the oldest are dropped and
   * counted.
   */
  readonly waitingOctets?: number
}

export interface FlowLogState {
  readonly state: 'ok' | 'disk-full' | 'failed'
  /** Newest acknowledged block; 0 when there is none. */
  readonly acknowledged: number
  /** Records that wait in memory because the disk refused them, without those gathered for the next write. */
  readonly waiting: number
  /** Milliseconds since 1970: some record that arrived then waits, or was dropped while others wait; all before are acknowledged. */
  readonly waitingSince: number | undefined
  /** Records dropped since the log was opened. */
  readonly dropped: number
  /** Last error of the disk; empty when ok. */
  readonly problem: string
}

/**
 * Small enough to be removed soon after sealing, large enough to keep files few: at most a second of 10^6 rows/s.
 */
const defaultSegmentOctets = 64 * 1024 * 1024
/** Octets at which gathered blocks are written at once: some sixteen blocks. */
const maxGatheredOctets = 1024 * 1024
/** Milliseconds between two tries while the disk refuses: each costs a system call. */
const retryAfter = 200
/** Milliseconds after which a refusal that lasts is reported again, with what waits by then. */
const reportAgainAfter = 600_000

/** Opens or creates the log; truncates a torn write at its end. @throws an error of the file system */
export const openFlowLog = (options: FlowLogOptions, now: number): FlowLog => new FlowLog(options, now)

export class FlowLog {
  readonly #options: FlowLogOptions
  readonly #folder: string
  readonly #waiting: WaitingBlocks
  #segment: Segment
  #acknowledged: number
  #state: FlowLogState['state'] = 'ok'
  #problem = ''
  #triedAt = 0
  #droppedBefore = 0
  /** What was last reported of a refusal; undefined while there is none. */
  #reported: { readonly state: FlowLogState['state']; readonly dropped: number; readonly at: number } | undefined
  /** Segments with a failed fsync, oldest first: they must be rewritten before anything is acknowledged. */
  readonly #suspects = new Set<Segment>()
  #syncError: Error | undefined
  #isRewriting = false
  #isFolderSynced = true
  /** Entries for the next write(2): packed blocks, or one that is not packed. */
  readonly #gathered: EntryParts[] = []
  #gatheredOctets = 0
  readonly #headers: Uint8Array<ArrayBuffer>[] = []
  /** For an entry that is not packed: entries are copied only if the disk refuses them. */
  readonly #memory = new Uint8Array(maxEntryOctets)
  /** For the memory of the latest block. */
  #packing: { readonly of: WebAssembly.Memory; readonly packing: Packing } | undefined

  constructor(options: FlowLogOptions, now: number) {
    this.#options = options
    this.#folder = logFolder(options.folder)
    this.#waiting = new WaitingBlocks(options.waitingOctets ?? defaultWaitingOctets)
    makeFolder(this.#folder)
    setAsideForeign(options.folder, now, (event) => options.onEvent?.(event))
    for (const name of namesIn(this.#folder)) if (name.endsWith(anewSuffix)) rmSync(join(this.#folder, name))
    const covered = coveredBlock(options.folder)
    const name = namesIn(this.#folder)
      .filter((each) => firstBlockOf(each) !== undefined)
      .sort()
      .at(-1)
    if (name === undefined) {
      this.#acknowledged = covered
      this.#segment = this.#newSegment()
      return
    }
    const path = join(this.#folder, name)
    const octets = readFileSync(path)
    const scan = scanSegment(octets)
    const rest = octets.length - scan.endAt
    // The name bounds the number when the segment is empty, the sealed files when its end was lost.
    this.#acknowledged = Math.max(scan.last?.block ?? 0, firstBlockOf(name)! - 1, covered)
    if (rest <= maxEntryOctets) {
      this.#segment = new Segment(path)
      if (rest === 0) return
      this.#segment.truncate(scan.endAt)
      this.#report('store.damaged', now, { file: name, octets: rest, problem: 'the last write was not finished' })
    } else {
      // Longer than one write: not torn but unreadable. Keep it for an operator to inspect.
      renameSync(path, `${path}.unreadable`)
      if (scan.endAt > 0) writeFileSync(path, octets.subarray(0, scan.endAt), { flush: true })
      this.#segment = scan.endAt > 0 ? new Segment(path) : this.#newSegment()
      this.#report('store.damaged', now, {
        file: `${name}.unreadable`,
        octets: rest,
        problem: 'no readable blocks, set aside',
      })
    }
  }

  /**
   * Writes the block's rows and returns its number: the acknowledgement. `undefined`: the disk refused the block; it
   * waits in memory, unacknowledged. The block may be reused at once. Numbers start at 1 and grow by one.
   */
  append(block: FlowBlock, now: number): number | undefined {
    this.gather(block, now)
    return this.flush(now) ? this.#acknowledged : undefined
  }

  /**
   * The same, but a full block may stay in memory, unacknowledged, until enough are gathered for one write(2), or until
   * `flush`: the kernel then allocates a few large folios instead of many pages.
   */
  gather(block: FlowBlock, now: number): void {
    const packing = canPack(block) ? this.#packingOf(block.within, now) : undefined
    const header = (this.#headers[this.#gathered.length] ??= new Uint8Array(headerOctets))
    const entry = entryOf(block, now, packing === undefined ? this.#memory : header, packing)
    this.#gathered.push(entry)
    this.#gatheredOctets += octetsOf(entry)
    if (packing === undefined || this.#gatheredOctets >= maxGatheredOctets) this.flush(now)
  }

  /** Writes gathered blocks; those that the disk refuses wait. Returns whether all are acknowledged. */
  flush(now: number): boolean {
    if (this.#gathered.length === 0) return this.#waiting.length === 0
    const mayTry = this.#state === 'ok' || now - this.#triedAt >= retryAfter
    let isWritten = false
    if (this.#suspects.size === 0) isWritten = mayTry && this.#drain(now, this.#gathered)
    else if (mayTry) this.#rewriteNext(now)
    if (!isWritten) for (const entry of this.#gathered) this.#waiting.push(copyOf(entry))
    this.#gathered.length = this.#gatheredOctets = 0
    this.#packing?.packing.startAnew()
    this.#reportRefusal(now)
    return this.#waiting.length === 0
  }

  #packingOf(memory: WebAssembly.Memory | undefined, now: number): Packing | undefined {
    if (memory === undefined) return undefined
    if (this.#packing?.of !== memory) {
      this.flush(now)
      this.#packing = { of: memory, packing: new Packing(memory, maxRows, maxGatheredOctets) }
    }
    return this.#packing.packing
  }

  /** Retries waiting blocks, and starts an fsync when there is something new; about once a second. */
  tick(now: number): void {
    this.flush(now)
    if (this.#suspects.size > 0) this.#rewriteNext(now)
    else {
      if (this.#waiting.length > 0 || this.#state !== 'ok') this.#drain(now)
      this.#sync(this.#segment)
      if (!this.#isFolderSynced) this.#syncFolder()
    }
    this.#reportRefusal(now)
  }

  state(): FlowLogState {
    return {
      state: this.#state,
      acknowledged: this.#acknowledged,
      waiting: this.#waiting.records,
      waitingSince: this.#waiting.since,
      dropped: this.#waiting.dropped,
      problem: this.#problem,
    }
  }

  /**
   * Writes waiting blocks if the disk accepts them, reports those it must drop, and fsyncs.
   * @throws an error of the file system
   */
  close(now: number): void {
    this.flush(now)
    if (!this.#rewriteAtOnce() || !this.#drain(now)) {
      this.#waiting.dropAll()
      const dropped = this.#waiting.dropped - this.#droppedBefore
      if (this.#state === 'disk-full') this.#report('store.disk-full', now, { waiting: 0, dropped })
      else this.#report('store.failed', now, { problem: this.#problem, dropped })
    }
    this.#segment.close()
  }

  /** Writes waiting blocks, oldest first, then `newest`. Returns whether all of them are written. */
  #drain(now: number, newest: readonly EntryParts[] = []): boolean {
    this.#triedAt = now
    try {
      for (let entry = this.#waiting.peek(); entry !== undefined; entry = this.#waiting.peek()) {
        this.#write([entry])
        this.#waiting.shift()
      }
      if (newest.length > 0) this.#write(newest)
    } catch (error) {
      this.#refused(error)
      return false
    }
    if (this.#state !== 'ok') {
      this.#state = 'ok'
      this.#problem = ''
      this.#reported = undefined
      this.#report('store.recovered', now, { dropped: this.#waiting.dropped - this.#droppedBefore })
    }
    return true
  }

  #write(entries: readonly EntryParts[]): void {
    if (this.#segment.octets >= (this.#options.segmentOctets ?? defaultSegmentOctets)) this.#rotate()
    for (const [index, entry] of entries.entries()) seal(entry, this.#acknowledged + 1 + index)
    this.#segment.append(entries)
    for (let count = entries.length; count > 0; count--) {
      this.#acknowledged++
      this.#options.onAcknowledged?.(this.#acknowledged)
    }
  }

  #refused(error: unknown): void {
    if (this.#state === 'ok') this.#droppedBefore = this.#waiting.dropped
    this.#state = diskProblemOf(error) === 'disk-full' ? 'disk-full' : 'failed'
    this.#problem = (error as Error).message
  }

  /** Once the refused blocks wait; again when the first of them are dropped, and from time to time while it lasts. */
  #reportRefusal(now: number): void {
    if (this.#state === 'ok') return
    const state = this.#state
    const dropped = this.#waiting.dropped - this.#droppedBefore
    const last = this.#reported
    const isKnown = last?.state === state && (last.dropped > 0 || dropped === 0)
    if (isKnown && now - last.at < reportAgainAfter) return
    this.#reported = { state, dropped, at: now }
    if (state === 'failed') this.#report('store.failed', now, { problem: this.#problem })
    else this.#report('store.disk-full', now, { waiting: this.#waiting.records, dropped })
  }

  #rotate(): void {
    const full = this.#segment
    this.#segment = new Segment(this.#nextPath())
    // Not awaited: a slow disk would cost blocks, and only a power failure needs the name on disk.
    this.#syncFolder()
    full.finish((error) => this.#synced(full, error))
  }

  #sync(segment: Segment): void {
    segment.sync((error) => this.#synced(segment, error))
  }

  #syncFolder(): void {
    this.#isFolderSynced = true
    syncFolder(this.#folder, (error) => (this.#isFolderSynced &&= error === null))
  }

  /** Defers recovery from a failed fsync to the next tick, which has time; nothing is acknowledged until then. */
  #synced(segment: Segment, error: Error | null): void {
    if (error === null || segment.octets === 0) return
    this.#suspects.add(segment)
    this.#syncError = error
  }

  /** Rewrites segments with a failed fsync, one after the other. */
  #rewriteNext(now: number): void {
    this.#triedAt = now
    this.#refused(this.#syncError)
    const [segment] = this.#suspects
    if (this.#isRewriting || !segment!.isIdle || !this.#leave()) return
    this.#isRewriting = true
    segment!.writeAnew((error) => {
      this.#isRewriting = false
      if (error !== null) this.#syncError = error
      else this.#rewritten(segment!)
    })
  }

  /** The same for all of them, synchronously. Returns whether it worked. */
  #rewriteAtOnce(): boolean {
    try {
      for (const segment of this.#suspects) {
        if (!this.#leave()) return false
        segment.writeAnewAtOnce()
        this.#rewritten(segment)
      }
      return true
    } catch (error) {
      this.#refused(error)
      return false
    }
  }

  #rewritten(segment: Segment): void {
    this.#suspects.delete(segment)
    this.#syncFolder()
  }

  /** Switches to another segment when the fsync of this one failed; returns whether that worked. */
  #leave(): boolean {
    if (!this.#suspects.has(this.#segment)) return true
    try {
      this.#segment = new Segment(this.#nextPath())
      this.#isFolderSynced = false
      return true
    } catch (error) {
      this.#syncError = error as Error
      return false
    }
  }

  #newSegment(): Segment {
    const segment = new Segment(this.#nextPath())
    syncPath(this.#folder)
    return segment
  }

  #nextPath(): string {
    return join(this.#folder, segmentNameOf(this.#acknowledged + 1))
  }

  #report(event: StoreEvent['event'], at: number, fields: StoreEvent['fields']): void {
    this.#options.onEvent?.({ event, at, fields })
  }
}
