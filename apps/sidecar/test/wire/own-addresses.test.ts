import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { atCaller, towardsCaller } from '../../src/wire/own-addresses.ts'

const roots = [
  { url: 'http://127.0.0.1:3000/srv/mcp/', at: '/mcp' },
  { url: 'http://127.0.0.1:9000/one', at: '' },
]
const here = 'http://127.0.0.1:40000/t/x/agents/writer'

/** The value of a field as the caller gets it, and as it is on the way. */
function moved(name: string, value: string, target = '/a/b?x'): { readonly way: string; readonly end: string } {
  const url = new URL(target.startsWith('/mcp') ? 'http://127.0.0.1:3000/srv/mcp/' : 'http://127.0.0.1:9000/one/a/b?x')
  const way = towardsCaller([[name, value]], { url, target, roots })
  return { way: way[0]![1], end: atCaller(way, here)[0]![1] }
}

describe('an address in a response', () => {
  for (const [value, way] of [
    ['http://127.0.0.1:9000/one/x?y=1#z', '/x?y=1#z'],
    ['http://localhost:9000/one', '/'],
    ['/one/x', '/x'],
    ['c', '/a/c'],
    ['http://127.0.0.1:3000/srv/mcp/', '/mcp/'],
  ] as const)
    test(`that is exposed is below the agent: ${value}`, () => {
      assert.deepEqual(moved('location', value), { way, end: `${here}${way}` })
      assert.deepEqual(moved('Content-Location', value).end, `${here}${way}`)
    })
  for (const value of [
    'https://login.example/x',
    'http://127.0.0.1:9000/two',
    'http://127.0.0.1:9001/one',
    '//example/x',
  ])
    test(`that is not stays as it is: ${value}`, () => assert.equal(moved('Location', value).end, value))
})

describe('a cookie', () => {
  const below = '/t/x/agents/writer'
  for (const [value, end] of [
    ['a=b; Path=/; HttpOnly', `a=b; Path=${below}; HttpOnly`],
    ['a=b; path=/one; Domain=127.0.0.1', `a=b; Path=${below}`],
    ['a=b; Path=/one/c', `a=b; Path=${below}/c`],
    ['a=b; Path=/two', `a=b; Path=${below}/two`],
    ['a=b', `a=b; Path=${below}/a`],
    ['a=b; Path=x; Secure', `a=b; Path=${below}/a; Secure`],
  ] as const)
    test(`goes to its agent alone: ${value}`, () => assert.equal(moved('Set-Cookie', value).end, end))
  test('of an MCP server likewise', () => {
    assert.equal(moved('set-cookie', 'a=b; Path=/', '/mcp').end, `a=b; Path=${below}`)
    assert.equal(moved('set-cookie', 'a=b', '/mcp').end, `a=b; Path=${below}`)
  })
  test('goes to its agent alone, also where the other side says nothing of its path', () => {
    assert.deepEqual(atCaller([['Set-Cookie', 'a=b']], here), [['Set-Cookie', `a=b; Path=${below}`]])
  })
})

describe('a challenge', () => {
  const of = (address: string): string => `Basic realm="x", Bearer error="e", resource_metadata="${address}", scope="s"`
  test('names metadata below the agent, and nothing else changes (RFC 9728 §5.1)', () => {
    assert.deepEqual(moved('WWW-Authenticate', of('http://localhost:3000/srv/mcp/m')), {
      way: of('/mcp/m'),
      end: of(`${here}/mcp/m`),
    })
  })
  test('that names metadata elsewhere stays as it is', () => {
    const other = of('https://login.example/m')
    assert.equal(moved('www-authenticate', other).end, other)
  })
})
