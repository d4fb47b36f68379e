/**
 * The log of flow blocks: the truth until a block is in an fsynced Parquet file. `append` returns after write(2), so
 * that what it acknowledged survives the end of the process; an fsync a second bounds what a power failure takes.
 *
 * While the disk takes nothing, blocks wait in memory, unacknowledged, and each later call tries again. So they do
 * after an fsync failed, until its segment was written anew and is on the disk.
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
   * Octets of blocks that may wait in memory while the disk takes none (default 64 MiB); the oldest go and are counted.
   */
  readonly waitingOctets?: number
}

export interface FlowLogState {
  readonly state: 'ok' | 'disk-full' | 'failed'
  /** Newest acknowledged block; 0 when there is none. */
  readonly acknowledged: number
  /** Records that wait in memory because the disk refused them, without those gathered for the next write. */
  readonly waiting: number
  /** Records given up since the log was opened. */
  readonly dropped: number
  /** Last error of the disk; empty when ok. */
  readonly problem: string
}

/**
 * Small enough to be removed soon after it was sealed, large enough that files stay few: a second of 10^6 rows/s or
 * less.
 */
const defaultSegmentOctets = 64 * 1024 * 1024
/** Octets at which gathered blocks are written at once: some sixteen blocks. */
const maxGatheredOctets = 1024 * 1024
/** Milliseconds between two tries while the disk refuses: each costs a system call. */
const retryAfter = 200

/** Opens or makes the log; cuts off what a crash left half-written. @throws an error of the file system */
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
  /** Segments with a failed fsync, oldest first: they must be rewritten before anything is acknowledged. */
  readonly #suspects = new Set<Segment>()
  #syncError: Error | undefined
  #isWritingAnew = false
  #isFolderSynced = true
  /** What the next write(2) takes: packed blocks, or one that is not. */
  readonly #gathered: EntryParts[] = []
  #gatheredOctets = 0
  readonly #headers: Uint8Array<ArrayBuffer>[] = []
  /** For an entry that is not packed: only what the disk refuses gets memory of its own. */
  readonly #memory = new Uint8Array(maxEntryOctets)
  /** Of the memory that blocks came in so far. */
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
    // The name bounds the number where the segment is empty, the sealed files where its end was lost.
    this.#acknowledged = Math.max(scan.last?.block ?? 0, firstBlockOf(name)! - 1, covered)
    if (rest <= maxEntryOctets) {
      this.#segment = new Segment(path)
      if (rest === 0) return
      this.#segment.truncate(scan.endAt)
      this.#report('store.damaged', now, { file: name, octets: rest, problem: 'the last write was not finished' })
    } else {
      // More than one write: not torn but unreadable. Someone may want to look at it.
      renameSync(path, `${path}.unreadable`)
      if (scan.endAt > 0) writeFileSync(path, octets.subarray(0, scan.endAt), { flush: true })
      this.#segment = scan.endAt > 0 ? new Segment(path) : this.#newSegment()
      this.#report('store.damaged', now, { file: `${name}.unreadable`, octets: rest, problem: 'no blocks in there' })
    }
  }

  /**
   * Writes the block's rows and returns its number: the acknowledgement. `undefined`: the disk does not take it; it
   * waits in memory and is not acknowledged. The block may be used again at once. Numbers grow by one from 1.
   */
  append(block: FlowBlock, now: number): number | undefined {
    this.gather(block, now)
    return this.flush(now) ? this.#acknowledged : undefined
  }

  /**
   * The same, but a full block may stay in memory, unacknowledged, until so many are gathered that one write(2) takes
   * them all, or until `flush`: the kernel makes a few large folios for them then, in place of many pages.
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
    else if (mayTry) this.#mend(now)
    if (!isWritten) for (const entry of this.#gathered) this.#waiting.push(copyOf(entry))
    this.#gathered.length = this.#gatheredOctets = 0
    this.#packing?.packing.startAnew()
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
    if (this.#suspects.size > 0) return this.#mend(now)
    if (this.#waiting.length > 0 || this.#state !== 'ok') this.#drain(now)
    this.#sync(this.#segment)
    if (!this.#isFolderSynced) this.#syncFolder()
    return undefined
  }

  state(): FlowLogState {
    return {
      state: this.#state,
      acknowledged: this.#acknowledged,
      waiting: this.#waiting.records,
      dropped: this.#waiting.dropped,
      problem: this.#problem,
    }
  }

  /**
   * Writes what waits if the disk takes it, says what it must give up, and fsyncs. @throws an error of the file system
   */
  close(now: number): void {
    this.flush(now)
    if (!this.#mendAtOnce(now) || !this.#drain(now)) {
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
      this.#refused(error, now)
      return false
    }
    if (this.#state !== 'ok') {
      this.#state = 'ok'
      this.#problem = ''
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

  #refused(error: unknown, now: number): void {
    const before = this.#state
    this.#state = diskProblemOf(error) === 'disk-full' ? 'disk-full' : 'failed'
    this.#problem = (error as Error).message
    if (before === this.#state) return
    if (before === 'ok') this.#droppedBefore = this.#waiting.dropped
    const dropped = this.#waiting.dropped - this.#droppedBefore
    if (this.#state === 'failed') this.#report('store.failed', now, { problem: this.#problem })
    else this.#report('store.disk-full', now, { waiting: this.#waiting.records, dropped })
  }

  #rotate(): void {
    const full = this.#segment
    this.#segment = new Segment(this.#nextPath())
    // Not waited for: blocks are lost while the disk takes its time, and only a power failure asks for the name.
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

  /** What comes of a failed fsync begins at the next tick, which has the time; nothing is acknowledged until then. */
  #synced(segment: Segment, error: Error | null): void {
    if (error === null || segment.octets === 0) return
    this.#suspects.add(segment)
    this.#syncError = error
  }

  /** Writes a segment anew whose fsync failed, one after the other. */
  #mend(now: number): void {
    this.#triedAt = now
    this.#refused(this.#syncError, now)
    const [segment] = this.#suspects
    if (this.#isWritingAnew || !segment!.isIdle || !this.#leave()) return
    this.#isWritingAnew = true
    segment!.writeAnew((error) => {
      this.#isWritingAnew = false
      if (error !== null) this.#syncError = error
      else this.#mended(segment!)
    })
  }

  /** The same for all of them, synchronously. Returns whether it worked. */
  #mendAtOnce(now: number): boolean {
    try {
      for (const segment of this.#suspects) {
        if (!this.#leave()) return false
        segment.writeAnewAtOnce()
        this.#mended(segment)
      }
      return true
    } catch (error) {
      this.#refused(error, now)
      return false
    }
  }

  #mended(segment: Segment): void {
    this.#suspects.delete(segment)
    this.#syncFolder()
  }

  /** Appends to another segment from now on, where the fsync of this one failed. Whether that can be. */
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
