import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachedText } from '../src/address-keeper.ts'

const kept = {
  apiVersion: 'vagus/v1',
  kind: 'AgentAddress',
  now: '2026-11-26T03:00:00.000Z',
  agent: 'robot-7',
  address: 'fd00:77::1',
  links: ['eth0', 'eth1'],
  attached: { link: 'eth0', edge: 'pe-1', sequence: 7, until: '2026-11-26T03:00:20.000Z' },
} as const

test('where an address is attached is one line, also where it is not yet, or no more', () => {
  assert.match(attachedText(kept), /^fd00:77::1 is attached to pe-1 over eth0, renewed within 20/)
  assert.equal(
    attachedText({ ...kept, attached: null }),
    'fd00:77::1 is attached nowhere; links that are up: eth0, eth1',
  )
  const unknown = { ...kept, address: null, attached: null, links: [] }
  assert.equal(attachedText(unknown), 'no edge has answered yet; links that are up: none')
})
