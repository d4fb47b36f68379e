import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { runDevice } from '../src/index.ts'

test('sends the interface counters as sFlow version 5 until it is stopped', async () => {
  const collector = createSocket('udp4')
  collector.bind(0, '127.0.0.1')
  await once(collector, 'listening')
  const stop = new AbortController()
  const running = runDevice(
    {
      name: 'pe-1',
      agent: '192.0.2.1',
      collector: { address: '127.0.0.1', port: collector.address().port },
      interval: 100,
    },
    stop.signal,
  )
  const sequences: number[] = []
  while (sequences.length < 2) {
    const [datagram] = (await once(collector, 'message')) as [Buffer]
    assert.deepEqual([datagram.readUint32BE(0), datagram.readUint32BE(4)], [5, 1])
    assert.equal(datagram.subarray(8, 12).toString('hex'), 'c0000201')
    sequences.push(datagram.readUint32BE(16))
  }
  assert.deepEqual(sequences, [1, 2])
  stop.abort()
  await running
  collector.close()
})

test('refuses an agent address that is none', async () => {
  const options = { name: 'pe-1', agent: 'pe-1', collector: { address: '127.0.0.1', port: 6343 } }
  await assert.rejects(runDevice(options, AbortSignal.abort()), { name: 'RangeError', message: /"agent" must be/ })
})
