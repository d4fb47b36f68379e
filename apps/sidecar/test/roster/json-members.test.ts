import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hasRepeatedMember, lookalikeOf } from '../../src/roster/json-members.ts'

test('an object with two members of one name is found, however it is written and wherever it is', () => {
  for (const text of [
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '[{"b":{"x":[1,{"a":"}","a":"{"}]}}]',
    '{"method":"tools/list","params":{},"method":"tools/call"}',
    '{"a\\"b":1,"a\\"b":2}',
    '{"":1,"":2}',
  ])
    assert.ok(hasRepeatedMember(text), text)
})

test('values and lists repeat what they please', () => {
  for (const text of [
    '{"a":"a","b":"a"}',
    '[["a","a"],"a"]',
    '{"a":["a","a",{"a":1}],"b":{"a":1}}',
    '"a"',
    '7',
    '{"a":"\\\\","b":"\\"a\\":1,\\"a\\":2"}',
  ])
    assert.ok(!hasRepeatedMember(text), text)
})

test('what JSON.stringify writes never repeats a member; with one written twice it does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.string(), (value, name) => {
      assert.ok(!hasRepeatedMember(JSON.stringify(value)))
      const [key, content] = [JSON.stringify(name), JSON.stringify(value)]
      assert.ok(
        hasRepeatedMember(`[${content},{${key}:${content},"other${name.length}":0,${key}:${content}}]`) ||
          name === `other${name.length}`,
      )
    }),
    { numRuns: 500 },
  )
})

test('a member that some readers take for another one is named', () => {
  assert.equal(lookalikeOf({ method: 1, Params: 2 }, ['method', 'params']), 'Params')
  assert.equal(lookalikeOf({ 'param\u017F': 2 }, ['method', 'params']), 'param\u017F') // long s, as Go compares
  assert.equal(lookalikeOf({ '\u212Aind': 2 }, ['kind']), '\u212Aind') // the sign of Kelvin
  assert.equal(lookalikeOf({ method: 1, params: 2, methods: 3 }, ['method', 'params']), undefined)
})
