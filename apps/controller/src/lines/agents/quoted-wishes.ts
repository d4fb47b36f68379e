/** Tokens for what was quoted: who orders with one orders just that. A token keeps no room, so none is kept from others by asking. @module */
import type { LineRequest } from '@vagus/api/lines'

/** Milliseconds for which a token holds. */
export const tokenMs = 60_000
/** Of one agent; its oldest goes. */
const maxOfOne = 16
/** Of all together; the oldest goes. */
const maxTokens = 1024

interface Quoted {
  readonly agent: string
  readonly request: LineRequest
  /** Milliseconds since 1970. */
  readonly until: number
}

export class QuotedWishes {
  /** By token, in the order in which they were given. */
  readonly #quoted = new Map<string, Quoted>()
  readonly #newToken: () => string

  /** @param newToken never the same twice, and not to be guessed */
  constructor(newToken: () => string) {
    this.#newToken = newToken
  }

  /** @param now milliseconds since 1970 */
  give(agent: string, request: LineRequest, now: number): { readonly token: string; readonly until: number } {
    for (const [token, { until }] of this.#quoted) if (now >= until) this.#quoted.delete(token)
    const own = [...this.#quoted].filter(([, one]) => one.agent === agent)
    if (own.length >= maxOfOne) this.#quoted.delete(own[0]![0])
    else if (this.#quoted.size >= maxTokens) this.#quoted.delete([...this.#quoted.keys()][0]!)
    const token = this.#newToken()
    const until = now + tokenMs
    this.#quoted.set(token, { agent, request, until })
    return { token, until }
  }

  /** Undefined where the token was never that agent's, or holds no more. */
  find(agent: string, token: string, now: number): LineRequest | undefined {
    const quoted = this.#quoted.get(token)
    return quoted !== undefined && quoted.agent === agent && now < quoted.until ? quoted.request : undefined
  }
}
