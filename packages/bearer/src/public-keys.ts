/** Which keys of a key set (RFC 7517) signatures are checked with. @module */
import { createLocalJWKSet, type JWK } from 'jose'

/** Keys of a set; the largest known issuers have a dozen. What comes after is not looked at. */
export const maxKeys = 64
/** Characters of one value: 8192 bits of RSA. A larger key makes a check of one signature slow. */
const maxCharacters = 1366
const known = ['kty', 'kid', 'use', 'alg', 'crv', 'x', 'y', 'n', 'e'] as const

export type FindKey = ReturnType<typeof createLocalJWKSet>

/** Only what is public, asymmetric and made for signatures; undefined where that leaves none. */
export function publicKeysOf(json: Readonly<Record<string, unknown>>): FindKey | undefined {
  const { keys } = json
  if (!Array.isArray(keys)) return undefined
  const usable = keys.slice(0, maxKeys).flatMap((key: unknown) => usableKey(key) ?? [])
  return usable.length === 0 ? undefined : createLocalJWKSet({ keys: usable })
}

function usableKey(key: unknown): JWK | undefined {
  if (typeof key !== 'object' || key === null) return undefined
  const copy: Record<string, string> = {}
  for (const name of known) {
    const value: unknown = Reflect.get(key, name)
    if (value === undefined) continue
    if (typeof value !== 'string' || value.length > maxCharacters) return undefined
    copy[name] = value
  }
  const { kty, use = 'sig', e = '' } = copy
  if (use !== 'sig' || !['RSA', 'EC', 'OKP'].includes(kty ?? '')) return undefined
  // 65537 has four characters; a large exponent is slow, too.
  return e.length > 8 ? undefined : copy
}
