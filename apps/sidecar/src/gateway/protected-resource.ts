/** What a client that has no token, or not the right one, is told: where to get it (RFC 6750 §3, RFC 9728). @module */
import { challengeOf } from '@vagus/bearer'
import { ProblemError } from '../wire/problem.ts'
import type { CallersOptions, NotLetIn } from './callers.ts'

type Access = Pick<CallersOptions, 'issuer' | 'scopes' | 'audience'>

/** An agent at the gateway: `https://agents.example.com`, `calc`. */
export interface PublishedAt {
  readonly site: string
  readonly name: string
}

export const urlOf = ({ site, name }: PublishedAt): string => `${site}/agents/${name}`

const errors = { 'invalid-token': 'invalid_token', 'insufficient-scope': 'insufficient_scope' } as const

/** Fields of the refusal. */
export function challengeFor(
  { reason, detail }: NotLetIn,
  at: PublishedAt,
  { issuer, scopes }: Access,
): Readonly<Record<string, string>> {
  if (reason === 'issuer-away') return {}
  const metadata = `${at.site}/.well-known/oauth-protected-resource/agents/${at.name}`
  const challenge = challengeOf({
    realm: 'vagus',
    ...(reason === 'no-token' ? {} : { error: errors[reason], description: detail }),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(issuer === undefined ? {} : { metadata }),
  })
  return { 'www-authenticate': challenge }
}

/** RFC 9728 §2. A client compares `resource` with the address that it calls. @throws {ProblemError} where there is no issuer */
export function metadataFor(at: PublishedAt, { issuer, scopes, audience }: Access): object {
  if (issuer === undefined)
    throw new ProblemError('no-such-path', 'tokens for this gateway are handed out by its operator, not by an issuer')
  // Where tokens are for the whole site, clients must ask for those; another name of it they would refuse.
  const isOfSite = audience !== undefined && URL.parse(audience)?.origin === at.site
  return {
    resource: isOfSite ? audience : urlOf(at),
    authorization_servers: [issuer.name],
    bearer_methods_supported: ['header'],
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
  }
}
