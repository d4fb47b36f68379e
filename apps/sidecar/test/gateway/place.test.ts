import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { placeOf } from '../../src/gateway/place.ts'
import { ProblemError } from '../../src/wire/problem.ts'

describe('the target of a request from outside', () => {
  const root = '/.well-known/oauth-protected-resource'
  const places = [
    ['/', { kind: 'index' }],
    ['/agents', { kind: 'index' }],
    ['/agents/calc', { kind: 'agent', name: 'calc', target: '/' }],
    ['/agents/calc?x=/a', { kind: 'agent', name: 'calc', target: '/?x=/a' }],
    ['/agents/calc/mcp', { kind: 'agent', name: 'calc', target: '/mcp' }],
    ['/agents/calc/a/../b', { kind: 'agent', name: 'calc', target: '/a/../b' }], // its side-car decides
    [`${root}/agents/calc`, { kind: 'metadata', name: 'calc' }],
    [`${root}/agents/calc/mcp`, { kind: 'metadata', name: 'calc' }],
    [`/agents/calc${root}/mcp`, { kind: 'metadata', name: 'calc' }],
  ] as const
  for (const [target, place] of places) test(`is read: ${target}`, () => assert.deepEqual(placeOf(target), place))

  const wrong = [
    ['', 'bad-request'],
    ['*', 'bad-request'],
    ['agents/calc', 'bad-request'],
    ['http://agents.example.com/agents/calc/', 'bad-request'],
    ['/agents/calc/\u00e9', 'bad-request'],
    ['/agents/calc/#x', 'bad-request'],
    ['/agents/calc/?access_token=x', 'bad-request'],
    ['/agents/calc/?a=b&Access_Token=x', 'bad-request'],
    ['/agents//calc', 'no-such-path'],
    ['//agents/calc', 'no-such-path'],
    ['/Agents/calc', 'no-such-path'],
    ['/sessions', 'no-such-path'],
    [root, 'no-such-path'],
  ] as const
  for (const [target, reason] of wrong)
    test(`is refused: ${JSON.stringify(target)}`, () =>
      assert.throws(
        () => placeOf(target),
        (error) => error instanceof ProblemError && error.reason === reason,
      ))

  test('gives no name with a slash, and throws nothing but problems', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc
            .array(fc.constantFrom('/', 'agents', '..', '%2f', 'calc', '?', ';', '\\', '.well-known'))
            .map((parts) => `/${parts.join('')}`),
        ),
        (target) => {
          try {
            const place = placeOf(target)
            if (place.kind !== 'index') assert.doesNotMatch(place.name, /\//)
            if (place.kind === 'agent') assert.match(place.target, /^\//)
          } catch (error) {
            assert.ok(error instanceof ProblemError)
          }
        },
      ),
    ))
})
