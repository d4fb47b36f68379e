/** The segment that is being written. A write that the disk refuses half-way is cut off again. @module */
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
  writevSync,
} from 'node:fs'
import { type EntryParts, octetsOf } from './entry.ts'

export class Segment {
  readonly #fd: number
  #octets: number
  #dirty = false
  #syncing = false

  /** @throws an error of the file system */
  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o640)
    this.#octets = fstatSync(this.#fd).size
  }

  get octets(): number {
    return this.#octets
  }

  /** All of `entry`, or nothing. @throws an error of the file system */
  append(entry: EntryParts): void {
    const { header, body } = entry
    const octets = octetsOf(entry)
    try {
      let done = writevSync(this.#fd, [header, body], this.#octets)
      while (done < octets) {
        const rest = done < header.length ? [header.subarray(done), body] : [body.subarray(done - header.length)]
        done += writevSync(this.#fd, rest, this.#octets + done)
      }
    } catch (error) {
      // Best effort: what stays is written over by the next entry, and a reader does not take it for one.
      try {
        ftruncateSync(this.#fd, this.#octets)
      } catch {}
      throw error
    }
    this.#octets += octets
    this.#dirty = true
  }

  /** Cuts off everything from `octets` on. */
  truncate(octets: number): void {
    ftruncateSync(this.#fd, octets)
    this.#octets = octets
    this.#dirty = true
  }

  /** Starts an fsync on another thread where there is something new and none is under way. */
  sync(done: (error: Error | null) => void): void {
    if (!this.#dirty || this.#syncing) return
    this.#dirty = false
    this.#syncing = true
    fsync(this.#fd, (error) => {
      this.#syncing = false
      if (error !== null) this.#dirty = true
      done(error)
    })
  }

  /** Fsyncs on another thread and closes: the segment is full. */
  finish(done: (error: Error | null) => void): void {
    fsync(this.#fd, (error) => {
      close(this.#fd, () => done(error))
    })
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

/** Fsyncs a folder on another thread, so that its names last. */
export function syncFolder(path: string, done: (error: Error | null) => void): void {
  open(path, (error, fd) => {
    if (error !== null) return done(error)
    return fsync(fd, (failed) => close(fd, () => done(failed)))
  })
}
