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
      const rest = { type: 'tcp', protocol: 'http:', base: '' }
      assert.deepEqual(controllerAddress(text), { ...rest, host, port, text: `http://${shown}:${port}` })
    })
  for (const [text, protocol, port, base] of [
    ['https://foo', 'https:', 443, ''],
    ['https://foo:8443/vagus/', 'https:', 8443, '/vagus'],
    ['http://foo/a/b', 'http:', 80, '/a/b'],
  ] as const)
    test(`${text} is a proxy before it`, () =>
      assert.deepEqual(controllerAddress(text), {
        type: 'tcp',
        protocol,
        host: 'foo',
        port,
        base,
        text: `${protocol}//foo:${port}${base}`,
      }))
  test('unix:PATH is a socket', () =>
    assert.deepEqual(controllerAddress('unix:/run/v.sock'), {
      type: 'unix',
      path: '/run/v.sock',
      text: 'unix:/run/v.sock',
    }))
  for (const text of ['', 'unix:', 'ftp://foo', 'foo:0x', 'foo/path', 'http://foo/?a', 'https://me@foo', 'nonsense://'])
    test(`"${text}" is none`, () => assert.throws(() => controllerAddress(text), Failure))
})
