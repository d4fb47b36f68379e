/** An issuer without sockets: it answers what a real one answers, and a test turns its keys and documents. */
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { Fetch } from '../src/index.ts'

export const issuerName = 'https://id.example'
export const clientId = 'vagus'
export const start = Date.UTC(2026, 0, 1)

export interface TestKey {
  readonly kid: string
  readonly jwk: JWK
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }, privateKey, publicKey }
}

/** `asked` has every address that was asked. Undefined in `answers` is a connection that fails. */
export class TestIssuer {
  readonly asked: string[] = []
  keys: unknown
  metadata: Record<string, unknown> = { issuer: issuerName, jwks_uri: `${issuerName}/keys` }
  answer: (url: string) => Response | undefined = () => undefined
  state: 'up' | 'down' = 'up'

  constructor(keys: readonly TestKey[]) {
    this.keys = keys.map(({ jwk }) => jwk)
  }

  get fetch(): Fetch {
    return async (url) => {
      this.asked.push(url)
      if (this.state === 'down') throw new TypeError('fetch failed')
      const own = this.answer(url)
      if (own !== undefined) return own
      if (url === `${issuerName}/.well-known/openid-configuration`) return Response.json(this.metadata)
      if (url === `${issuerName}/keys`) return Response.json({ keys: this.keys })
      return new Response('no such page', { status: 404 })
    }
  }

  asksOf(path: string): number {
    return this.asked.filter((url) => url === `${issuerName}${path}`).length
  }
}

/** A good id token of `key`, but for what `claims` and `header` say otherwise. */
export function sign(
  key: TestKey,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const seconds = start / 1000
  const good = { iss: issuerName, aud: clientId, sub: 'ada', iat: seconds, exp: seconds + 300 }
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: key.jwk.alg ?? 'ES256', kid: key.kid, ...header })
    .sign(key.privateKey)
}
