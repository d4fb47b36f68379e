/** What an issuer says of itself: OpenID Connect Discovery 1.0 §4, and RFC 8414 where there is none of that. @module */
import { askJson, type Fetch, isSecureUrl } from './ask-json.ts'
import { type Refusal, refusal } from './refusal.ts'

/** Addresses of the issuer. Undefined: it says none. */
export interface IssuerMetadata {
  readonly issuer: string
  readonly jwksUri: string
  readonly authorizationEndpoint: string | undefined
  readonly tokenEndpoint: string | undefined
  /** RFC 8628. */
  readonly deviceAuthorizationEndpoint: string | undefined
  /** OpenID Connect RP-Initiated Logout 1.0. */
  readonly endSessionEndpoint: string | undefined
  /** Whether its answers at the redirect address say who they are of (RFC 9207). */
  readonly namesItself: boolean
}

/** Where the issuer's own description may be, in the order in which it is looked for. */
export function wellKnownOf(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ]
}

/** @param issuer as tokens name it, to the character */
export async function discover(fetch: Fetch, issuer: string): Promise<IssuerMetadata | Refusal> {
  if (!isSecureUrl(issuer)) return refusal('issuer', 'an issuer is an https URL')
  let problem = ''
  for (const url of wellKnownOf(issuer)) {
    const answer = await askJson(fetch, url)
    if ('problem' in answer) problem ||= answer.problem
    else if (answer.status === 200) return metadataOf(answer.json, issuer)
    else problem ||= `${new URL(url).host} answers ${answer.status} at ${new URL(url).pathname}`
  }
  return refusal('unavailable', `what the issuer says of itself is not to be had: ${problem}`)
}

function metadataOf(json: Readonly<Record<string, unknown>>, issuer: string): IssuerMetadata | Refusal {
  // RFC 8414 §3.3: else a stranger's description would speak for it.
  if (json['issuer'] !== issuer)
    return refusal('unavailable', `the issuer calls itself otherwise; it must be written to the character as it does`)
  const jwksUri = urlIn(json, 'jwks_uri')
  if (jwksUri === undefined) return refusal('unavailable', 'the issuer names no jwks_uri over https')
  return {
    issuer,
    jwksUri,
    authorizationEndpoint: urlIn(json, 'authorization_endpoint'),
    tokenEndpoint: urlIn(json, 'token_endpoint'),
    deviceAuthorizationEndpoint: urlIn(json, 'device_authorization_endpoint'),
    endSessionEndpoint: urlIn(json, 'end_session_endpoint'),
    namesItself: json['authorization_response_iss_parameter_supported'] === true,
  }
}

function urlIn(json: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = json[name]
  return typeof value === 'string' && value.length <= 2048 && isSecureUrl(value) ? value : undefined
}
