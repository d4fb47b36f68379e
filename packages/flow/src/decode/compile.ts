/**
 * Decoders compiled per layout. Templates that look alike share one, whoever announced them; at the limit the decoder
 * unused for longest is given up, and made again when its template is used.
 * @module
 */
import type { Layout } from '../layout.ts'
import type { Decode } from './context.ts'
import { decoderSource } from './source.ts'

export interface CompiledLayout {
  /** Undefined after the decoder was given up. */
  decode: Decode | undefined
  /** Rows that one record can make: two for a biflow. */
  readonly rowsPerRecord: 1 | 2
  /** Milliseconds since 1970. */
  usedAt: number
}

export type ReadyDecoder = CompiledLayout & { readonly decode: Decode }

export class DecoderCache {
  readonly #limit: number
  readonly #perSecond: number
  #second = 0
  #compiled = 0
  readonly #bySignature = new Map<string, CompiledLayout>()

  /** `perSecond`: how many `compileIfAllowed` compiles within a second. */
  constructor(limit: number, perSecond: number) {
    this.#limit = limit
    this.#perSecond = perSecond
  }

  /** The same for a stranger's template: `undefined` where too many others were compiled within this second. */
  compileIfAllowed(layout: Layout, now: number): ReadyDecoder | undefined {
    const second = Math.floor(now / 1000)
    if (second !== this.#second) this.#compiled = 0
    this.#second = second
    if (!this.#bySignature.has(layout.signature) && ++this.#compiled > this.#perSecond) return undefined
    return this.compile(layout, now)
  }

  compile(layout: Layout, now: number): ReadyDecoder {
    const known = this.#bySignature.get(layout.signature)
    if (known) {
      known.usedAt = now
      return known as ReadyDecoder // sound: a decoder that was given up left the map
    }
    if (this.#bySignature.size >= this.#limit) this.#giveUpOldest()
    const { places } = layout
    // The text is made of this package's own words and of numbers that were checked; nothing received enters it.
    // eslint-disable-next-line no-implied-eval, no-new-func
    const decode = new Function('v', 'at', 'end', 'b', 'row', 'limit', 'x', decoderSource(layout)) as Decode
    const isBiflow = places.has('reverseOctets') || places.has('reversePackets')
    const compiled: ReadyDecoder = { decode, rowsPerRecord: isBiflow ? 2 : 1, usedAt: now }
    this.#bySignature.set(layout.signature, compiled)
    return compiled
  }

  /** Looks at all of them, which takes less time than to compile one. */
  #giveUpOldest(): void {
    let oldest: readonly [string, CompiledLayout] | undefined
    for (const entry of this.#bySignature) if (!oldest || entry[1].usedAt < oldest[1].usedAt) oldest = entry
    if (!oldest) return
    oldest[1].decode = undefined
    this.#bySignature.delete(oldest[0])
  }
}
