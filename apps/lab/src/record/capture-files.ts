/**
 * The capture of one namespace as a series of files of bounded size: NAME-0001.pcapng and so on. When there are too many,
 * the oldest goes, but never the first: how sessions began is in there. Each file can be opened by itself.
 * @module
 */
import { closeSync, ftruncateSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Packet, packetBlockOctets, writePacket } from './pcapng.ts'

/** Files of a series, the first among them. */
export const filesOfSeries = 8
/** Octets that wait to be written; a frame at most waits until the next `flush`. */
const bufferOctets = 262_144

export interface SeriesOptions {
  readonly folder: string
  /** Of the namespace. */
  readonly name: string
  /** Octets of all files of the series together. */
  readonly limit: number
}

/** What became of the frames. */
export interface SeriesCounts {
  readonly frames: number
  readonly octets: number
  /** Octets in files that were removed, since there were too many. */
  readonly removed: number
  /** Why nothing more is written; null: it is. */
  readonly problem: string | null
}

export class CaptureFiles {
  readonly #options: SeriesOptions
  /** The blocks with which each file begins. */
  readonly #head: () => readonly Buffer[]
  readonly #buffer = Buffer.allocUnsafe(bufferOctets)
  readonly #sizes = new Map<number, number>()
  readonly #first: number
  #number: number
  #file: number | undefined
  #filled = 0
  #frames = 0
  #octets = 0
  #removed = 0
  #problem: string | null = null

  /** Goes on behind files that are there: what began before was killed. */
  constructor(options: SeriesOptions, head: () => readonly Buffer[]) {
    this.#options = options
    this.#head = head
    for (const number of numbersIn(options)) this.#sizes.set(number, statSync(this.#path(number)).size)
    this.#first = Math.min(...this.#sizes.keys(), 1)
    this.#number = Math.max(...this.#sizes.keys(), 0)
    this.#next()
  }

  add(packet: Packet): void {
    const octets = packetBlockOctets(packet.octets.length)
    if (this.#filled + octets > bufferOctets) this.flush()
    if (this.#problem !== null) return
    if (this.#size + this.#filled + octets > this.#options.limit / filesOfSeries) {
      this.flush()
      this.#next()
    }
    this.#filled = writePacket(this.#buffer, this.#filled, packet)
    this.#frames++
  }

  /** An interface that came later than the file. */
  addBlock(octets: Buffer): void {
    this.flush()
    this.#write(octets)
  }

  /** In whole blocks, so that what a killed program leaves can be read. */
  flush(): void {
    if (this.#filled > 0) this.#write(this.#buffer.subarray(0, this.#filled))
    this.#filled = 0
  }

  close(): void {
    this.flush()
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  get counts(): SeriesCounts {
    return { frames: this.#frames, octets: this.#octets, removed: this.#removed, problem: this.#problem }
  }

  get #size(): number {
    return this.#sizes.get(this.#number) ?? 0
  }

  #next(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#number++
    try {
      this.#file = openSync(this.#path(this.#number), 'wx')
    } catch (error) {
      this.#file = undefined
      this.#problem = (error as Error).message
      return
    }
    this.#sizes.set(this.#number, 0)
    for (const one of this.#head()) this.#write(one)
    const oldest = this.#number - filesOfSeries + 1
    if (oldest <= this.#first) return
    rmSync(this.#path(oldest), { force: true })
    this.#removed += this.#sizes.get(oldest) ?? 0
    this.#sizes.delete(oldest)
  }

  #path(number: number): string {
    const { folder, name } = this.#options
    return join(folder, `${name}-${String(number).padStart(4, '0')}.pcapng`)
  }

  /** A disk without room ends the capture behind its last whole block, and not what is captured. */
  #write(octets: Buffer): void {
    if (this.#file === undefined || this.#problem !== null) return
    try {
      for (let at = 0; at < octets.length;) at += writeSync(this.#file, octets, at)
    } catch (error) {
      this.#problem = (error as Error).message
      ftruncateSync(this.#file, this.#size)
      return
    }
    this.#octets += octets.length
    this.#sizes.set(this.#number, this.#size + octets.length)
  }
}

function numbersIn({ folder, name }: SeriesOptions): readonly number[] {
  const pattern = /^-(\d{4,})\.pcapng$/
  const rests = readdirSync(folder).flatMap((file) => (file.startsWith(name) ? [file.slice(name.length)] : []))
  return rests.flatMap((rest) => pattern.exec(rest)?.slice(1).map(Number) ?? [])
}
