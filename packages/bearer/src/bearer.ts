/** How a request carries a token, and what a refusal asks for (RFC 6750). @module */

/** Octets of a token that are looked at; those of issuers with hundreds of groups have some 12 KiB. */
export const maxTokenLength = 16_384

/**
 * The token of an `Authorization` header (RFC 6750 §2.1). Undefined: there is none, it is of another scheme, or is too long
 * (16 KiB) or no token at all.
 */
export function bearerOf(header: string | null | undefined): string | undefined {
  if (header === null || header === undefined || header.length > maxTokenLength + 16) return undefined
  return /^bearer +([\w.~+/-]+=*) *$/i.exec(header)?.[1]
}

/**
 * The value of `WWW-Authenticate` (RFC 6750 §3). Without `error` the request carried no token, and is told nothing else.
 * @param description for people; what a quoted string may not have is left out
 * @param metadata address of the protected resource's metadata (RFC 9728 §5.1)
 */
export function challengeOf({
  realm,
  error,
  description,
  scope,
  metadata,
}: {
  readonly realm: string
  readonly error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope'
  readonly description?: string
  readonly scope?: string
  readonly metadata?: string
}): string {
  const parameters = { realm, error, error_description: description, scope, resource_metadata: metadata }
  const parts = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${quotable(value)}"`],
  )
  return `Bearer ${parts.join(', ')}`
}

/** RFC 6750 §3: %x20-21 / %x23-5B / %x5D-7E. */
const quotable = (text: string): string => text.replaceAll(/["\\]/g, "'").replaceAll(/[^\x20-\x7e]/g, '')
