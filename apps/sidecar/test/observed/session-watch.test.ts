import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection, ConnectionEvent, Path } from '@vagus/agent'
import type { ObservedCall } from '../../src/observed/observed-call.ts'
import { watchSessions } from '../../src/observed/session-watch.ts'

const path = (kind: Path['kind']): Path => ({ kind }) as Path
const session = (id: string, how: Connection['how'], events: readonly ConnectionEvent[]): Connection =>
  ({
    peer: { identity: { id } },
    how,
    events: async function* () {
      yield* events
    },
  }) as unknown as Connection // what is watched of it

test('calls hear what the sessions of their own agents do, by kinds of paths and without addresses', async () => {
  const told: unknown[] = []
  const callOf = (peer: string): ObservedCall =>
    ({
      peer,
      event: (name: string, attributes: object) => void told.push([peer, name, attributes]),
    }) as unknown as ObservedCall
  const [udp, relay] = [path('udp'), path('relay')]
  const connections = async function* (): AsyncGenerator<Connection> {
    yield session('calc', 'handshake', [
      { event: 'path.opened', path: udp },
      { event: 'path.switched', from: udp, to: relay },
      { event: 'path.switched', from: relay, to: undefined },
      { event: 'gap', milliseconds: 1234.5 },
    ])
    await new Promise((resolve) => setImmediate(resolve))
    yield session('calc', 'ticket', [])
  }
  await watchSessions({ connections }, () => [callOf('calc'), callOf('other')])
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(told, [
    ['calc', 'vagus.path.moved', { 'vagus.path.from': 'udp', 'vagus.path.to': 'relay' }],
    ['calc', 'vagus.path.lost', { 'vagus.path.from': 'relay' }],
    ['calc', 'vagus.gap', { 'vagus.gap.ms': 1235 }],
    ['calc', 'vagus.session.closed', {}],
    ['calc', 'vagus.session.opened', { 'vagus.session.how': 'ticket' }],
    ['calc', 'vagus.session.closed', {}],
  ])
})
