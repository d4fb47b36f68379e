import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withoutReplaced } from '../../src/domain/replaced-streams.ts'

/** Seconds become milliseconds; a stream of pe-1 over IPFIX unless told otherwise. */
const stream = (port: number, first: number, last: number, other = {}) => ({
  address: '10.255.1.1',
  protocol: 'ipfix' as const,
  domain: 0,
  port,
  firstAt: first * 1000,
  lastAt: last * 1000,
  ...other,
})
type Stream = ReturnType<typeof stream>
const quietAfter = 30_000
const ports = (streams: readonly Stream[], now: number): number[] =>
  withoutReplaced(streams, quietAfter, now * 1000).map(({ port }) => port)

describe('streams of an exporter that was started again', () => {
  test('give way to its new ones, once they have been quiet', () => {
    const streams = [stream(1, 0, 100), stream(2, 0, 101), stream(3, 105, 150), stream(4, 106, 150)]
    assert.deepEqual(ports(streams, 129), [1, 2, 3, 4])
    assert.deepEqual(ports(streams, 150), [3, 4])
  })
  test('stay where fewer begin than stopped: the one that stays stopped first', () => {
    assert.deepEqual(ports([stream(1, 0, 100), stream(2, 0, 101), stream(3, 105, 150)], 150), [1, 3])
  })
  test('stay where nothing began after their last datagram', () => {
    assert.deepEqual(ports([stream(1, 0, 100), stream(2, 50, 150)], 150), [1, 2])
  })
  test('stay where what began is of another address, protocol or observation domain', () => {
    for (const other of [{ address: '10.255.1.2' }, { protocol: 'sflow5' as const }, { domain: 1 }])
      assert.deepEqual(ports([stream(1, 0, 100), stream(2, 105, 150, other)], 150), [1, 2])
  })
  test('go over several starts, and stay again when the exporter has stopped for good', () => {
    const streams = [stream(1, 0, 100), stream(2, 105, 150), stream(3, 160, 200)]
    assert.deepEqual(ports(streams, 300), [3])
  })
})
