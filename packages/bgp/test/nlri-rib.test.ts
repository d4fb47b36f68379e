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
