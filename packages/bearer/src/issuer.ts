/** An issuer: what it says of itself, its keys, and whether a token is its own. @module */
import type { Fetch } from './ask-json.ts'
import { KeySet } from './key-set.ts'
import { discover, type IssuerMetadata } from './metadata.ts'
import type { Refusal } from './refusal.ts'
import { type Expected, type Verified, verify } from './verify.ts'

export interface IssuerOptions {
  /** As tokens name it, to the character: an https URL; http is for loopback addresses. */
  readonly issuer: string
  readonly fetch: Fetch
}

export type Wanted = Omit<Expected, 'issuer'>

/** Milliseconds. Endpoints hardly ever change. */
const freshFor = 3_600_000
/** Between two questions while there is no answer. */
const pause = 5000

export class Issuer {
  readonly name: string
  readonly #fetch: Fetch
  readonly #keySet: KeySet
  #metadata: IssuerMetadata | undefined
  #problem: Refusal | undefined
  #fetchedAt = -Infinity
  #askedAt = -Infinity
  #asking: Promise<void> | undefined

  constructor({ issuer, fetch }: IssuerOptions) {
    this.name = issuer
    this.#fetch = fetch
    this.#keySet = new KeySet(fetch)
  }

  /** An old answer goes on to count while there is no newer one, for which nobody waits. @param now milliseconds since 1970 */
  async metadata(now: number): Promise<IssuerMetadata | Refusal> {
    if (now - this.#fetchedAt > freshFor && now - this.#askedAt >= pause) this.#asking ??= this.#discover(now)
    if (this.#metadata === undefined) await this.#asking
    return this.#metadata ?? this.#problem ?? { refused: 'unavailable', detail: 'the issuer was not asked yet' }
  }

  /** @param now milliseconds since 1970. Never rejects. */
  async verify(token: string, wanted: Wanted, now: number): Promise<Verified | Refusal> {
    const metadata = await this.metadata(now)
    if ('refused' in metadata) return metadata
    const expected = { ...wanted, issuer: this.name }
    const keys = await this.#keySet.keys(metadata.jwksUri, 'fresh', now)
    if ('refused' in keys) return keys
    const first = await verify(token, keys, expected, now)
    if (!('refused' in first) || first.refused !== 'unknown-key') return first
    const newest = await this.#keySet.keys(metadata.jwksUri, 'newest', now)
    return 'refused' in newest || newest === keys ? first : verify(token, newest, expected, now)
  }

  /** Never rejects. */
  async #discover(now: number): Promise<void> {
    this.#askedAt = now
    const found = await discover(this.#fetch, this.name)
    this.#asking = undefined
    if ('refused' in found) {
      this.#problem = found
      return
    }
    this.#metadata = found
    this.#fetchedAt = now
  }
}
