/**
 * Signing in with a browser: authorization code with PKCE (RFC 6749 §4.1, RFC 7636; OpenID Connect Core §3.1). What the answer
 * must fit is sealed into a cookie of the browser, so that strangers who begin sign-ins fill no table here.
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IssuerClient } from './issuer-client.ts'
import type { Person, Refusal } from '@vagus/bearer'
import { VainWork } from '../rosters/vain-work.ts'
import { Seal } from './seal.ts'

/** Milliseconds that somebody has at the issuer. */
const patience = 600_000
/** Sign-ins of the last ten minutes that have come back; beyond, the oldest is forgotten, and its code alone stops a repetition. */
const maxUsed = 4096

interface Begun {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly until: number
}

export interface Answer {
  readonly state: string | undefined
  readonly code: string | undefined
  readonly error: string | undefined
  /** RFC 9207. */
  readonly iss: string | undefined
}

export class BrowserSignIn {
  readonly #client: IssuerClient
  readonly #seal = new Seal()
  readonly #used = new Set<string>()
  /** Codes that the issuer did not know: with many of them it would take the controller for somebody who guesses, and bar it. */
  readonly #vain = new VainWork()

  constructor(client: IssuerClient) {
    this.#client = client
  }

  /** Where to send the browser, and the cookie that it must bring back. @param now milliseconds since 1970 */
  async begin(now: number): Promise<{ readonly location: string; readonly cookie: string } | Refusal> {
    const metadata = await this.#client.metadata(now)
    if ('refused' in metadata) return metadata
    if (metadata.authorizationEndpoint === undefined)
      return { refused: 'unavailable', detail: 'the issuer names no authorization_endpoint' }
    const [state, nonce, verifier] = [random(), random(), random()]
    const location = new URL(metadata.authorizationEndpoint)
    const query = {
      response_type: 'code',
      client_id: this.#client.setting.clientId,
      redirect_uri: this.#client.redirectUri,
      scope: this.#client.setting.scopes.join(' '),
      state,
      nonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(query)) location.searchParams.set(name, value)
    const begun: Begun = { state, nonce, verifier, until: now + patience }
    return { location: location.href, cookie: this.#seal.close(begun) }
  }

  /** @param cookie of `begin`, of the same browser @param source of the browser, as `sourceOf` has it */
  async finish(
    answer: Answer,
    cookie: string | undefined,
    source: string,
    now: number,
  ): Promise<{ readonly person: Person } | Refusal> {
    const begun = cookie === undefined ? undefined : (this.#seal.open(cookie) as Begun | undefined) // sound: we sealed it
    if (begun === undefined || begun.until <= now) return again('was not begun in this browser within ten minutes')
    if (answer.state === undefined || !isSame(answer.state, begun.state)) return again('is the answer to another one')
    if (this.#used.has(begun.state)) return again('has come back before')
    this.#use(begun.state)
    const metadata = await this.#client.metadata(now)
    if ('refused' in metadata) return metadata
    const { iss = metadata.namesItself ? '' : metadata.issuer } = answer
    if (iss !== metadata.issuer) return again('is answered by another issuer')
    if (answer.error !== undefined)
      return again(`was refused by the issuer: ${answer.error.replaceAll(/[^\w.-]/g, '').slice(0, 64)}`)
    if (answer.code === undefined) return again('came back without a code')
    if (this.#vain.waitOf(source, now) > 0) return again('follows too many that the issuer refused; wait a minute')
    const form = {
      grant_type: 'authorization_code',
      code: answer.code,
      redirect_uri: this.#client.redirectUri,
      code_verifier: begun.verifier,
    }
    const granted = await this.#client.grant(form, begun.nonce, now)
    if (!('error' in granted)) return granted
    this.#vain.add(source, now)
    return again(`was refused by the issuer: ${granted.error}`)
  }

  #use(state: string): void {
    const [oldest] = this.#used
    if (this.#used.size >= maxUsed && oldest !== undefined) this.#used.delete(oldest)
    this.#used.add(state)
  }
}

const random = (): string => randomBytes(32).toString('base64url')
const again = (what: string): Refusal => ({ refused: 'claims', detail: `this sign-in ${what}; begin again` })
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
