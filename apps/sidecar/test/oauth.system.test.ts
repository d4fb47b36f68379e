import assert from 'node:assert/strict'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { Client, ClientCredentialsProvider, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { mcpListener } from './fixtures/mcp-server.ts'
import { endServer, listening, sidecar } from './sidecars.ts'
import { VirtualNetwork } from './virtual-network.ts'

const metadataPath = '/.well-known/oauth-protected-resource'

/** An MCP server that wants a token; where to get one its metadata says (RFC 9728). */
const guarded = (issuer: () => string): RequestListener => {
  return (request: IncomingMessage, response: ServerResponse) => {
    const own = `http://localhost:${request.socket.localPort}`
    if (request.url === `${metadataPath}/srv/mcp`) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ resource: `${own}/srv/mcp`, authorization_servers: [issuer()] }))
    } else if (request.headers.authorization === 'Bearer tok') mcpListener(request, response)
    else {
      const challenge = `Bearer error="invalid_token", resource_metadata="${own}${metadataPath}/srv/mcp"`
      response.writeHead(401, { 'www-authenticate': challenge }).end()
    }
  }
}

/** Gives everybody a token. */
const issuing = (asked: string[]): RequestListener => {
  return (request, response) => {
    const own = `http://${request.headers.host}`
    const metadata = {
      issuer: own,
      token_endpoint: `${own}/token`,
      authorization_endpoint: `${own}/authorize`,
      response_types_supported: ['code'],
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    const token = { access_token: 'tok', token_type: 'Bearer', expires_in: 600 }
    request.setEncoding('utf8').on('data', (text: string) => asked.push(text))
    request.on('end', () => response.end(JSON.stringify(request.url === '/token' ? token : metadata)))
  }
}

test('a stock MCP client gets a token and is let in, through two side-cars (RFC 9728)', async (t) => {
  const asked: string[] = []
  const issuer = await listening(issuing(asked))
  const local = await listening(guarded(() => issuer.url))
  const network = new VirtualNetwork()
  const served = await sidecar(network, 'calculator', { exposed: { mcp: `${local.url}/srv/mcp` } })
  const caller = await sidecar(network, 'asker')
  const client = new Client({ name: 'test', version: '1' })
  t.after(async () => {
    await client.close()
    await Promise.all([served.close(), caller.close()])
    for (const { server } of [issuer, local]) endServer(server)
  })
  const url = `${caller.url}/agents/calculator/mcp`
  const authProvider = new ClientCredentialsProvider({ clientId: 'a', clientSecret: 'b', expectedIssuer: issuer.url })
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }))
  assert.ok((await client.listTools()).tools.some(({ name }) => name === 'add'))
  assert.equal(new URLSearchParams(asked.join()).get('resource'), url)
})
