/**
 * A segment of the log. A partial write is truncated again. After a failed fsync the kernel marks the pages clean and
 * never writes them again (fsync(2), "errors on writeback"), although reads still find them in the page cache: the
 * whole segment must then be rewritten elsewhere on the disk.
 * @module
 */
import {
  close,
  closeSync,
  constants,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  open,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
  writevSync,
} from 'node:fs'
import type { EntryParts } from './entry.ts'

/** Suffix of a segment that is being rewritten; a leftover of a crash has no use. */
export const anewSuffix = '.anew'

/** Octets per read and write while a segment is copied. */
const copyOctets = 1024 * 1024

export class Segment {
  readonly path: string
  readonly #fd: number
  #octets: number
  #dirty = false
  /** Running fsyncs. */
  #syncs = 0
  #isFull = false
  #hasFailed = false

  /** @throws an error of the file system */
  constructor(path: string) {
    this.path = path
    this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o640)
    this.#octets = fstatSync(this.#fd).size
  }

  get octets(): number {
    return this.#octets
  }

  /** Appends all of the entries or nothing. @throws an error of the file system */
  append(entries: readonly EntryParts[]): void {
    let end = this.#octets
    try {
      let rest: readonly Uint8Array[] = entries.flatMap(({ header, body }) => [header, body])
      while (rest.length > 0) {
        const written = writevSync(this.#fd, rest, end)
        end += written
        rest = behind(rest, written)
      }
    } catch (error) {
      // Best effort: the next entry overwrites the rest, and a reader does not take it for an entry.
      try {
        ftruncateSync(this.#fd, this.#octets)
      } catch {}
      throw error
    }
    this.#octets = end
    this.#dirty = true
  }

  /** Cuts off everything from `octets` on. */
  truncate(octets: number): void {
    ftruncateSync(this.#fd, octets)
    this.#octets = octets
    this.#dirty = true
  }

  /** Whether no fsync is running. */
  get isIdle(): boolean {
    return this.#syncs === 0
  }

  /** Starts an fsync on another thread when there is something new and none is running. */
  sync(done: (error: Error | null) => void): void {
    if (this.#dirty && this.isIdle) this.#sync(done)
  }

  /** Fsyncs on another thread and closes: the segment is full. It stays open when an fsync fails. */
  finish(done: (error: Error | null) => void): void {
    this.#isFull = true
    this.#sync(done)
  }

  #sync(done: (error: Error | null) => void): void {
    this.#dirty = false
    this.#syncs++
    fsync(this.#fd, (error) => {
      this.#syncs--
      if (error !== null) this.#dirty = this.#hasFailed = true
      done(error)
      if (this.#isFull && this.isIdle && !this.#hasFailed) close(this.#fd, () => undefined)
    })
  }

  /**
   * Called after a failed fsync, when the segment is idle and no longer appended to: copies it to a new file, fsyncs
   * that on another thread, lets it replace the old one, and closes it. Can be retried when it fails.
   */
  writeAnew(done: (error: Error | null) => void): void {
    let fd: number
    try {
      fd = this.#copy()
    } catch (error) {
      return done(error as Error)
    }
    return fsync(fd, (error) => {
      if (error !== null) return close(fd, () => done(error))
      try {
        this.#replaceBy(fd)
      } catch (failed) {
        return done(failed as Error)
      }
      return done(null)
    })
  }

  /** The same at once. @throws an error of the file system */
  writeAnewAtOnce(): void {
    const fd = this.#copy()
    try {
      fsyncSync(fd)
    } catch (error) {
      closeSync(fd)
      throw error
    }
    this.#replaceBy(fd)
  }

  #copy(): number {
    const path = this.path + anewSuffix
    rmSync(path, { force: true }) // page cache left by a failed fsync cannot be trusted either
    const fd = openSync(path, 'wx', 0o640)
    try {
      const octets = new Uint8Array(copyOctets)
      for (let at = 0; at < this.#octets;) {
        const count = readSync(this.#fd, octets, 0, Math.min(octets.length, this.#octets - at), at)
        if (count === 0) break // truncated by another process; the reader of the log reports the missing blocks
        for (let done = 0; done < count;) done += writeSync(fd, octets, done, count - done, at + done)
        at += count
      }
    } catch (error) {
      closeSync(fd)
      throw error
    }
    return fd
  }

  #replaceBy(fd: number): void {
    closeSync(fd)
    renameSync(this.path + anewSuffix, this.path)
    closeSync(this.#fd)
  }

  /** Fsyncs and closes at once. @throws an error of the file system */
  close(): void {
    try {
      fsyncSync(this.#fd)
    } finally {
      closeSync(this.#fd)
    }
  }
}

/** The rest of `parts` after this many octets. */
function behind(parts: readonly Uint8Array[], octets: number): readonly Uint8Array[] {
  let left = octets
  for (const [index, part] of parts.entries()) {
    if (left < part.length) return [part.subarray(left), ...parts.slice(index + 1)]
    left -= part.length
  }
  return []
}

/** Fsyncs a folder on another thread, so that its names last. */
export function syncFolder(path: string, done: (error: Error | null) => void): void {
  open(path, (error, fd) => {
    if (error !== null) return done(error)
    return fsync(fd, (failed) => close(fd, () => done(failed)))
  })
}
