import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema } from '@vagus/api'
import { KeyringError } from '@vagus/keyring'
import { startFailure } from '../src/commands/controller.ts'
import type { Failure } from '../src/failure.ts'

describe('state that a controller cannot use', () => {
  for (const [what, code, fix] of [
    ['of another process', 'locked', /--home FOLDER$/],
    ['on a full disk', 'disk-full', /^free space there: df \/state$/],
    ['of a newer version', 'newer', /^update Vagus here/],
    ['that the disk does not give', 'io', /^vagus doctor$/],
  ] as const)
    test(`${what} says what helps`, () => {
      const error = Object.assign(new Error('because'), { code })
      assert.match((startFailure(error, '/state') as Failure).fix, fix)
    })
  test('that others may read says the command that mends it', () => {
    const error = new KeyringError('wide-mode', 'k has mode 0644', 'chmod 600 k')
    assert.equal((startFailure(error, '/state') as Failure).fix, 'chmod 600 k')
  })
})

describe('a port that another program has', () => {
  const config = configSchema.parse({
    flow: { listen: ['192.0.2.10:4739'] },
    as: 64_512,
    bgp: { listen: '[2001:db8::1]:1790' },
    agent: { listen: ['udp://192.0.2.10:7602', 'ws://192.0.2.10:7602/x'] },
  })
  for (const [message, told] of [
    ['cannot listen on 127.0.0.1:7600: another program listens there', /port 7600 of this host \(listen\)/],
    ['the collector failed: bind to 192.0.2.10 port 4739: EADDRINUSE', /port 4739 of this host \(flow\.listen\)/],
    ['listen EADDRINUSE: address already in use 2001:db8::1:1790', /port 1790 of this host \(bgp\.listen\)/],
    ['bind EADDRINUSE 192.0.2.10:7602', /port 7602 of this host \(agent\.listen\)/],
  ] as const)
    test(`is told with its key: ${message}`, () => {
      const failure = startFailure(Object.assign(new Error(message), { code: 'in-use' }), '/state', config) as Failure
      assert.match(failure.message, told)
      assert.match(failure.fix, /ss -lntup 'sport = :\d+' · or take another port in [a-z.]*listen$/)
    })
  test('is none of a Unix socket, whose fix is another one', () => {
    const error = new Error('cannot listen on unix:/run/c.sock: another program listens there')
    assert.match(
      (startFailure(Object.assign(error, { code: 'in-use' }), '/state', config) as Failure).fix,
      /^another controller\? .*--listen$/,
    )
  })
})
