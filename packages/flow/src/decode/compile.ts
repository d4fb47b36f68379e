/**
 * Decoders compiled per layout. Templates that look alike share one, whoever announced them; at the limit the decoder
 * made first is given up, and made again when its template is used.
 * @module
 */
import type { Layout } from '../layout.ts'
import type { Decode } from './context.ts'
import { decoderSource } from './source.ts'

export interface CompiledLayout {
  /** Undefined after the decoder was given up. */
  decode: Decode | undefined
  /** Octets of the shortest record; 0 means that there is nothing to decode. */
  readonly minLength: number
  /** Whether all records have `minLength` octets. */
  readonly isFixed: boolean
  /** Rows that one record can make: two for a biflow. */
  readonly rowsPerRecord: 1 | 2
}

type Ready = CompiledLayout & { readonly decode: Decode }

export class DecoderCache {
  readonly #limit: number
  readonly #bySignature = new Map<string, CompiledLayout>()

  constructor(limit: number) {
    this.#limit = limit
  }

  compile(layout: Layout): Ready {
    const known = this.#bySignature.get(layout.signature)
    if (known) return known as Ready // sound: a decoder that was given up left the map
    if (this.#bySignature.size >= this.#limit) this.#giveUpOldest()
    const { places, parts, minLength } = layout
    // The text is made of this package's own words and of numbers that were checked; nothing received enters it.
    // eslint-disable-next-line no-implied-eval, no-new-func
    const decode = new Function('v', 'at', 'end', 'b', 'row', 'limit', 'x', decoderSource(layout)) as Decode
    const isBiflow = places.has('reverseOctets') || places.has('reversePackets')
    const compiled = { decode, minLength, isFixed: parts.length === 1, rowsPerRecord: isBiflow ? 2 : 1 } as const
    this.#bySignature.set(layout.signature, compiled)
    return compiled
  }

  #giveUpOldest(): void {
    for (const [signature, compiled] of this.#bySignature) {
      compiled.decode = undefined
      this.#bySignature.delete(signature)
      return
    }
  }
}
