/** Requests whose content comes after a newer roster than their head. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Member, verifyRoster } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { eventually } from '../../../../scripts/eventually.ts'
import { Fleet } from '../../src/roster/fleet.ts'
import { endServer, listening, sidecar } from '../sidecars.ts'
import { VirtualNetwork } from '../virtual-network.ts'
import { everything, newId, newOwner } from './rosters.ts'

const owner = newOwner()
const [own, caller] = [newId(), newId()]
const onThisNetwork = (id: string): string => id.replace('did:key:', '')
let fleet: Fleet
let epoch = 0
let begun: Awaited<ReturnType<typeof begin>>

function publish(roles: readonly string[], policies = everything): void {
  const members: readonly Member[] = [
    { id: own, name: 'own', roles: [] },
    { id: caller, name: 'caller', roles },
  ]
  const read = verifyRoster(owner.sign({ epoch: ++epoch, members, policies }), Date.now(), identityCrypto)
  assert.ok(read.type === 'verified')
  fleet.take(read.roster)
}

async function begin() {
  const network = new VirtualNetwork()
  const got: { readonly roles: unknown; readonly content: string }[] = []
  const { server, url } = await listening((incoming, response) => {
    void text(incoming).then((content) => {
      got.push({ roles: incoming.headers['vagus-member-roles'], content })
      response.end()
    })
  })
  let decided = 0
  const watch = fleet.watch.bind(fleet)
  fleet.watch = (watcher) => {
    decided++
    return watch(watcher)
  }
  const serving = await sidecar(network, onThisNetwork(own), { exposed: { mcp: `${url}/mcp` }, fleet })
  const calling = await sidecar(network, onThisNetwork(caller))
  const at = `${calling.url}/agents/${onThisNetwork(own)}/mcp`
  return {
    got,
    /** A request whose head is decided, and whose content is still to come. */
    async post(): Promise<ClientRequest> {
      const sent = request(at, { method: 'POST', headers: { 'content-type': 'application/json' } })
      sent.flushHeaders()
      const before = decided
      await eventually('its head is decided', () => decided > before)
      return sent
    },
    close(): void {
      calling.kill()
      serving.kill()
      endServer(server)
    },
  }
}

beforeEach(async () => {
  fleet = new Fleet(owner.id, own)
  publish(['head', 'reader'])
  begun = await begin()
})
afterEach(() => begun.close())

async function answerTo(sent: ClientRequest, content: string): Promise<number> {
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  sent.end(content)
  const [answer] = await answered
  answer.resume()
  return answer.statusCode!
}
const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'delete' } })

describe('a request whose content comes after a newer roster', () => {
  test('comes with the roles of that one', async () => {
    const sent = await begun.post()
    publish(['reader'])
    assert.equal(await answerTo(sent, call), 200)
    assert.deepEqual(begun.got, [{ roles: 'reader', content: call }])
  })
  test('does not reach the local server where that one wants to know what it asks for', async () => {
    const sent = await begun.post()
    publish(['reader'], `${everything} forbid (principal, action, resource) when { context has tool };`)
    assert.ok((await answerTo(sent, call)) >= 400)
    await pause(100)
    assert.deepEqual(begun.got, [])
  })
})
