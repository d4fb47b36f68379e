/** What the controller asks of the issuer as its client: tokens for a code, and who they are of. @module */
import type { OperatorsConfig } from '@vagus/api/operators-setting'
import {
  askJson,
  type Fetch,
  type Issuer,
  type IssuerMetadata,
  type JsonAnswer,
  type Person,
  personOf,
  type Refusal,
} from '@vagus/bearer'

export interface IssuerSetting extends Pick<OperatorsConfig, 'scopes' | 'groupsClaim'> {
  readonly issuer: string
  /** The console as people reach it. */
  readonly url: string
  readonly clientId: string
}

export interface IssuerClientParts {
  readonly issuer: Issuer
  readonly setting: IssuerSetting
  /** Undefined: a public client. */
  readonly clientSecret: string | undefined
  readonly fetch: Fetch
}

export type Grant = Readonly<Record<string, string>>

/** Who signed in; `error`: the issuer said one of OAuth 2.0, such as authorization_pending. */
export type Granted = { readonly person: Person } | { readonly error: string } | Refusal

/** Questions at once: whoever may reach the controller can have it ask. One more is refused. */
const maxAtOnce = 16

export class IssuerClient {
  #asking = 0
  readonly #parts: IssuerClientParts

  constructor(parts: IssuerClientParts) {
    this.#parts = parts
  }

  get setting(): IssuerSetting {
    return this.#parts.setting
  }

  /** Where the browser comes back to. */
  get redirectUri(): string {
    return `${this.setting.url.replace(/\/$/, '')}/v1/sign-in/answer`
  }

  metadata(now: number): Promise<IssuerMetadata | Refusal> {
    return this.#parts.issuer.metadata(now)
  }

  /** A question of the client, shown to be ours as the issuer wants it (RFC 6749 §2.3.1). */
  async post(url: string, form: Grant): Promise<JsonAnswer> {
    if (this.#asking >= maxAtOnce) return { problem: `${maxAtOnce} others sign in at this moment; try again` }
    this.#asking++
    try {
      const { setting, fetch } = this.#parts
      return await askJson(fetch, url, {
        headers: this.#authorization(),
        form: new URLSearchParams({ client_id: setting.clientId, ...form }),
      })
    } finally {
      this.#asking--
    }
  }

  #authorization(): Readonly<Record<string, string>> {
    const { setting, clientSecret } = this.#parts
    if (clientSecret === undefined) return {}
    const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1)
    const basic = `${encoded(setting.clientId)}:${encoded(clientSecret)}`
    return { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }
  }

  /** @param nonce that the id token must have; undefined: of a grant that has none (RFC 8628) */
  async grant(form: Grant, nonce: string | undefined, now: number): Promise<Granted> {
    const metadata = await this.metadata(now)
    if ('refused' in metadata) return metadata
    if (metadata.tokenEndpoint === undefined) return unavailable('the issuer names no token_endpoint')
    const answer = await this.post(metadata.tokenEndpoint, form)
    if ('problem' in answer) return unavailable(answer.problem)
    const { error, id_token: idToken, access_token: accessToken } = answer.json
    if (typeof error === 'string') return { error: error.replaceAll(/[^\w.-]/g, '').slice(0, 64) }
    if (typeof idToken !== 'string')
      return unavailable('the issuer gives no id token: is "openid" in operators.scopes?')
    const wanted = { audience: [this.setting.clientId], kind: 'id' } as const
    const found = await this.#parts.issuer.verify(idToken, wanted, now)
    if ('refused' in found) return found
    if (nonce !== undefined && found.claims['nonce'] !== nonce)
      return { refused: 'claims', detail: 'the id token is not of this sign-in: its nonce is another' }
    const more = await this.#moreOf(metadata, accessToken, found.subject)
    return { person: personOf({ ...found, claims: { ...more, ...found.claims } }, this.setting.groupsClaim) }
  }

  /** Claims that the issuer tells only when it is asked for them (OpenID Connect Core §5.3). None where it does not. */
  async #moreOf({ userinfoEndpoint }: IssuerMetadata, accessToken: unknown, subject: string): Promise<object> {
    if (userinfoEndpoint === undefined || typeof accessToken !== 'string') return {}
    const headers = { authorization: `Bearer ${accessToken.replaceAll(/[^\x21-\x7e]/g, '')}` }
    const answer = await askJson(this.#parts.fetch, userinfoEndpoint, { headers })
    // §5.3.2: an answer about somebody else is none.
    return 'json' in answer && answer.status === 200 && answer.json['sub'] === subject ? answer.json : {}
  }
}

const unavailable = (detail: string): Refusal => ({ refused: 'unavailable', detail })
