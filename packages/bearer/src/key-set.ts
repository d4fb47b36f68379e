/**
 * The keys of an issuer as they are now. They rotate: a token with a key that is not known has them fetched again, but not more
 * often than every ten seconds, as anybody can make up such tokens.
 * @module
 */
import { askJson, type Fetch } from './ask-json.ts'
import { type FindKey, publicKeysOf } from './public-keys.ts'
import { type Refusal, refusal } from './refusal.ts'

/** Milliseconds. After this, keys are fetched again before they are used: a key that was taken back is not for long. */
const freshFor = 600_000
/** While the issuer does not answer, keys are used that long in all. */
const usableFor = 3_600_000
/** Between two fetches, also failed ones. */
const pause = 10_000

export class KeySet {
  readonly #fetch: Fetch
  #keys: FindKey | undefined
  #problem = 'the keys of the issuer were not fetched yet'
  #fetchedAt = -Infinity
  #askedAt = -Infinity
  #asking: Promise<void> | undefined

  constructor(fetch: Fetch) {
    this.#fetch = fetch
  }

  /**
   * What finds the key of a token. @param where the set is @param age `newest`: the ones that are here did not do; they are
   * fetched again if that is not too soon
   */
  async keys(where: string, age: 'fresh' | 'newest', now: number): Promise<FindKey | Refusal> {
    const due = age === 'newest' || now - this.#fetchedAt > freshFor
    // Who needs no newer ones waits for none: anybody can have a slow issuer asked.
    if (due && this.#asking !== undefined) await this.#asking
    else if (due && now - this.#askedAt >= pause) await this.#renew(where, now)
    if (this.#keys !== undefined && now - this.#fetchedAt <= usableFor) return this.#keys
    return refusal('unavailable', this.#problem)
  }

  /** All who ask meanwhile wait for the same answer. */
  async #renew(where: string, now: number): Promise<void> {
    this.#askedAt = now
    this.#asking = this.#ask(where, now)
    await this.#asking.finally(() => (this.#asking = undefined))
  }

  async #ask(where: string, now: number): Promise<void> {
    const answer = await askJson(this.#fetch, where)
    const keys = 'json' in answer && answer.status === 200 ? publicKeysOf(answer.json) : undefined
    if (keys === undefined) {
      this.#problem = 'problem' in answer ? answer.problem : 'what the issuer has as its keys has none to verify with'
      return
    }
    this.#keys = keys
    this.#fetchedAt = now
  }
}
