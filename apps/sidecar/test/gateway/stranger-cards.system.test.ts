/** What strangers get at the address of an agent's card: a card, or the same refusal whatever is there. */
import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { endServer, listening, sidecar } from '../sidecars.ts'
import { VirtualNetwork } from '../virtual-network.ts'
import { type Answered, ask, doorRole, fleetOf, gatewayOn, tokenOf } from './gateways.ts'

const json = 'application/json'
const card = {
  name: 'calc',
  description: 'calculates',
  version: '1',
  supportedInterfaces: [{ url: 'http://127.0.0.1:9/a2a', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
  capabilities: {},
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [],
}
/** What the agent's own server does at the address of its card. */
let serve: RequestListener
const answering =
  (status: number, type: string, content: string | Buffer, more: Readonly<Record<string, string>> = {}) =>
  (): void => {
    serve = (_, response) => response.writeHead(status, { 'content-type': type, ...more }).end(content)
  }
const local = await listening((request, response) => serve(request, response))
const network = new VirtualNetwork()
const members = { calc: [], writer: [], door: [doorRole] }
const open = 'permit (principal, action, resource);'
const calc = await sidecar(network, 'calc', { exposed: { a2a: local.url }, fleet: fleetOf('calc', open, members) })
const writer = await sidecar(network, 'writer', {
  exposed: { a2a: local.url },
  fleet: fleetOf('writer', 'permit (principal is Outsider, action, resource);', members),
})
const door = await gatewayOn(network)
after(async () => {
  await Promise.all([calc.close(), writer.close(), door.close()])
  endServer(local.server)
})

const cardOf = (agent: string, more: Parameters<typeof ask>[2] = {}): Promise<Answered> =>
  ask(door.port, `/agents/${agent}/.well-known/agent-card.json`, more)

describe('a stranger, at the address of a card,', () => {
  const text = JSON.stringify(card)
  test('gets the card', async () => {
    for (const type of [json, `${json}; charset=utf-8`, 'application/a2a+json']) {
      answering(200, type, text)()
      const { status, text: shown } = await cardOf('calc')
      assert.equal(status, 200, type)
      assert.equal((JSON.parse(shown) as typeof card).supportedInterfaces[0]!.url.endsWith('/agents/calc/a2a'), true)
    }
    const head = await cardOf('calc', { method: 'HEAD' })
    assert.deepEqual([head.status, head.text], [200, ''])
  })

  const deep = `{"capabilities":{},${text.slice(1, -1)},"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
  const others: readonly (readonly [string, () => void])[] = [
    ['HTML', answering(200, 'text/html', '<title>intranet</title>')],
    ['a card that is said to be HTML', answering(200, 'text/html', text)],
    ['other JSON', answering(200, json, '{"users":["ada"]}')],
    ['a list of cards', answering(200, json, `[${text}]`)],
    ['a card without its name', answering(200, json, JSON.stringify({ ...card, name: undefined }))],
    ['an answer of JSON-RPC', answering(200, json, `{"jsonrpc":"2.0","id":1,"result":${text}}`)],
    ['a card that is one of JSON-RPC, too', answering(200, json, JSON.stringify({ ...card, jsonrpc: '2.0' }))],
    ['half a card', answering(200, json, text.slice(0, 40))],
    ['nothing', answering(200, json, '')],
    ['a card that is nested too deeply', answering(200, json, deep)],
    [
      'a card of more than 1 MiB',
      answering(200, json, JSON.stringify({ ...card, description: 'x'.repeat(1_048_576) })),
    ],
    ['a compressed card', answering(200, json, gzipSync(text), { 'content-encoding': 'gzip' })],
    ['an error with a trace', answering(500, 'text/plain', 'at /home/ada/agent.py')],
    ['a card with another status', answering(203, json, text)],
    ['a page that says there is none', answering(404, 'text/html', 'nginx/1.0')],
    ['a way elsewhere', answering(302, 'text/plain', '', { location: 'http://intranet.example/' })],
    ['a challenge of its own', answering(401, 'text/plain', '', { 'www-authenticate': 'Basic realm="intranet"' })],
    ['events', answering(200, 'text/event-stream', 'data: x\n\n')],
    ['less than announced', answering(200, json, text.slice(0, 40), { 'content-length': '4000' })],
    ['a broken connection', () => (serve = (request) => request.socket.destroy())],
  ]
  for (const [what, begin] of others)
    test(`is told that there is none, where the agent has ${what}`, async () => {
      begin()
      for (const method of ['GET', 'HEAD']) {
        const { status, headers, text: told } = await cardOf('calc', { method })
        assert.equal(status, 404)
        assert.equal(headers['content-type'], 'application/problem+json')
        if (method === 'GET') assert.equal((JSON.parse(told) as { type: string }).type, 'urn:vagus:problem:no-card')
        for (const secret of ['intranet', 'users', 'ada', 'nginx']) assert.ok(!told.includes(secret), told)
        assert.equal(headers['location'] ?? headers['www-authenticate'], undefined)
      }
    })

  test('is told the same where policies refuse, and nothing of the policies', async () => {
    answering(200, json, text)()
    const { status, text: told } = await cardOf('writer')
    assert.equal(status, 404)
    assert.match(told, /no-card/)
    assert.doesNotMatch(told, /polic|permit/)
  })

  test('has no part of it asked for, and none that depends on what it has', async () => {
    let asked: object = {}
    serve = ({ headers }, response) => {
      asked = headers
      response.setHeader('content-type', json).end(text)
    }
    const headers = { range: 'bytes=0-1', 'if-none-match': '*', 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' }
    assert.equal((await cardOf('calc', { headers })).status, 200)
    for (const name of Object.keys(headers)) assert.ok(!Object.hasOwn(asked, name), name)
  })

  test('gets with a token what is there', async () => {
    answering(200, 'text/html', 'served')()
    const { status, text: told } = await cardOf('calc', { headers: { authorization: `Bearer ${await tokenOf()}` } })
    assert.deepEqual([status, told], [200, 'served'])
  })
})
