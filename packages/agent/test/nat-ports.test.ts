import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AgentId } from '@vagus/identity'
import { parseEndpointUri } from '@vagus/transport'
import type { Link } from '../src/link/link.ts'
import { natPorts } from '../src/nat/ports.ts'
import { relayAddress, relayText } from '../src/relay/relay-message.ts'

const idOf = (name: string): AgentId => `did:key:${name}`
const linkTo = (name: string, more: object = {}): Link =>
  ({ isUp: true, peer: { identity: { id: idOf(name) } }, ...more }) as unknown as Link // no more is asked of it

test('who tells an agent where it is seen are its relays and those of the session, not one that another peer named', () => {
  const relays = [linkTo('own'), linkTo('between'), linkTo('chosen'), linkTo('own', { isUp: false })]
  const ports = natPorts(
    { id: idOf('me'), packet: () => undefined, drained: () => undefined, closed: () => undefined },
    { sources: [] },
    { connections: () => relays, addresses: () => [relayAddress(idOf('own'), 'a'.repeat(22))] },
    { targetOf: () => ({ candidates: { direct: [parseEndpointUri('udp://192.0.2.1:7601')] } }) as never },
  )
  const peer = linkTo('peer', { routes: { routes: () => [{ local: relayText(idOf('between')) }] } })
  assert.deepEqual(
    ports.observers(peer).map(({ link }) => link.peer.identity.id),
    [idOf('own'), idOf('between')],
  )
})
