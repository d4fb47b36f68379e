/** Which prefixes are in scope: one map for all elements that see the same, however often it is declared. @module */
import { NetconfError } from '../error.ts'
import { xmlLimits } from './element.ts'

export type Prefixes = ReadonlyMap<string, string>

export const noPrefixes: Prefixes = new Map()

export class PrefixScopes {
  /** By the map around, and what is declared in it. Servers repeat the same declarations on each entry of a list. */
  readonly #inside = new Map<Prefixes, Map<string, Prefixes>>()
  #entries = 0

  /** What is in scope inside an element that declares `declared` where `around` is. @throws {NetconfError} `too-large` */
  within(around: Prefixes, declared: readonly (readonly [prefix: string, namespace: string])[]): Prefixes {
    const changes = declared.filter(([prefix, namespace]) => (around.get(prefix) ?? '') !== namespace)
    if (changes.length === 0) return around
    // A character that is in no prefix and in no XML.
    const key = changes.flat().join('\0')
    let known = this.#inside.get(around)
    if (known === undefined) this.#inside.set(around, (known = new Map()))
    const found = known.get(key)
    if (found !== undefined) return found
    this.#entries += around.size + changes.length
    if (this.#entries > xmlLimits.prefixes)
      throw new NetconfError(
        'too-large',
        `declares namespaces anew too often; ${xmlLimits.prefixes} entries are enough`,
      )
    const inside = new Map(around)
    for (const [prefix, namespace] of changes)
      if (namespace === '') inside.delete(prefix)
      else inside.set(prefix, namespace)
    known.set(key, inside)
    return inside
  }
}
