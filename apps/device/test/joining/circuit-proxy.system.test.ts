/** A circuit proxy between real sockets: octets arrive as they were sent, and what it refuses is closed at once. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../../../../scripts/eventually.ts'
import { CircuitCount, circuitLimits } from '../../src/joining/circuit-limits.ts'
import { type CircuitEvent, type CircuitProxy, openCircuitProxy } from '../../src/joining/circuit-proxy.ts'

let registrar: Server
/** What the registrar does with a connection. */
let serve: (socket: Socket) => void
const events: CircuitEvent[] = []
const count = new CircuitCount()
let place: { address: string; port: number } | undefined
let proxy: CircuitProxy

before(async () => {
  registrar = createServer({ allowHalfOpen: true }, (socket) => serve(socket.on('error', () => undefined)))
  registrar.listen(0, '::1')
  await once(registrar, 'listening')
  place = { address: '::1', port: (registrar.address() as AddressInfo).port }
  proxy = await openCircuitProxy({
    listenAt: '::1',
    registrar: () => place,
    count,
    onCircuit: (event) => void events.push(event),
    idleMs: 300,
  })
})
after(async () => {
  await proxy.close()
  registrar.close()
})

const newcomer = (): Socket =>
  connect({ host: '::1', port: proxy.port, allowHalfOpen: true }).on('error', () => undefined)
const closed = async (socket: Socket): Promise<void> => {
  socket.resume().once('end', () => socket.end())
  if (!socket.closed) await once(socket, 'close')
}

describe('a circuit proxy', () => {
  test('carries octets both ways as they are, also after one side has ended', async () => {
    serve = (socket) => void (async () => socket.end(Buffer.concat([await buffer(socket), Buffer.from('!')])))()
    const sent = randomBytes(100_000)
    const socket = newcomer()
    socket.end(sent)
    assert.deepEqual(await buffer(socket), Buffer.concat([sent, Buffer.from('!')]))
    await eventually('no circuit is left', () => count.all === 0)
  })

  test('takes no more than its burst at once from a newcomer that floods, and its rate after that', async () => {
    let heard = 0
    serve = (socket) => void socket.on('data', ({ length }) => (heard += length))
    const socket = newcomer()
    const since = performance.now()
    socket.write(Buffer.alloc(2_000_000))
    await eventually('the burst has passed', () => heard > circuitLimits.burst)
    const seconds = (performance.now() - since) / 1000
    // What lies in the buffers of two sockets has passed, too.
    assert.ok(heard <= circuitLimits.burst + seconds * circuitLimits.rate + 2 * 65_536, `${heard} after ${seconds} s`)
    socket.destroy()
    await eventually('no circuit is left', () => count.all === 0)
  })

  test('refuses the fifth circuit of one newcomer, closes those that are idle, and serves again', async () => {
    serve = () => undefined
    const sockets = Array.from({ length: circuitLimits.perSource + 1 }, newcomer)
    await Promise.all(sockets.map(closed))
    assert.equal(events.filter(({ type }) => type === 'refused').length, 1)
    await eventually('no circuit is left', () => count.all === 0)
    serve = (socket) => void socket.end('here')
    assert.equal(String(await buffer(newcomer())), 'here')
  })

  test('closes at once when the registrar does not answer, or none is known, and says so', async () => {
    const known = place
    place = { address: '::1', port: 1 }
    await closed(newcomer())
    const last = events.at(-1)
    assert.ok(last?.type === 'unreachable' && last.because.includes('ECONNREFUSED'), JSON.stringify(last))
    place = undefined
    await closed(newcomer())
    assert.deepEqual(events.at(-1), { type: 'refused', source: '::1', because: 'no registrar is known' })
    place = known
    await eventually('no circuit is left', () => count.all === 0)
  })

  test('ends its circuits when it is closed', async () => {
    serve = () => undefined
    const other = await openCircuitProxy({
      listenAt: '::1',
      registrar: () => place,
      count,
      onCircuit: () => undefined,
    })
    const socket = connect({ host: '::1', port: other.port }).on('error', () => undefined)
    await eventually('the circuit is there', () => count.all === 1)
    await other.close()
    await closed(socket)
    await eventually('no circuit is left', () => count.all === 0)
  })
})
