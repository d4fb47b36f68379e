/** Several look-ups as one: the first that knows a name answers. @module */
import type { Lookup } from '@vagus/agent'

/** An outage of one is an outage only when no other knows the name. */
export function inOrder(lookups: readonly Lookup[]): Lookup {
  return {
    async find(name, options) {
      let outage: unknown
      for (const lookup of lookups) {
        try {
          const found = await lookup.find(name, options)
          if (found.length > 0) return found
        } catch (error) {
          outage ??= error
        }
      }
      if (outage !== undefined) throw outage
      return []
    },
  }
}
