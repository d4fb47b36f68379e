/** Several look-ups combined: the first that knows a name answers. @module */
import type { FoundAgent, Lookup } from '@vagus/agent'
import { acceptDocument, type Identity } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport/identity-crypto'
import { NotBelieved } from './errors.ts'

/**
 * The failure of one look-up matters only if no other knows the name. A look-up whose document for the name is not
 * believed decides the matter; if that document has only expired, the others are asked for a newer one of the same
 * agent.
 */
export function inOrder(lookups: readonly Lookup[]): Lookup {
  return {
    async find(name, options) {
      let outage: unknown
      let ended: Identity | undefined
      for (const lookup of lookups) {
        try {
          const found = await lookup.find(ended?.id ?? name, options)
          const ofAgent = ended === undefined ? found : newerOf(ended, found)
          if (ofAgent.length > 0) return ofAgent
        } catch (error) {
          outage ??= error
          if (!(error instanceof NotBelieved)) continue
          if (error.ended === undefined) throw error
          ended ??= error.ended
        }
      }
      if (outage !== undefined) throw outage
      return []
    },
    nameLike(name) {
      for (const lookup of lookups) {
        const meant = lookup.nameLike?.(name)
        if (meant !== undefined) return meant
      }
      return undefined
    },
  }
}

const newerOf = (ended: Identity, found: readonly FoundAgent[]): readonly FoundAgent[] =>
  found.filter(({ document }) => acceptDocument(ended, document, Date.now(), identityCrypto).type === 'accepted')
