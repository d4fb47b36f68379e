import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exposureOf } from '../../src/served/exposure.ts'

const mcp = 'http://127.0.0.1:3000/mcp'
const a2a = 'http://127.0.0.1:9000/one'

describe('a path from elsewhere', () => {
  for (const [exposed, target, url] of [
    [{ a2a }, '/x?y=1', 'http://127.0.0.1:9000/one/x?y=1'],
    [{ a2a }, '/', 'http://127.0.0.1:9000/one/'],
    [{ a2a: 'http://127.0.0.1:9000' }, '//x/../y', 'http://127.0.0.1:9000//x/../y'],
    [{ a2a }, '/x?', 'http://127.0.0.1:9000/one/x?'],
    [{ a2a }, '/?q="a+b"\\|{}^`<>\'', 'http://127.0.0.1:9000/one/?q="a+b"\\|{}^`<>\''],
    [{ a2a }, '/"x"\\y', 'http://127.0.0.1:9000/one/"x"\\y'],
    [{ a2a }, '/x/../y/./z', 'http://127.0.0.1:9000/one/x/../y/./z'],
    [{ a2a }, '/x/%2E%2e/%41', 'http://127.0.0.1:9000/one/x/%2E%2e/%41'],
    [{ a2a }, '/x?../../y', 'http://127.0.0.1:9000/one/x?../../y'],
    [{ a2a }, '/x#y', 'http://127.0.0.1:9000/one/x#y'],
    [{ a2a }, '/http:%2F%2Fhost%2f..', 'http://127.0.0.1:9000/one/http:%2F%2Fhost%2f..'],
    [{ a2a }, '//host/', 'http://127.0.0.1:9000/one//host/'],
    [{ a2a: 'http://127.0.0.1:9000/\u00e9 x/' }, '/"', 'http://127.0.0.1:9000/%C3%A9%20x/"'],
    [{ mcp }, '/mcp', mcp],
    [{ mcp: `${mcp}/` }, '/mcp', `${mcp}/`],
    [{ mcp: `${mcp}/` }, '/mcp/', `${mcp}/`],
    [{ mcp: `${mcp}/` }, '/mcp?session=1', `${mcp}/?session=1`],
    [{ mcp }, '/mcp?session=1', `${mcp}?session=1`],
    [{ mcp }, '/mcp/below', `${mcp}/below`],
    [{ a2a, mcp }, '/mcp', mcp],
    [{ a2a, mcp }, '/mcpx', 'http://127.0.0.1:9000/one/mcpx'],
    [
      { mcp },
      '/.well-known/oauth-protected-resource/mcp',
      'http://127.0.0.1:3000/.well-known/oauth-protected-resource/mcp',
    ],
  ] as const)
    test(`${target} goes to ${url} as it is written`, () => {
      const reached = exposureOf(exposed, target)
      assert.equal(`${reached.url.origin}${reached.target}`, url)
    })

  for (const [exposed, target] of [
    [{ mcp }, '//192.0.2.1/latest/meta-data'],
    [{ mcp }, '/\\192.0.2.1/latest/meta-data'],
    [{ mcp }, '/admin'],
    [{}, '/x'],
  ] as const)
    test(`${target} is not exposed by ${JSON.stringify(exposed)}`, () =>
      assert.throws(() => exposureOf(exposed, target), { name: 'ProblemError', reason: 'not-exposed' }))

  for (const [exposed, target] of [
    [{ mcp }, '/.well-known//../../admin'],
    [{ mcp }, '/mcp/../admin'],
    [{ mcp }, '/mcp/../mcpx'],
    [{ a2a: 'http://127.0.0.1:9000' }, '/../x'],
    [{ a2a }, '/../two'],
    [{ a2a }, '/../one/x'],
    [{ a2a }, '/x/../../admin'],
    [{ a2a }, '/%2e%2e/two'],
    [{ a2a }, '/.%2E/two'],
    [{ a2a }, '/..\\two'],
    [{ a2a }, '/..'],
    [{ a2a }, '/x//../../two'],
    [{ a2a }, '/..%2Ftwo'],
    [{ a2a }, '/%2e%2e%5ctwo'],
    [{ a2a }, '/..;x/two'],
    [{ a2a }, '/#/../../two'],
    [{ a2a }, '/..#x'],
  ] as const)
    test(`${target} leads out of ${JSON.stringify(exposed)}, however a server reads it, and is refused`, () =>
      assert.throws(() => exposureOf(exposed, target), { name: 'ProblemError', reason: 'bad-request' }))
})

describe('a server that has both A2A and MCP', () => {
  const server = 'http://127.0.0.1:9000'
  const both = { a2a: server, mcp: `${server}/mcp` }
  for (const [exposed, target, serves] of [
    [both, '/mcp', 'mcp'],
    [both, '/%6dcp', 'mcp'],
    [both, '/%6Dcp/x?y', 'mcp'],
    [both, '/mcpx', 'a2a'],
    [both, '/x/mcp', 'a2a'],
    [both, '/tasks?filter=//%2f', 'a2a'],
    [{ ...both, a2a: 'http://localhost:9000' }, '/%6dcp', 'mcp'],
    [{ ...both, a2a: 'http://127.0.0.1:9001' }, '/%6dcp', 'a2a'],
    [{ ...both, mcp: `${server}/tools/mcp` }, '/tools/mcp', 'mcp'],
    [{ ...both, mcp: `${server}/tools/mcp/` }, '/tools/mcp', 'mcp'],
    [{ a2a: `${server}/mcp/agent`, mcp: `${server}/mcp` }, '/mcp/agent/x', 'a2a'],
    [{ a2a: `${server}/agent`, mcp: server }, '/mcp/agent', 'a2a'],
    [{ a2a: `${server}/agent`, mcp: server }, '/mcp/agents', 'mcp'],
  ] as const)
    test(`is asked for ${serves} at ${target} (${JSON.stringify(exposed)})`, () => {
      const reached = exposureOf(exposed, target)
      assert.deepEqual([reached.serves, reached.exposed], [serves, serves === 'a2a' ? exposed.a2a : ''])
    })
  for (const target of [
    '/MCP',
    '/%4dcp',
    '/x/..%2fmcp',
    '//mcp',
    '/./mcp',
    '/mcp;x',
    '/%256dcp',
    '/x%2fy',
    '/\\mcp',
    '/%ff',
  ])
    test(`is not asked for ${target}, which may be the one or the other`, () =>
      assert.throws(() => exposureOf(both, target), { name: 'ProblemError', reason: 'bad-request' }))
})
