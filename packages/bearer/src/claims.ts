/** What a verified token claims of groups, scopes and its client. Lists are bounded, and what is no text is left out. @module */
import type { Verified } from './verify.ts'

export type Claims = Verified['claims']

/** Groups of one token; Entra ID tells no more than 200 and then none, but a link to them. */
const maxGroups = 1024
const maxCharacters = 256

/**
 * @param claim name of the claim, such as `groups`, `roles`, `https://example.com/groups`, or with dots the way to it:
 * `realm_access.roles`
 */
export function groupsOf(claims: Claims, claim: string): readonly string[] {
  const whole: unknown = own(claims, claim)
  const value = whole ?? claim.split('.').reduce<unknown>((found, name) => own(found, name), claims)
  return textsOf(value)
}

/** `scope` (RFC 9068 §2.2.3), or what some issuers call `scp`. */
export function scopesOf(claims: Claims): readonly string[] {
  const { scope, scp } = claims
  const value = scope ?? scp
  return textsOf(typeof value === 'string' ? value.split(' ') : value)
}

/** The program that the token was given to: `client_id` (RFC 9068 §2.2), or `azp`. */
export function clientOf(claims: Claims): string | undefined {
  return textsOf(claims['client_id'] ?? claims['azp'])[0]
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value.slice(0, maxGroups) : [value]
  return list.filter((one): one is string => typeof one === 'string' && one !== '' && one.length <= maxCharacters)
}

/** Nothing that every object has by birth, such as `constructor`. */
function own(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (Reflect.get(value, name) as unknown)
    : undefined
}
