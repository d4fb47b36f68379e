import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseEndpointUri } from '../src/index.ts'
import { plainOf, proxyFor, proxyOf } from '../src/paths/proxy.ts'

const goesThrough = (noProxy: string, uri: string): boolean =>
  proxyFor(proxyOf({ HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: noProxy }), parseEndpointUri(uri)!) !==
  undefined

describe('a proxy', () => {
  test('is that of the option, else of HTTPS_PROXY in either spelling, else none', () => {
    assert.equal(proxyOf({}), undefined)
    assert.equal(proxyOf({ HTTPS_PROXY: '' }), undefined)
    assert.equal(proxyOf({ https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' })?.url, 'http://b:1')
    assert.equal(proxyOf({ https_proxy: 'a.example:3128' })?.url, 'http://a.example:3128')
    assert.equal(proxyOf({ HTTPS_PROXY: 'http://b:1' }, 'http://c:1')?.url, 'http://c:1')
  })

  test('that is none is refused with what would be right, and without its password', () => {
    for (const url of [
      'socks5://NAME:secret@h:1',
      'http://NAME:a/secret@h:1',
      'ftp://N:a@secret@h',
      'http://',
      'ftp://x',
    ])
      assert.throws(
        () => proxyOf({}, url),
        ({ message }: Error) => message.includes('http://proxy.example:3128') && !message.includes('secret'),
      )
  })

  test('has a password with any signs: as parts of URLs are written, or as it is where that is no such part', () => {
    assert.deepEqual(['a%20b', '100%', '%zz', ''].map(plainOf), ['a b', '100%', '%zz', ''])
  })

  test('carries TCP and WebSockets of other hosts, never UDP', () => {
    assert.deepEqual(
      ['tcp://192.0.2.1:1', 'ws://a.example/', 'wss://a.example/', 'udp://192.0.2.1:1'].map((uri) =>
        goesThrough('', uri),
      ),
      [true, true, true, false],
    )
    for (const uri of ['tcp://127.0.0.1:1', 'tcp://[::1]:1', 'ws://localhost/', 'wss://a.localhost/'])
      assert.ok(!goesThrough('', uri), uri)
  })

  for (const [noProxy, without, through] of [
    ['*', ['wss://a.example/', 'tcp://192.0.2.1:1'], []],
    ['example', ['wss://a.example/', 'wss://example/'], ['wss://badexample/']],
    ['.example, *.test', ['wss://a.example/', 'wss://b.test/'], ['wss://a.example.org/']],
    ['a.example:444', ['wss://a.example:444/'], ['wss://a.example/']],
    ['192.0.2.0/24', ['tcp://192.0.2.7:1'], ['tcp://198.51.100.1:1', 'wss://a.example/']],
    ['192.0.2.7', ['tcp://192.0.2.7:1'], ['tcp://192.0.2.70:1']],
    ['2001:db8::/32,[2001:db9::1]:5', ['tcp://[2001:db8::7]:1', 'tcp://[2001:db9::1]:5'], ['tcp://[2001:db9::1]:6']],
    ['EXAMPLE', ['wss://A.Example./'], []],
    ['//,[,:,/', [], ['wss://a.example/', 'tcp://192.0.2.1:1']],
  ] as const)
    test(`is left out for what NO_PROXY="${noProxy}" names`, () => {
      for (const uri of without) assert.ok(!goesThrough(noProxy, uri), uri)
      for (const uri of through) assert.ok(goesThrough(noProxy, uri), uri)
    })
})
