import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { Connections, maxConnections, maxOfOne } from '../../src/http/connections.ts'

test('connections count by what they ask: any number asks to wait, so many for something else', () => {
  const connections = new Connections({ limit: 1000 })
  const sockets = Array.from({ length: connections.limit }, () => new EventEmitter() as Socket)
  for (const socket of sockets) connections.came(socket)
  let closed = 0
  connections.came(Object.assign(new EventEmitter(), { destroy: () => void closed++ }) as unknown as Socket)
  assert.equal(closed, 1, 'one more than there may be')
  const ask = (socket: Socket, url: string, method = 'GET') => connections.asks({ socket, url, method })
  const wait = '/v1/rosters/acme?after=1&wait=25'
  const others = ['/v1/rosters', '/v1/rosters/acme', '/v1/rosters/acme?wait=0', '/v1/agents/a?wait=1']
  for (const socket of sockets) assert.equal(ask(socket, wait), 'in')
  for (const [at, socket] of sockets.slice(0, maxConnections).entries())
    assert.equal(ask(socket, others[at % others.length]!), 'in')
  const [first, second] = [sockets[0]!, sockets[1]!]
  const more = sockets.at(-1)!
  assert.deepEqual(
    [ask(first, '/'), ask(more, '/'), ask(more, wait, 'HEAD'), ask(more, wait)],
    ['in', 'full', 'full', 'in'],
  )
  ask(first, wait)
  assert.equal(ask(more, '/'), 'in', 'one that asks to wait counts no more')
  assert.equal(ask(first, '/'), 'full')
  second.emit('close')
  assert.equal(ask(first, '/'), 'in')
})

test('one host elsewhere has its share of them; a proxy on this host may have all', () => {
  const newConnections = () => new Connections({ limit: 1000 })
  const sockets = (remoteAddress: string, count: number) =>
    Array.from({ length: count }, () => Object.assign(new EventEmitter(), { remoteAddress }) as Socket)
  const answers = (all: readonly Socket[], connections = newConnections()) => {
    for (const socket of all) if (socket.listenerCount('close') === 0) connections.came(socket)
    return all.filter((socket) => connections.asks({ socket, url: '/', method: 'GET' }) === 'in').length
  }
  for (const here of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    assert.equal(answers(sockets(here, maxConnections + 1)), maxConnections, here)
  const connections = newConnections()
  const greedy = [...sockets('2001:db8::1', 100), ...sockets('2001:db8::2', 100)]
  assert.equal(answers(greedy, connections), maxOfOne, 'a /64 is one host')
  assert.equal(answers(sockets('192.0.2.1', 20), connections), 20)
  greedy[0]!.emit('close')
  assert.equal(answers(greedy.slice(1), connections), maxOfOne, 'those that are in stay, and one more comes')
})
