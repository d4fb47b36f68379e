import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Dimension } from '@vagus/api'
import type { View } from '../../src/domain/view.ts'
import { columnNames, nameOfKey, storeTerms } from '../../src/resources/key-names.ts'

/** Numbers that stand for themselves ask nothing of it. */
const view = {} as View
const filtered = (dimension: Dimension, value: string): unknown =>
  storeTerms(view, [{ dimension, is: 'equal', value }])[0]?.value

describe('keys of flows', () => {
  const rows: readonly (readonly [Dimension, number, string])[] = [
    ['protocol', 6, 'tcp'],
    ['protocol', 58, 'ipv6-icmp'],
    ['protocol', 253, '253'],
    ['srcAs', 0, 'unknown'],
    ['dstAs', 64_500, '64500'],
    ['tos', 0, '0'],
  ]
  for (const [dimension, number, name] of rows)
    test(`${dimension} ${number} is called ${name}, and a filter takes that name`, () => {
      assert.equal(nameOfKey(view, dimension, number), name)
      assert.equal(filtered(dimension, name), number)
    })
  test('a filter takes a protocol by its number, too', () => assert.equal(filtered('protocol', '6'), 6))
  test('a filter for an IP version that is none is refused with those that are', () => {
    assert.equal(filtered('version', '6'), 6)
    assert.throws(() => filtered('version', '7'), /version must be 4 or 6, got "7"/)
  })
})

test('an exported column has the name of each number, from 1; an exporter its address, as far as it is known', () => {
  const named = (...names: string[]): { name: string }[] => names.map((name) => ({ name }))
  const domain = { sites: named('office'), devices: named('pe-1', 'pe-2'), applications: named('dns'), links: [] }
  const addressOf = (exporter: number): string | undefined => (exporter === 2 ? '192.0.2.1' : undefined)
  assert.deepEqual(columnNames({ domain: domain as unknown as View['domain'], addressOf }), {
    exporter: [undefined, '192.0.2.1'],
    srcSite: ['office'],
    dstSite: ['office'],
    application: ['dns'],
    ingressEdge: ['pe-1', 'pe-2'],
    egressEdge: ['pe-1', 'pe-2'],
  })
})
