import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AttributeTable, linkState, NlriRib } from '../src/index.ts'
import { hex } from './octets.ts'

test('an NLRI that is announced again with the same attributes is told again, because repeating means that it holds', () => {
  const told: number[] = []
  const table = { retain: () => {}, release: () => {} } as unknown as AttributeTable // sound: nothing else is called
  const rib = new NlriRib({ family: linkState, table, onChange: ({ set }) => void told.push(set) })
  const nlri = hex('00010002abcd')
  rib.announce(nlri, 0, nlri.length, 7)
  rib.announce(nlri, 0, nlri.length, 7)
  rib.withdraw(nlri, 0, nlri.length)
  assert.deepEqual([told, rib.size], [[7, 7, -1], 0])
})

test('NLRI above the octets of a family are refused, and there is room again when others go', () => {
  const table = { retain: () => {}, release: () => {} } as unknown as AttributeTable // sound: nothing else is called
  const rib = new NlriRib({ family: linkState, table, maxOctets: 13 })
  const [one, two, three] = [hex('00010002abcd'), hex('00010003abcdef'), hex('00010000')]
  const announce = (nlri: Uint8Array) => rib.announce(nlri, 0, nlri.length, 7)
  assert.deepEqual([one, two, two, three].map(announce), ['taken', 'taken', 'taken', 'refused'])
  rib.withdraw(one, 0, one.length)
  assert.equal(announce(three), 'taken')
  assert.deepEqual([rib.size, rib.refused], [2, 1])
})
