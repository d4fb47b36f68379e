/** Whatever arrives, the collector neither throws nor grows past its limits. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { exporterAt } from './datagrams.ts'
import { fuzz } from './fuzz.ts'
import { collectRows } from './rows.ts'

test('mutated datagrams of every kind: none throws, no limit is passed', () => {
  const { datagrams, malformed, rows } = fuzz(1000, 1)
  assert.equal(datagrams, 1000)
  // Some of them must reach the decoders, and some must be refused, else nothing was tried.
  assert.ok(malformed > 100 && malformed < 900 && rows > 100, `${malformed} malformed, ${rows} rows`)
})

test('random octets behind a version number', () => {
  const version = fc.constantFrom([0, 5], [0, 9], [0, 10], [0, 0, 0, 5])
  fc.assert(
    fc.property(version, fc.uint8Array({ maxLength: 200 }), (first, rest) => {
      const { collector, rows } = collectRows()
      collector.receive(new Uint8Array([...first, ...rest]), exporterAt(1), 1000)
      collector.tick(2000)
      for (const { version: family } of rows()) assert.ok([0, 4, 6].includes(family) || family < 256)
    }),
    { numRuns: 150 },
  )
})
