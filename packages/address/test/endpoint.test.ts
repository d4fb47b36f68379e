import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AddressError, type Endpoint, formatEndpoint, parseEndpoint } from '../src/index.ts'

const rows: readonly (readonly [text: string, endpoint: Endpoint])[] = [
  ['192.0.2.1:4739', { address: '192.0.2.1', port: 4739 }],
  ['[2001:db8::1]:65535', { address: '2001:db8::1', port: 65_535 }],
  ['[fe80::1%eth0]:1', { address: 'fe80::1%eth0', port: 1 }],
]
const rejects = ['', '4739', '192.0.2.1', '192.0.2.1:', '192.0.2.1:65536', '192.0.2.1:-1', '192.0.2.1:4739 ']
  .concat(['2001:db8::1:4739', '[2001:db8::1]', '[192.0.2.1]:4739', '[]:4739', 'localhost:4739', '192.0.2:4739'])
  .concat('192.0.2.1%eth0:4739', '[2001:db8::1::]:4739')

describe('an address with a port', () => {
  for (const [text, endpoint] of rows) {
    test(`${text} round-trips`, () => {
      assert.deepEqual(parseEndpoint(text, 1), endpoint)
      assert.equal(formatEndpoint(endpoint), text)
    })
  }

  test('has port 0 only if the kernel may choose', () => {
    assert.deepEqual(parseEndpoint('[::1]:0', 0), { address: '::1', port: 0 })
    assert.throws(() => parseEndpoint('[::1]:0', 1), /"\[::1\]:0" must be ADDRESS:PORT, .* with a port 1\.\.65535/)
  })

  for (const text of rejects) {
    test(`"${text}" is refused with what would be right`, () => {
      assert.throws(() => parseEndpoint(text, 0), AddressError)
    })
  }
})
