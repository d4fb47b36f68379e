/**
 * Compiles decoders, one per layout. Templates of equal layout share a decoder, whichever exporter announced them. At
 * the limit, the decoder unused for longest is dropped, and compiled again when its template is used.
 * @module
 */
import type { Layout } from '../layout.ts'
import type { Limits } from '../limits.ts'
import type { BlockMemory } from './block-memory.ts'
import type { Decode } from './context.ts'
import { decoderSource } from './source.ts'
import { type VectorDecode, vectorSource } from './vector-source.ts'

export interface CompiledLayout {
  /** Undefined after the decoder was dropped. */
  decode: Decode | undefined
  /** Maximum number of rows per record: two for a biflow. */
  readonly rowsPerRecord: 1 | 2
  /** Gives the vector decoder alone, for datagrams in a memory; undefined if the layout has none. */
  readonly vectorFor: ((memory: WebAssembly.Memory) => VectorDecode) | undefined
  /** When the decoder was last used, milliseconds since 1970. */
  usedAt: number
}

export type ReadyDecoder = CompiledLayout & { readonly decode: Decode }

type CacheLimits = Pick<Limits, 'decoders' | 'compilationsPerSecond' | 'compilationsPerExporter'>

export class DecoderCache {
  readonly #limits: CacheLimits
  #second = 0
  #compiled = 0
  /** Decoders compiled within this second, by exporter number. */
  readonly #compiledFor = new Map<number, number>()
  readonly #memory: BlockMemory | undefined
  readonly #bySignature = new Map<string, CompiledLayout>()

  /** `memory` holds the blocks of vector decoders; without it, there are none. */
  constructor(limits: CacheLimits, memory?: BlockMemory) {
    this.#limits = limits
    this.#memory = memory
  }

  /** Whether a new layout may be compiled for an exporter within this second. */
  mayCompile(exporter: number, now: number): boolean {
    const second = Math.floor(now / 1000)
    if (second !== this.#second) {
      this.#compiled = 0
      this.#compiledFor.clear()
    }
    this.#second = second
    const { compilationsPerSecond, compilationsPerExporter } = this.#limits
    if (this.#compiled >= compilationsPerSecond) return false
    return (this.#compiledFor.get(exporter) ?? 0) < compilationsPerExporter
  }

  /**
   * Like `compile`, for a template from an untrusted source. Undefined if too many decoders were compiled within this
   * second.
   */
  compileIfAllowed(layout: Layout, exporter: number, now: number): ReadyDecoder | undefined {
    if (!this.#bySignature.has(layout.signature)) {
      if (!this.mayCompile(exporter, now)) return undefined
      this.#compiled++
      this.#compiledFor.set(exporter, (this.#compiledFor.get(exporter) ?? 0) + 1)
    }
    return this.compile(layout, now)
  }

  compile(layout: Layout, now: number): ReadyDecoder {
    const known = this.#bySignature.get(layout.signature)
    if (known) {
      known.usedAt = now
      return known as ReadyDecoder // sound: a dropped decoder is no longer in the map
    }
    if (this.#bySignature.size >= this.#limits.decoders) this.#dropOldest()
    const { places } = layout
    const vectorFor = this.#memory && vectorDecoder(layout, this.#memory)
    const decode = this.#memory && vectorFor ? eitherDecoder(layout, this.#memory, vectorFor) : generalDecoder(layout)
    const isBiflow = places.has('reverseOctets') || places.has('reversePackets')
    const compiled: ReadyDecoder = { decode, rowsPerRecord: isBiflow ? 2 : 1, vectorFor, usedAt: now }
    this.#bySignature.set(layout.signature, compiled)
    return compiled
  }

  /** Searches all decoders, which takes less time than compiling one. */
  #dropOldest(): void {
    let oldest: readonly [string, CompiledLayout] | undefined
    for (const entry of this.#bySignature) if (!oldest || entry[1].usedAt < oldest[1].usedAt) oldest = entry
    if (!oldest) return
    oldest[1].decode = undefined
    this.#bySignature.delete(oldest[0])
  }
}

/** The JavaScript decoder, for any layout and any memory. */
function generalDecoder(layout: Layout): Decode {
  // The source consists of text of this package and checked numbers. It contains no received text.
  // eslint-disable-next-line no-implied-eval, no-new-func
  return new Function('v', 'at', 'end', 'b', 'row', 'limit', 'x', decoderSource(layout)) as Decode
}

type VectorFor = (memory: WebAssembly.Memory) => VectorDecode

/** The vector decoder of a plain layout; undefined for other layouts. */
function vectorDecoder(layout: Layout, blocks: BlockMemory): VectorFor | undefined {
  const source = vectorSource(layout)
  if (source === undefined) return undefined
  const module = new WebAssembly.Module(source)
  let input: WebAssembly.Memory | undefined
  let vector: VectorDecode | undefined
  return (memory) => {
    if (vector === undefined || input !== memory) {
      input = memory
      vector = new WebAssembly.Instance(module, { m: { 0: blocks.memory, 1: input } }).exports['f'] as VectorDecode
    }
    return vector
  }
}

/**
 * Uses the vector decoder where it can, and the JavaScript decoder elsewhere, such as for datagrams in other memory.
 */
function eitherDecoder(layout: Layout, blocks: BlockMemory, vectorFor: VectorFor): Decode {
  const { minLength } = layout
  let general: Decode | undefined
  return (view, at, end, block, row, limit, x) => {
    const place = blocks.placeOf(block)
    const records = Math.max(0, Math.min(Math.floor((end - at) / minLength), limit - row))
    if (x.memory !== undefined && place !== undefined && records > 0 && !x.isByInterface) {
      const vector = vectorFor(x.memory)
      const uptime = Math.max(0, x.uptimeMs)
      const hasUptime = x.uptimeMs < 0 ? 0 : 1
      const seconds = Math.floor(x.exportMs / 1000)
      const ms = x.exportMs % 1000
      if (vector(at, records, row, place, x.exporter, x.rate, uptime, hasUptime, seconds, ms) === 1) {
        x.at = at + records * minLength
        x.records = records
        x.brokenAt = -1
        return row + records
      }
    }
    general ??= generalDecoder(layout)
    return general(view, at, end, block, row, limit, x)
  }
}
