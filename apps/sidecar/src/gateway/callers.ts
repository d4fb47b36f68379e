/** Who calls from outside: whose access token a request carries, and whether it is for what is called here. @module */
import type { Outsider } from '@vagus/access'
import { bearerOf, groupsOf, type Issuer, scopesOf } from '@vagus/bearer'
import { maxWords, readOutsider } from '../wire/outsider.ts'
import type { TokenFile } from './token-file.ts'

export interface CallersOptions {
  /** Of access tokens. */
  readonly issuer?: Pick<Issuer, 'name' | 'verify'> | undefined
  /** What tokens must be for, wherever they are brought; `undefined`: the agent that is called, by its address (RFC 8707). */
  readonly audience?: string | undefined
  /** Those that every token must have. */
  readonly scopes: readonly string[]
  /** Name of the claim with groups, as `groupsOf` of @vagus/bearer takes it. */
  readonly groupsClaim: string
  readonly tokens?: Pick<TokenFile, 'find'> | undefined
}

/** A caller that is let in. */
export interface LetIn {
  readonly outsider: Outsider
  /** Whether its token still counts: for what goes on for long. @param now milliseconds since 1970 */
  counts(now: number): boolean
}

/** Why a caller is not let in. `detail` says what would be right. */
export interface NotLetIn {
  readonly reason: 'no-token' | 'invalid-token' | 'insufficient-scope' | 'issuer-away'
  readonly detail: string
}

export class Callers {
  readonly #options: CallersOptions

  constructor(options: CallersOptions) {
    this.#options = options
  }

  /**
   * @param authorization the field, if there is one @param resource address of the agent that is called: what a token must be
   * for @param now milliseconds since 1970
   */
  async of(authorization: string | undefined, resource: string, now: number): Promise<LetIn | NotLetIn> {
    const token = bearerOf(authorization)
    if (token === undefined)
      return { reason: 'no-token', detail: 'send an access token in the field Authorization: Bearer TOKEN' }
    const caller = this.#ofFile(token) ?? (await this.#ofIssuer(token, resource, now))
    if ('reason' in caller) return caller
    const missing = this.#options.scopes.filter((scope) => !caller.outsider.scopes.includes(scope))
    if (missing.length === 0) return caller
    return { reason: 'insufficient-scope', detail: `the token has no scope ${missing.join(' ')}; ask for one that has` }
  }

  #ofFile(token: string): LetIn | undefined {
    const { tokens } = this.#options
    const outsider = tokens?.find(token)
    if (outsider === undefined) return undefined
    return { outsider, counts: () => tokens?.find(token)?.subject === outsider.subject }
  }

  async #ofIssuer(token: string, resource: string, now: number): Promise<LetIn | NotLetIn> {
    const { issuer, audience, groupsClaim } = this.#options
    if (issuer === undefined) return { reason: 'invalid-token', detail: 'the token is none of those that count here' }
    // Some clients ask for the address of the MCP server, whatever the metadata says.
    const audiences = audience === undefined ? [resource, `${resource}/mcp`] : [audience]
    const found = await issuer.verify(token, { audience: audiences, kind: 'any-access' }, now)
    if ('refused' in found) {
      if (found.refused === 'unavailable') return { reason: 'issuer-away', detail: found.detail }
      return { reason: 'invalid-token', detail: found.detail }
    }
    const groups = groupsOf(found.claims, groupsClaim)
    const outsider = readOutsider({ ...found, scopes: scopesOf(found.claims), groups })
    if (outsider !== undefined) return { outsider, counts: (at) => at < found.refusedFrom }
    const detail = `at most ${maxWords} groups and scopes of a token are carried, and no invisible characters; this one has ${groups.length} groups`
    return { reason: 'invalid-token', detail }
  }
}
