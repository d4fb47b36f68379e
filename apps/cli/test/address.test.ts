import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { controllerAddress } from '../src/address.ts'
import { Failure } from '../src/failure.ts'

describe('where a controller is', () => {
  for (const [text, host, port] of [
    ['foo', 'foo', 7600],
    ['192.0.2.1', '192.0.2.1', 7600],
    ['[2001:db8::80]', '2001:db8::80', 7600],
    ['foo:80', 'foo', 80],
    ['foo:8080', 'foo', 8080],
    ['[2001:db8::1]:80', '2001:db8::1', 80],
    ['http://foo', 'foo', 80],
    ['http://foo:80/', 'foo', 80],
    ['http://foo:7601', 'foo', 7601],
  ] as const)
    test(`${text} is port ${port} of ${host}`, () => {
      const shown = host.includes(':') ? `[${host}]` : host
      assert.deepEqual(controllerAddress(text), { type: 'tcp', host, port, text: `http://${shown}:${port}` })
    })
  test('unix:PATH is a socket', () =>
    assert.deepEqual(controllerAddress('unix:/run/v.sock'), {
      type: 'unix',
      path: '/run/v.sock',
      text: 'unix:/run/v.sock',
    }))
  for (const text of ['', 'unix:', 'https://foo', 'foo:0x', 'foo/path', 'nonsense://'])
    test(`"${text}" is none`, () => assert.throws(() => controllerAddress(text), Failure))
})
