import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changingTools } from '../src/mcp/changing-tools.ts'

const { input } = changingTools.find(({ name }) => name === 'network_commit')!
const taken = (confirmWithin: unknown): unknown => {
  const parsed = input.safeParse({ commands: ['hostname x'], confirmWithin })
  return parsed.success ? parsed.data['confirmWithin'] : 'refused'
}

test('a model may say in seconds or in words when a change goes back, within the same bounds', () => {
  const rows: readonly (readonly [unknown, unknown])[] = [
    [undefined, 120],
    [10, 10],
    ['5m', 300],
    ['1h', 3600],
    ['90s', 90],
    [9, 'refused'],
    ['9s', 'refused'],
    ['2h', 'refused'],
    ['1d', 'refused'],
    ['5', 'refused'],
    ['5 m', 'refused'],
    [1.5, 'refused'],
    [null, 'refused'],
  ]
  for (const [given, wanted] of rows) assert.equal(taken(given), wanted, JSON.stringify(given))
})
