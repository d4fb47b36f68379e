import assert from 'node:assert/strict'
import { test } from 'node:test'
import { borderEnds } from '../../src/steer/border.ts'
import { surgesOf } from '../../src/steer/fill.ts'
import { networkOf } from '../../src/topology/network.ts'
import { readTopology } from '../../src/topology/read.ts'

test('a border is the links between us and the neighbour, with its ends at the neighbour', () => {
  assert.deepEqual(borderEnds(networkOf(readTopology('border'))), [
    { link: 'pe-1-tr-1', capacity: 3e6, router: 'tr-1', interface: 'eth1' },
    { link: 'pe-2-tr-2', capacity: 2e6, router: 'tr-2', interface: 'eth1' },
    { link: 'pe-3-tr-2', capacity: 1.5e6, router: 'tr-2', interface: 'eth2' },
  ])
})

test('surges and the usual traffic to the others are together what is wanted', () => {
  const usual = { office: 200_000, factory: 100_000, field: 300_000 }
  const surges = surgesOf('transit', ['office', 'factory'], usual, 2_500_000)
  assert.deepEqual(surges, [
    { source: 'transit', sink: 'office', factor: 5.5 },
    { source: 'transit', sink: 'factory', factor: 11 },
  ])
})
