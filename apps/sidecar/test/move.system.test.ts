import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Agent, type Move, NoSuchNetworkError } from '@vagus/agent'
import type { Sidecar } from '../src/index.ts'
import { sidecar as sidecarOf } from './sidecars.ts'
import { VirtualNetwork } from './virtual-network.ts'

describe('a move told to a side-car', () => {
  const announced: Move[] = []
  const network = new VirtualNetwork()
  const agent: Agent = Object.assign(Object.create(network.open('mover')) as Agent, {
    announceMove: async (move: Move) => {
      if (move.to === 'nosuch0') throw new NoSuchNetworkError('no interface, address or prefix nosuch0 here')
      announced.push(move)
    },
  })
  let sidecar: Sidecar
  const tell = (body: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${sidecar.url}/move`, { method: 'POST', body, ...init })

  before(async () => {
    sidecar = await sidecarOf(network, 'mover', { agent })
  })
  after(() => sidecar.close())

  test('reaches its agent as it is, and is answered when that has gone', async () => {
    const at = Date.now() + 5000
    assert.equal((await tell(JSON.stringify({ from: 'wlan0', to: '10.45.0.0/16', at }))).status, 204)
    assert.equal((await tell('{"to":"wwan0","gap":200}')).status, 204)
    assert.deepEqual(announced, [
      { from: 'wlan0', to: '10.45.0.0/16', at },
      { to: 'wwan0', gap: 200 },
    ])
  })

  const rejects: readonly (readonly [name: string, body: string, says: RegExp])[] = [
    ['no JSON', 'wwan0', /it is no JSON object/],
    ['a list', '[]', /it is no JSON object/],
    ['an empty object', '{}', /it says neither/],
    ['an unknown key', '{"to":"a","until":1}', /"until" is no key of it/],
    ['a network that is no name', '{"to":"a b"}', /"to" must be an interface, an address or a prefix/],
    ['to a network that is not there', '{"to":"nosuch0"}', /no interface, address or prefix nosuch0 here/],
    ['a gap that is an outage', '{"to":"a","gap":60001}', /"gap" must be the milliseconds .* 0\.\.60000/],
    ['a time long ahead', '{"to":"a","at":9e15}', /at most an hour ahead/],
    ['more than it can be', `{"to":"${'a'.repeat(5000)}"}`, /at most 4096 octets/],
  ]
  for (const [name, body, says] of rejects) {
    test(`is refused when it is ${name}`, async () => {
      const response = await tell(body)
      assert.equal(response.status, 400)
      assert.match(((await response.json()) as { detail: string }).detail, says)
    })
  }

  test('is not taken from a page of another origin, nor read by GET', async () => {
    assert.equal((await tell('{"to":"a"}', { headers: { origin: 'http://evil.example' } })).status, 403)
    assert.equal((await fetch(`${sidecar.url}/move`)).status, 404)
  })
})
