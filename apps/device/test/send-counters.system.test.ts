import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { eventually } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { sendCounters } from '../src/index.ts'

test('sends the interface counters as sFlow version 5 until it is stopped', async () => {
  const collector = createSocket('udp4')
  collector.bind(0, '127.0.0.1')
  await once(collector, 'listening')
  const stop = new AbortController()
  const running = sendCounters(
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

test('goes on after a pause of the whole machine without a warning of Node', async (t) => {
  const warnings: string[] = []
  const warned = ({ name }: Error): void => void warnings.push(name)
  process.on('warning', warned)
  t.after(() => process.off('warning', warned))
  const collector = createSocket('udp4')
  t.after(() => collector.close())
  collector.bind(0, '127.0.0.1')
  await once(collector, 'listening')
  const stop = new AbortController()
  const options = { name: 'pe-1', agent: '192.0.2.1', interval: 100 }
  const { port } = collector.address()
  const running = sendCounters({ ...options, collector: { address: '127.0.0.1', port } }, stop.signal)
  for (let pause = 0; pause < 3; pause++) {
    await once(collector, 'message')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250)
  }
  await once(collector, 'message')
  stop.abort()
  await running
  assert.deepEqual(warnings, [])
})

test('refuses an agent address that is none', async () => {
  const options = { name: 'pe-1', agent: 'pe-1', collector: { address: '127.0.0.1', port: 6343 } }
  await assert.rejects(sendCounters(options, AbortSignal.abort()), { name: 'RangeError', message: /"agent" must be/ })
})

describe('counters come from', { skip: needs('netns') }, () => {
  const sourceOf = (...addresses: readonly string[]): string => {
    const script = join(import.meta.dirname, 'fixtures/counters-from.ts')
    const words = ['-Urn', process.execPath, script, ...addresses]
    return execFileSync('unshare', words, { encoding: 'utf8', timeout: 20_000 }).trim()
  }
  test('the address by which the collector knows the device, where this host has it', () => {
    assert.equal(sourceOf('192.0.2.1', '192.0.2.10'), '192.0.2.1')
    assert.equal(sourceOf('2001:db8::1', '2001:db8::10'), '2001:db8::1')
  })
  test('the address that is asked for', () => {
    assert.equal(sourceOf('192.0.2.1', '192.0.2.10', '192.0.2.2'), '192.0.2.2')
  })
})

test('says from which address it cannot send, and goes on', async () => {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(10_000)])
  const lines: string[] = []
  const options = { name: 'edge-1', agent: '192.0.2.1', source: '192.0.2.1', interval: 100 }
  const report = (line: string): void => {
    lines.push(line)
    stop.abort()
  }
  await sendCounters({ ...options, collector: { address: '127.0.0.1', port: 9 }, report }, signal)
  assert.deepEqual(lines, ['edge-1: cannot send from 192.0.2.1: bind EADDRNOTAVAIL 192.0.2.1'])
})

test('says that nothing listens at the collector, once, and that it sends again', async (t) => {
  const free = createSocket('udp4').bind(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address()
  await new Promise<void>((closed) => void free.close(closed))
  const stop = new AbortController()
  t.after(() => stop.abort())
  const said: string[] = []
  const options = { name: 'edge-1', agent: '192.0.2.1', interval: 100, collector: { address: '127.0.0.1', port } }
  const running = sendCounters({ ...options, report: (line) => said.push(line) }, stop.signal)
  await eventually('the refusal', () => said.length === 1)
  assert.match(said[0]!, new RegExp(`^edge-1: nothing listens at 127.0.0.1:${port}: is it in flow.listen`))
  const collector = createSocket('udp4').bind(port, '127.0.0.1')
  t.after(() => collector.close())
  await once(collector, 'message')
  await eventually('what follows', () => said.length > 1)
  assert.deepEqual(said.slice(1), ['edge-1: sends again'])
  stop.abort()
  await running
})
