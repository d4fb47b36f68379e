import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exposureOf } from '../../src/served/exposure.ts'

const mcp = 'http://127.0.0.1:3000/mcp'
const a2a = 'http://127.0.0.1:9000/one'

describe('a path from elsewhere', () => {
  for (const [exposed, target, url] of [
    [{ a2a }, '/x?y=1', 'http://127.0.0.1:9000/one/x?y=1'],
    [{ a2a }, '/', 'http://127.0.0.1:9000/one/'],
    [{ a2a: 'http://127.0.0.1:9000' }, '//x/../y', 'http://127.0.0.1:9000//y'],
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
    test(`${target} goes to ${url}`, () => assert.equal(exposureOf(exposed, target).url.href, url))

  for (const [exposed, target] of [
    [{ mcp }, '//192.0.2.1/latest/meta-data'],
    [{ mcp }, '/\\192.0.2.1/latest/meta-data'],
    [{ mcp }, '/.well-known//../../admin'],
    [{ mcp }, '/admin'],
    [{ mcp }, '/mcp/../admin'],
    [{ mcp }, '/mcp/../mcpx'],
    [{ a2a }, '/../two'],
    [{ a2a }, '/%2e%2e/two'],
    [{ a2a }, '/..\\two'],
    [{}, '/x'],
  ] as const)
    test(`${target} is not exposed by ${JSON.stringify(exposed)}`, () =>
      assert.throws(() => exposureOf(exposed, target), { name: 'ProblemError' }))
})
