import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataWith } from '../src/mcp/router-text.ts'

test('chosen lines of data come with the entries around them, each once', () => {
  const text = [
    "/a:b[x='1']",
    ' up = yes',
    ' down = no',
    " c[y='2']",
    '  UP = yes',
    '  z = 1',
    "/a:b[x='2']",
    ' z = 1',
    "/a:b[x='3']",
    " up[z='1']",
    '  z = 1',
    '/q = up',
  ].join('\n')
  assert.equal(
    dataWith(text, 'up'),
    ["/a:b[x='1']", ' up = yes', " c[y='2']", '  UP = yes', "/a:b[x='3']", " up[z='1']", '/q = up'].join('\n'),
  )
  assert.equal(dataWith(text, 'nothing'), '')
})
