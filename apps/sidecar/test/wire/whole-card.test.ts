import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AgentCard } from '@a2a-js/sdk'
import fc from 'fast-check'
import { isWholeCard } from '../../src/wire/whole-card.ts'

const card = {
  name: 'counter',
  description: 'counts',
  version: '1',
  supportedInterfaces: [{ url: 'https://x', protocolBinding: 'JSONRPC', protocolVersion: '1.0' }],
  capabilities: {},
  defaultInputModes: ['text/plain'],
  defaultOutputModes: ['text/plain'],
  skills: [{ id: 'count', name: 'count', description: 'counts', tags: [] }],
}
const { supportedInterfaces: _, ...shared } = card
const old = { ...shared, protocolVersion: '0.3.0', url: 'https://x' }

describe('an agent card', () => {
  test('of 1.0 and of 0.3 is whole', () => {
    assert.ok(isWholeCard(card))
    assert.ok(isWholeCard(old))
    assert.ok(isWholeCard({ ...card, 'of somebody’s own': 1 }))
  })
  test('is whole as the SDK writes it, which leaves out lists that are empty', () => {
    const bare = AgentCard.toJSON(AgentCard.fromJSON({ ...card, skills: [], defaultInputModes: [] }))
    assert.ok(!Object.hasOwn(bare as object, 'skills'))
    assert.ok(isWholeCard(bare))
  })
  for (const [version, whole, required] of [
    ['1.0', card, ['name', 'description', 'version', 'supportedInterfaces', 'capabilities']],
    ['0.3', old, ['name', 'description', 'version', 'url', 'protocolVersion', 'capabilities']],
  ] as const)
    for (const member of required)
      test(`of ${version} is none without ${member}, or with another kind of it`, () => {
        const { [member]: __, ...less } = whole as Record<string, unknown>
        assert.ok(!isWholeCard(less))
        for (const other of [null, 7, [], [7]]) assert.ok(!isWholeCard({ ...whole, [member]: other }), String(other))
      })
  test('is no answer of JSON-RPC, whatever that has beside it', () => {
    assert.ok(!isWholeCard({ jsonrpc: '2.0', id: 1, result: card }))
    assert.ok(!isWholeCard({ ...card, jsonrpc: '2.0' }))
  })
  test('is hardly ever what somebody else writes', () =>
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(isWholeCard(value), false))))
})
