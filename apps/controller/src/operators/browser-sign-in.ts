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
/** Sign-ins that a browser has begun and not finished, such as one in each of two tabs; one more, and its oldest is forgotten. */
const maxBegun = 3
/**
 * What the console has behind the # of its address; anything else is left out, and one comes to its first page. Three sign-ins with
 * as much fit into a cookie (4096 octets, RFC 6265 §6.1).
 */
const viewPattern = /^\/[\w/?&=%.,:;+*~!-]{0,511}$/

interface Begun {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly until: number
  /** Behind the # of the console's address, where the person was; empty: nowhere in particular. */
  readonly view: string
}

export interface Wish {
  /** As `Begun` has it, from the request: it is looked at here. */
  readonly view: string | undefined
  /** `another`: the issuer is to ask who it is, also where somebody is signed in (`prompt`, OpenID Connect Core §3.1.2.1). */
  readonly who: 'anybody' | 'another'
  /** Of the same browser. */
  readonly cookie: string | undefined
}

export interface Answer {
  readonly state: string | undefined
  readonly code: string | undefined
  readonly error: string | undefined
  /** RFC 9207. */
  readonly iss: string | undefined
}

export type Finished = ({ readonly person: Person } | Refusal) & {
  /** Where the person was, as `Begun` has it. */
  readonly view: string
  /** What the browser is to keep, of its other sign-ins; undefined: nothing. */
  readonly cookie: string | undefined
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
  async begin(wish: Wish, now: number): Promise<{ readonly location: string; readonly cookie: string } | Refusal> {
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
      ...(wish.who === 'another' ? { prompt: 'login' } : {}),
    }
    for (const [name, value] of Object.entries(query)) location.searchParams.set(name, value)
    const view = wish.view !== undefined && viewPattern.test(wish.view) ? wish.view : ''
    const begun: Begun = { state, nonce, verifier, until: now + patience, view }
    const others = this.#begunIn(wish.cookie, now).slice(1 - maxBegun)
    return {
      location: location.href,
      cookie: [...others.map(({ sealed }) => sealed), this.#seal.close(begun)].join('.'),
    }
  }

  /** @param cookie of `begin`, of the same browser @param source of the browser, as `sourceOf` has it */
  async finish(answer: Answer, cookie: string | undefined, source: string, now: number): Promise<Finished> {
    const all = this.#begunIn(cookie, now)
    const own = all.find(({ begun }) => answer.state !== undefined && isSame(answer.state, begun.state))
    const others = all.filter((one) => one !== own).map(({ sealed }) => sealed)
    const rest = { view: own?.begun.view ?? '', cookie: others.length === 0 ? undefined : others.join('.') }
    if (own !== undefined) return { ...(await this.#finish(answer, own.begun, source, now)), ...rest }
    return {
      ...again(`${all.length === 0 ? 'was not begun' : 'is none of those begun'} in this browser within ten minutes`),
      ...rest,
    }
  }

  /** What the browser has begun, the oldest first. */
  #begunIn(cookie: string | undefined, now: number): readonly { readonly begun: Begun; readonly sealed: string }[] {
    return (cookie ?? '')
      .split('.')
      .slice(-maxBegun)
      .map((sealed) => ({ begun: this.#seal.open(sealed) as Begun | undefined, sealed })) // sound: we sealed it
      .filter((one): one is { begun: Begun; sealed: string } => one.begun !== undefined && one.begun.until > now)
  }

  async #finish(
    answer: Answer,
    begun: Begun,
    source: string,
    now: number,
  ): Promise<{ readonly person: Person } | Refusal> {
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
