/** One token against the keys of its issuer: JWT (RFC 7519), access tokens (RFC 9068), id tokens (OpenID Connect Core §3.1.3.7). @module */
import { errors, type JWTPayload, jwtVerify } from 'jose'
import { maxTokenLength } from './bearer.ts'
import type { FindKey } from './public-keys.ts'
import { type Refusal, type RefusalCode, refusal } from './refusal.ts'

/** A token that holds. */
export interface Verified {
  readonly issuer: string
  readonly subject: string
  readonly claims: Readonly<JWTPayload>
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** From when on it is refused, milliseconds since 1970: later than `expiresAt` by as much as clocks may differ. */
  readonly refusedFrom: number
}

export interface Expected {
  readonly issuer: string
  /** One of these must be in `aud`. */
  readonly audience: readonly string[]
  /**
   * `access`: of RFC 9068, `typ` at+jwt. `any-access`: also of issuers that do not say the type; what shows itself as an id
   * token is refused. `id`: an id token, of the client that the audience names.
   */
  readonly kind: 'access' | 'any-access' | 'id'
}

/** Only asymmetric ones: with HS256 whoever can verify could sign, and the public key is no secret. */
const algorithms = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
]
/** Seconds by which clocks may differ. */
const skew = 60
/** Claims that only id tokens have. */
const idClaims = ['nonce', 'at_hash', 'c_hash', 's_hash'] as const

/** @param now milliseconds since 1970. Never rejects. */
export async function verify(
  token: string,
  keys: FindKey,
  expected: Expected,
  now: number,
): Promise<Verified | Refusal> {
  if (token.length > maxTokenLength) return refusal('malformed', `a token has at most ${maxTokenLength} characters`)
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: expected.issuer,
      audience: [...expected.audience],
      algorithms: [...algorithms],
      clockTolerance: skew,
      currentDate: new Date(now),
      requiredClaims: ['sub', 'exp', 'iat'],
    })
    const wrong = wrongType(protectedHeader.typ, payload, expected)
    if (wrong !== undefined) return wrong
    const { iss = '', sub = '', iat = 0, exp = 0 } = payload
    // Both are printable ASCII at every issuer known; OpenID Connect Core §2 allows 255.
    if (sub === '' || sub.length > 255) return refusal('claims', 'sub must have 1..255 characters')
    if (iat * 1000 > now + skew * 1000)
      return refusal('not-yet', 'iat is in the future; is the clock of this host right?')
    const [issuedAt, expiresAt] = [iat * 1000, exp * 1000]
    return { issuer: iss, subject: sub, claims: payload, issuedAt, expiresAt, refusedFrom: expiresAt + skew * 1000 }
  } catch (error) {
    return refusalOf(error, expected)
  }
}

function wrongType(typ: string | undefined, payload: JWTPayload, { kind, audience }: Expected): Refusal | undefined {
  const type = typ?.toLowerCase().replace(/^application\//, '')
  if (kind === 'access')
    return type === 'at+jwt' ? undefined : refusal('type', 'typ must be at+jwt (RFC 9068): this is no access token')
  if (type !== undefined && type !== 'jwt' && !(kind === 'any-access' && type === 'at+jwt'))
    return refusal(
      'type',
      `typ must be ${kind === 'id' ? 'JWT: this is no id token' : 'at+jwt or JWT: this is no access token'}`,
    )
  // Back-channel logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4) are of the same issuer and audience.
  if (payload['events'] !== undefined) return refusal('type', 'this is a token that tells of an event')
  if (kind === 'any-access')
    return idClaims.some((claim) => payload[claim] !== undefined) || payload['typ'] === 'ID'
      ? refusal('type', 'this is an id token; show the access token')
      : undefined
  return wrongClient(payload, audience)
}

/** OpenID Connect Core §3.1.3.7, 4 and 5: a token of several names the one that it is for. */
function wrongClient({ azp, aud }: JWTPayload, audience: readonly string[]): Refusal | undefined {
  const isOurs =
    azp === undefined ? !Array.isArray(aud) || aud.length === 1 : typeof azp === 'string' && audience.includes(azp)
  return isOurs ? undefined : refusal('audience', 'the id token is of several, and azp is not this client')
}

/** What jose says, in words that name what would be right. */
function refusalOf(error: unknown, { issuer, audience }: Expected): Refusal {
  if (error instanceof errors.JWTExpired) return refusal('expired', 'the token has expired; get a new one')
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim } = error
    if (claim === 'iss') return refusal('issuer', `iss must be ${issuer}`)
    if (claim === 'aud') return refusal('audience', `aud must have ${audience.join(' or ')}`)
    if (claim === 'nbf') return refusal('not-yet', 'nbf is in the future; is the clock of this host right?')
    return refusal('claims', `${claim} is missing or is not what it must be`)
  }
  const code = codes.find(([type]) => error instanceof type)?.[1] ?? 'malformed'
  return refusal(code, details[code])
}

const codes = [
  [errors.JOSEAlgNotAllowed, 'algorithm'],
  [errors.JOSENotSupported, 'algorithm'],
  [errors.JWKSNoMatchingKey, 'unknown-key'],
  [errors.JWKSMultipleMatchingKeys, 'unknown-key'],
  [errors.JWSSignatureVerificationFailed, 'signature'],
] as const satisfies readonly (readonly [unknown, RefusalCode])[]

const details = {
  algorithm: `alg must be one of ${algorithms.join(', ')}`,
  'unknown-key': 'the issuer has no such key, or several: kid must name one',
  signature: 'the signature is not of the issuer',
  malformed: 'it is no signed JWT',
} as const
