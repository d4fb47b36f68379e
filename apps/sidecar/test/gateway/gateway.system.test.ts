/** Whom a gateway lets in, what it tells the called agent of them, and what callers outside try. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { eventually, until } from '../../../../scripts/eventually.ts'
import { TlsFiles } from '@vagus/keyring/tls-files'
import { needs } from '../../../../scripts/needs.ts'
import { endServer, listening, sidecar } from '../sidecars.ts'
import { VirtualNetwork } from '../virtual-network.ts'
import { type Answered, ask, doorRole, fleetOf, gatewayOn, issuerName, publicUrl, tokenOf } from './gateways.ts'

/** What the agent's own server got last. */
let seen: { readonly url: string | undefined; readonly headers: IncomingHttpHeaders } | undefined
let silent = 0
const local = await listening((request, response) => {
  seen = { url: request.url, headers: request.headers }
  if (request.url === '/own-challenge') response.writeHead(401, { 'www-authenticate': 'Basic' }).end()
  else if (request.url === '/silent') silent++
  else if (request.url === '/stream')
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  else serve(request, response)
})
function serve(request: IncomingMessage, response: ServerResponse): void {
  request.resume().on('end', () => {
    response.setHeader('set-cookie', 'session=1')
    response.setHeader('x-powered-by', 'house')
    response.setHeader('access-control-allow-origin', '*')
    if (request.url !== '/.well-known/agent-card.json') return response.end('served')
    return response.setHeader('content-type', 'application/json').end(JSON.stringify(card))
  })
}
const card = {
  name: 'calc',
  description: 'calculates',
  version: '1',
  supportedInterfaces: [
    { url: `${local.url}/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    { url: 'grpc://127.0.0.1:1', protocolBinding: 'GRPC', protocolVersion: '1.0' },
  ],
  capabilities: { streaming: true, pushNotifications: true },
  securitySchemes: { own: { apiKeySecurityScheme: { location: 'header', name: 'X-Own' } } },
  securityRequirements: [{ schemes: { own: { list: [] } } }],
  skills: [],
  signatures: [{ protected: 'x', signature: 'y' }],
}

const members = { calc: ['calculator'], door: [doorRole, 'boss'], writer: [], thief: [] }
const policies = `
permit (principal is Agent, action, resource);
@id("readers") permit (principal is Outsider, action, resource == Agent::"did:key:calc")
when { principal in Issuer::"${issuerName}" && principal.scopes.contains("read") };
@id("named") permit (principal in Gateway::"did:key:door", action, resource) when { principal.subject == "ci" };
@id("not in the house") forbid (principal is Outsider, action, resource) when { context.path like "/private*" };
`
const network = new VirtualNetwork()
const calc = await sidecar(network, 'calc', { exposed: { a2a: local.url }, fleet: fleetOf('calc', policies, members) })
const thief = network.open('thief')
const door = await gatewayOn(network, { origins: ['https://app.example'] })
after(async () => {
  await Promise.all([calc.close(), door.close(), thief.close()])
  endServer(local.server)
})

const asAlice = async (claims = {}): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await tokenOf(claims)}`,
})
const typeOf = ({ text }: Answered): string =>
  (JSON.parse(text) as { type: string }).type.replace('urn:vagus:problem:', '')
const detailOf = ({ text }: Answered): string => (JSON.parse(text) as { detail: string }).detail
const metadata = `${publicUrl}/.well-known/oauth-protected-resource/agents/calc`

describe('a caller outside', () => {
  test('with a token is served, and the agent is told who it is', async () => {
    const answer = await ask(door.port, '/agents/calc/sums?x=1', { headers: await asAlice({ groups: ['a b', 'c'] }) })
    assert.deepEqual([answer.status, answer.text], [200, 'served'])
    assert.equal(seen?.url, '/sums?x=1')
    const { headers } = seen
    assert.equal(headers['vagus-outsider'], 'alice')
    assert.equal(headers['vagus-outsider-issuer'], issuerName)
    assert.equal(headers['vagus-outsider-scopes'], 'read')
    assert.equal(headers['vagus-outsider-groups'], 'a%20b c')
    assert.equal(headers['vagus-member-name'], 'door')
    assert.equal(headers.authorization, undefined)
  })
  test('gets no field of the house, and no cookie', async () => {
    const { headers } = await ask(door.port, '/agents/calc/', { headers: await asAlice() })
    assert.deepEqual(
      ['set-cookie', 'x-powered-by', 'access-control-allow-origin', 'vagus-answered-by'].map((name) => headers[name]),
      [undefined, undefined, undefined, undefined],
    )
    assert.equal(headers['x-content-type-options'], 'nosniff')
  })
  test('without a token is told where to get one (RFC 9728 §5.1)', async () => {
    const answer = await ask(door.port, '/agents/calc/mcp')
    assert.deepEqual([answer.status, typeOf(answer)], [401, 'no-token'])
    assert.equal(answer.headers['www-authenticate'], `Bearer realm="vagus", resource_metadata="${metadata}"`)
    const told = await ask(door.port, '/.well-known/oauth-protected-resource/agents/calc/mcp')
    assert.deepEqual(JSON.parse(told.text), {
      resource: `${publicUrl}/agents/calc`,
      authorization_servers: [issuerName],
      bearer_methods_supported: ['header'],
    })
  })
  for (const [what, claims, why] of [
    ['for another agent', { aud: `${publicUrl}/agents/writer` }, /aud must have .*\/agents\/calc/],
    ['that has expired', { exp: 1_700_000_000 }, /expired/],
    ['of another issuer', { iss: 'https://evil.example' }, /iss must be/],
  ] as const)
    test(`is refused with a token ${what}`, async () => {
      const answer = await ask(door.port, '/agents/calc/', { headers: await asAlice(claims) })
      assert.deepEqual([answer.status, typeOf(answer)], [401, 'invalid-token'])
      assert.match(detailOf(answer), why)
      assert.match(String(answer.headers['www-authenticate']), /error="invalid_token"/)
    })
  test('is refused by policies for its scope, not for what the gateway may', async () => {
    const answer = await ask(door.port, '/agents/calc/', { headers: await asAlice({ scope: 'write' }) })
    assert.deepEqual([answer.status, typeOf(answer)], [403, 'refused'])
    assert.match(detailOf(answer), /no policy permits alice of https:\/\/id\.example to call calc/)
    const forbidden = await ask(door.port, '/agents/calc/private', { headers: await asAlice() })
    assert.match(detailOf(forbidden), /forbidden by "not in the house"/)
  })
  test('finds what is not published nowhere', async () => {
    const answer = await ask(door.port, '/agents/thief/', { headers: await asAlice() })
    assert.deepEqual([answer.status, typeOf(answer)], [404, 'not-published'])
    assert.equal((await ask(door.port, '/agents')).status, 404)
  })
  test('gets the card without a token, with addresses and proofs of the gateway', async () => {
    const { status, text } = await ask(door.port, '/agents/calc/.well-known/agent-card.json')
    assert.equal(status, 200)
    assert.deepEqual(JSON.parse(text), {
      name: 'calc',
      description: 'calculates',
      version: '1',
      supportedInterfaces: [
        { url: `${publicUrl}/agents/calc/a2a`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
      ],
      capabilities: { streaming: true, pushNotifications: false },
      securitySchemes: {
        outside: {
          openIdConnectSecurityScheme: { openIdConnectUrl: `${issuerName}/.well-known/openid-configuration` },
        },
      },
      securityRequirements: [{ schemes: { outside: { list: [] } } }],
      skills: [],
    })
  })
  test('is not sent into a circle by a server that asks for credentials of its own', async () => {
    const answer = await ask(door.port, '/agents/calc/own-challenge', { headers: await asAlice() })
    assert.deepEqual([answer.status, typeOf(answer)], [502, 'failed'])
    assert.equal(answer.headers['www-authenticate'], undefined)
  })
})

describe('an attacker outside', () => {
  test('does not become somebody else by fields', async () => {
    const forged = {
      'Vagus-Outsider': 'root',
      Vagus_Outsider: 'root',
      'Vagus-Agent': 'did:key:owner',
      'Vagus-Member-Roles': 'boss',
      'X-Forwarded-User': 'root',
      'X-Forwarded-For': '127.0.0.1',
      Forwarded: 'for=127.0.0.1',
      Cookie: 'session=1',
      'Vagus-Token': 'x',
      'Vagus-Service': 'control',
    }
    const { status } = await ask(door.port, '/agents/calc/forged', { headers: { ...forged, ...(await asAlice()) } })
    assert.deepEqual([status, seen?.url], [200, '/forged'])
    const { headers } = seen!
    assert.equal(headers['vagus-outsider'], 'alice')
    assert.equal(headers['vagus-agent'], 'did:key:door')
    assert.equal(headers['vagus-member-roles'], `${doorRole} boss`)
    for (const name of ['vagus_outsider', 'x-forwarded-user', 'x-forwarded-for', 'forwarded', 'cookie', 'vagus-token'])
      assert.equal(headers[name], undefined, name)
  })
  for (const target of [
    '/agents/calc%2f..%2fwriter/',
    '/agents/%63alc/',
    '/agents/CALC/',
    '/agents//calc/',
    '/agents/./calc/',
    '/agents/writer/../thief/x',
    '//agents/calc/',
    '/agents;x/calc/',
    '/move',
    '/sessions',
    '/groups/boss',
    '/t/TOKEN/agents/calc/',
    'http://agents.example.com/agents/calc/',
    'http://evil.example/agents/calc/',
  ])
    test(`gets nowhere by ${target}`, async () => {
      seen = undefined
      const { status } = await ask(door.port, target, {
        headers: await asAlice({ aud: [`${publicUrl}/agents/calc`, `${publicUrl}/agents/writer`] }),
      })
      assert.ok([400, 404, 503].includes(status), String(status))
      assert.equal(seen, undefined)
    })
  test('does not leave what is exposed by dots', async () => {
    for (const path of ['/agents/calc/../../x', '/agents/calc/%2e%2e/%2e%2e/x', '/agents/calc/..%2f..%2fx'])
      assert.equal((await ask(door.port, path, { headers: await asAlice() })).status, 400, path)
  })
  test('puts no token into an address', async () => {
    const token = await tokenOf()
    for (const name of ['access_token', 'ACCESS_TOKEN', 'access%5Ftoken']) {
      const answer = await ask(door.port, `/agents/calc/?${name}=${token}`)
      assert.equal(answer.status, 400)
      assert.match(detailOf(answer), /Authorization: Bearer/)
      assert.ok(!answer.text.includes(token))
    }
  })
  for (const host of [
    'evil.example',
    '127.0.0.1',
    'agents.example.com:1',
    'agents.example.com.evil.example',
    'x@agents.example.com',
  ])
    test(`is at the wrong site with Host ${host}`, async () => {
      const answer = await ask(door.port, '/agents/calc/', { headers: { ...(await asAlice()), host } })
      assert.deepEqual([answer.status, typeOf(answer)], [421, 'wrong-host'])
    })
  test('gets nothing by two Hosts, or two lengths', async () => {
    const authorization = `Authorization: Bearer ${await tokenOf()}`
    const two = ['GET /agents/calc/ HTTP/1.1', 'Host: agents.example.com', 'Host: evil.example', authorization]
    assert.match(await raw(two), /^HTTP\/1\.1 400 /)
    const smuggled = [
      'POST /agents/calc/ HTTP/1.1',
      'Host: agents.example.com',
      authorization,
      'Content-Length: 4',
      'Transfer-Encoding: chunked',
    ]
    assert.match(await raw([...smuggled, '', '0', '', 'GET /agents/calc/smuggled HTTP/1.1']), /^HTTP\/1\.1 400 /)
    assert.ok(!seen?.url?.includes('smuggled'))
  })
  test('does not have another page call (CORS)', async () => {
    const headers = { ...(await asAlice()), origin: 'https://evil.example' }
    assert.equal(typeOf(await ask(door.port, '/agents/calc/', { headers })), 'wrong-origin')
    const asked = { 'access-control-request-method': 'POST' }
    const preflight = { method: 'OPTIONS', headers: { ...asked, origin: 'https://app.example' } }
    const allowed = await ask(door.port, '/agents/calc/', preflight)
    assert.deepEqual([allowed.status, allowed.headers['access-control-allow-origin']], [204, 'https://app.example'])
    assert.equal(allowed.headers['access-control-allow-credentials'], undefined)
  })
  test('has no agent call where it likes', async () => {
    const post = async (body: object): Promise<Answered> =>
      ask(door.port, '/agents/calc/a2a', {
        method: 'POST',
        headers: { ...(await asAlice()), 'content-type': 'text/plain' },
        body: JSON.stringify(body),
      })
    seen = undefined
    const message = { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x' }] }
    const url = 'http://169.254.169.254/latest'
    for (const body of [
      { jsonrpc: '2.0', id: 1, method: 'CreateTaskPushNotificationConfig', params: { taskId: 't', url } },
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'SendMessage',
        params: { message, configuration: { taskPushNotificationConfig: { url } } },
      },
      [
        {
          jsonrpc: '2.0',
          id: 1,
          method: 'message/send',
          params: { message, configuration: { push_notification_config: { url } } },
        },
      ],
    ]) {
      const answer = await post(body)
      assert.deepEqual([answer.status, typeOf(answer)], [403, 'refused'])
    }
    assert.equal(seen, undefined)
  })
  test('sends no more than may be sent, said or not', async () => {
    const body = 'x'.repeat(65_537)
    const headers = await asAlice()
    assert.equal((await ask(door.port, '/agents/calc/', { method: 'POST', headers, body })).status, 413)
    const chunked = { ...headers, 'transfer-encoding': 'chunked' }
    assert.equal((await ask(door.port, '/agents/calc/', { method: 'POST', headers: chunked, body })).status, 413)
  })
  test('without a token has nothing held, and nothing kept', async () => {
    const path = '/agents/calc/.well-known/agent-card.json'
    const chunked = { 'transfer-encoding': 'chunked' }
    assert.equal((await ask(door.port, path, { headers: chunked, body: 'x' })).status, 413)
    const headers = { 'Idempotency-Key': 'one', 'Last-Event-ID': 'vagus.x.1' }
    assert.equal((await ask(door.port, path, { headers })).status, 200)
    assert.deepEqual([seen?.headers['idempotency-key'], seen?.headers['last-event-id']], [undefined, undefined])
  })
  test('holds no more streams than may be held', async () => {
    const headers = { ...(await asAlice({ sub: 'eve' })), accept: 'text/event-stream' }
    const held = [open(headers), open(headers)]
    await Promise.all(held.map(({ answered }) => answered))
    const answer = await ask(door.port, '/agents/calc/stream', { headers })
    assert.deepEqual([answer.status, typeOf(answer), answer.headers['retry-after']], [429, 'too-many', '1'])
    for (const { socket } of held) socket.destroy()
  })
  test('leaves no more calls behind than those of one caller may be, and others none of theirs', async () => {
    const headers = await asAlice({ sub: 'mallory' })
    for (let at = 1; at <= 64; at++) {
      const { socket } = open({ ...headers, 'idempotency-key': `k${at}` }, '/silent')
      await eventually('the agent has the request', () => silent === at)
      socket.destroy()
    }
    const answer = await until(
      () => ask(door.port, '/agents/calc/', { headers }),
      ({ status }) => status === 503,
    )
    assert.equal(typeOf(answer), 'limit')
    assert.equal((await ask(door.port, '/agents/calc/', { headers: await asAlice() })).status, 200)
  })
  test('as a member without the role speaks for nobody', async () => {
    const { encodeRequestHead, outsideProtocol } = await import('../../src/wire/http-exchange.ts')
    const outsider = { issuer: issuerName, subject: 'alice', scopes: ['read'], groups: [] }
    const head = encodeRequestHead({ method: 'GET', target: '/', headers: [], speech: 'http', outsider })
    const exchange = await thief.call('calc', { protocol: outsideProtocol, head })
    await exchange.end()
    let text = ''
    for await (const { octets } of exchange.messages()) text += Buffer.from(octets).toString()
    assert.match(text, /thief may not speak for callers outside.*outside-gateway/)
  })
})

test('a certificate is renewed without a restart', { skip: needs('openssl') }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-gateway-'))
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const make = (name: string): void => {
    const options = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=${name}`
    execFileSync('openssl', [...options.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' })
  }
  make('first')
  const told: string[] = []
  const secure = await gatewayOn(network, {
    tls: new TlsFiles({ cert, key }, (line) => told.push(line)),
    published: new Map(),
  })
  t.after(async () => {
    await secure.close()
    rmSync(folder, { recursive: true })
  })
  const shown = async (): Promise<unknown> => {
    const socket = connectTls({ port: secure.port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { CN } = socket.getPeerCertificate().subject
    socket.destroy()
    return CN
  }
  assert.equal(await shown(), 'first')
  writeFileSync(cert, 'half of one') // as it is being written
  await eventually(
    () => told.join(),
    () => told.some((line) => /certificate of before stays/.test(line)),
    { seconds: 30 },
  )
  assert.equal(await shown(), 'first')
  make('second')
  await eventually(
    () => told.join(),
    async () => (await shown()) === 'second',
    { seconds: 30 },
  )
})

/** A stream that stays open. */
function open(headers: Readonly<Record<string, string>>, path = '/stream') {
  const socket = connect(door.port, '127.0.0.1')
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.write(`${[`GET /agents/calc${path} HTTP/1.1`, 'Host: agents.example.com', ...fields].join('\r\n')}\r\n\r\n`)
  return { socket, answered: new Promise((resolve) => socket.once('data', resolve)) }
}

/** What comes back for these lines. */
function raw(lines: readonly string[]): Promise<string> {
  const socket = connect(door.port, '127.0.0.1')
  socket.end(`${lines.join('\r\n')}\r\n\r\n`)
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (part) => (text += part.toString()))
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}
