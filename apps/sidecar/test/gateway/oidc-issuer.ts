/**
 * A real issuer: oidc-provider, with dynamic registration and tokens for resources (RFC 8707), as remote MCP servers want it. Alice
 * is signed in already and agrees to everything.
 */
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

export interface OidcIssuer {
  readonly url: string
  close(): void
}

/** @param resource below which addresses of resources are */
export async function oidcIssuer(resource: () => string): Promise<OidcIssuer> {
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined
  const server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }
  const provider = new Provider(url, {
    jwks: { keys: [key] },
    clients: [
      {
        client_id: 'robot',
        client_secret: 'a secret of a robot',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    ttl: {
      Interaction: 600,
      Session: 600,
      Grant: 600,
      ClientCredentials: 300,
      AccessToken: 300,
      AuthorizationCode: 60,
    },
    cookies: { keys: ['of this test'] },
    scopes: ['openid', 'offline_access', 'read'],
    pkce: { required: () => true },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, indicator) => {
          if (!indicator.startsWith(resource())) throw new Error(`no resource of ours: ${indicator}`)
          return { scope: 'read write', audience: indicator, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }
        },
      },
    },
  })
  const serve = provider.callback()
  answer = (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) void serve(request, response)
    else agree(provider, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  }
  return {
    url,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function agree(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { prompt, params, grantId } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId: 'alice' } })
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const grant = known ?? new provider.Grant({ accountId: 'alice', clientId: String(params['client_id']) })
  grant.addOIDCScope('openid offline_access read')
  const resources = [params['resource']].flat().filter((each) => typeof each === 'string')
  for (const resource of resources) grant.addResourceScope(resource, 'read write')
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
}

/** Follows redirects as a browser does, with cookies, until one leads to `until`. */
export async function browse(from: URL, until: string): Promise<URL> {
  const jar = new Map<string, string>()
  for (let at = from, left = 12; left > 0; left--) {
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${at.pathname} answers ${response.status}: ${await response.text()}`)
    at = new URL(location, at)
    if (at.href.startsWith(until)) return at
  }
  throw new Error(`no way from ${from.href} to ${until}`)
}
