import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parsePrefix } from '@vagus/address'
import type { Dimension, FilterDimension } from '@vagus/api'
import type { View } from '../../src/domain/view.ts'
import { columnNames, nameOfKey, namesOfKey, storeTerms } from '../../src/resources/key-names.ts'

/** Numbers that stand for themselves ask nothing of it. */
const view = {} as View
const filtered = (dimension: FilterDimension, value: string): unknown =>
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
    assert.equal(filtered('version', '0'), 0)
    assert.throws(() => filtered('version', '7'), /version must be 4, 6, or 0 for what is not IP, got "7"/)
  })
  const taken: readonly (readonly [FilterDimension, string, unknown])[] = [
    ['protocol', 'TCP', 6],
    ['protocol', 'IPv6-ICMP', 58],
    ['dstPort', '443-445', { from: 443, to: 445 }],
    ['port', '80 - 80', 80],
    ['srcAs', '64512-65534', { from: 64_512, to: 65_534 }],
    ['dscp', '46', 46],
    ['tos', '184-187', { from: 184, to: 187 }],
    ['dstPort', 'icmp', { from: 0x1_0000, to: 0x1_ffff }],
    ['port', 'ICMP', { from: 0x1_0000, to: 0x1_ffff }],
    ['dstPort', '8/1', 0x1_0801],
    ['host', '192.0.2.0/24', parsePrefix('192.0.2.0/24')],
  ]
  for (const [dimension, value, expected] of taken)
    test(`a filter takes ${dimension}=${value}`, () => assert.deepEqual(filtered(dimension, value), expected))
  const refused: readonly (readonly [FilterDimension, string, RegExp])[] = [
    ['protocol', 'tpc', /protocol must be a number 0..255 or one of icmp, tcp, .*, got "tpc"/],
    ['protocol', '256', /0..255/],
    ['dstPort', 'https', /dstPort must be a number 0..65535 or a range .*got "https".*application=https/],
    ['dstPort', '445-443', /0..65535 or a range such as 8-15, got "445-443"/],
    ['port', '80-65536', /0..65535/],
    ['dstPort', '8/256', /TYPE\/CODE, each 0..255, such as 8\/0, got "8\/256"/],
    ['srcPort', '8/0', /srcPort must be a number 0..65535/],
    ['dscp', '184', /dscp must be a number 0..63/],
    ['srcAs', '-1', /srcAs must be a number 0..4294967295/],
    ['host', 'router', /router/],
  ]
  for (const [dimension, value, problem] of refused)
    test(`a filter refuses ${dimension}=${value}`, () => assert.throws(() => filtered(dimension, value), problem))
})

describe('ports of ICMP', () => {
  test('are its type and code beside the protocol, and all of it where there is none', () => {
    assert.deepEqual(namesOfKey(view, ['protocol', 'dstPort'], [1, 2048]), { protocol: 'icmp', dstPort: '8/0' })
    assert.deepEqual(namesOfKey(view, ['dstPort', 'protocol'], [2048, 6]), { dstPort: '2048', protocol: 'tcp' })
    assert.deepEqual(namesOfKey(view, ['srcPort', 'dstPort'], [0x1_0000, 443]), { srcPort: 'icmp', dstPort: '443' })
  })
  const portOf = (...protocols: string[]): unknown => {
    const terms = protocols.map((value) => ({ dimension: 'protocol', is: 'equal', value }) as const)
    return storeTerms(view, [{ dimension: 'dstPort', is: 'equal', value: '2048' }, ...terms])[0]?.value
  }
  test('are meant by a number where a filter asks for nothing else', () => {
    assert.equal(portOf('icmp'), 0x1_0800)
    assert.equal(portOf('icmp', '58'), 0x1_0800)
    assert.equal(portOf('icmp', 'tcp'), 2048)
    assert.equal(portOf(), 2048)
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
