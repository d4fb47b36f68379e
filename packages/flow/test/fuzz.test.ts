/** The collector never throws or grows past its limits, whatever it receives. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { exporterAt } from './datagrams.ts'
import { fuzz } from './fuzz.ts'
import { collectRows } from './rows.ts'

test('mutated datagrams of every kind neither throw nor exceed a limit', () => {
  const { datagrams, malformed, rows, restarts } = fuzz({ count: 1000, seed: 1 })
  assert.deepEqual([datagrams, restarts], [1000, 2])
  // Some must reach the decoders and some must be rejected, or the test proves nothing.
  assert.ok(malformed > 100 && malformed < 900 && rows > 100, `${malformed} malformed, ${rows} rows`)
})

test('random octets after a version number never throw', () => {
  const version = fc.constantFrom([0, 5], [0, 9], [0, 10], [0, 0, 0, 5])
  fc.assert(
    fc.property(version, fc.uint8Array({ maxLength: 200 }), (first, rest) => {
      const { collector, rows } = collectRows()
      collector.receive(new Uint8Array([...first, ...rest]), exporterAt(1), 1000)
      collector.tick(2000)
      const octets = rest.length + first.length
      const taken = rows()
      if (first.length === 2 && first[1] === 5) {
        // Version 5 has no templates: as many IPv4 rows as the header states and the datagram holds.
        const stated = rest.length < 22 ? 0 : rest[0]! * 256 + rest[1]!
        const held = Math.max(0, Math.floor((octets - 24) / 48))
        assert.deepEqual(
          taken.map((row) => row.version),
          Array.from({ length: Math.min(stated, held) }, () => 4),
        )
      }
      assert.ok(taken.length <= octets)
      const { datagrams, streams, malformed, parked } = collector.totals()
      assert.equal(datagrams, 1)
      assert.ok(streams === 1 || malformed === 1, 'a datagram is of a stream, or is said to be malformed')
      assert.ok(parked <= rest.length / 4)
    }),
    { numRuns: 150 },
  )
})
