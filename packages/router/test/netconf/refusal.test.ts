/** What operators read of a server's errors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RpcError } from '@vagus/netconf'
import { refusalOf } from '../../src/netconf/refusal.ts'

const error: RpcError = { type: 'protocol', tag: 'operation-failed', severity: 'error', info: '' }
const textOf = (...errors: readonly RpcError[]): string => refusalOf('r1 port 830', 'commit', errors).message

test('words, tag, application tag, path and info of an error', () => {
  const whole = { ...error, appTag: 'must', path: '/a:b', message: ' too\n  big ', info: 'bad-element: mtu' }
  assert.equal(
    textOf(whole),
    'NETCONF at r1 port 830 refused commit: too big (operation-failed, must, at /a:b, bad-element: mtu)',
  )
})

test('three errors are told, the others counted; warnings are none', () => {
  assert.match(
    textOf({ ...error, severity: 'warning', message: 'no matter' }, ...Array.from({ length: 5 }, () => error)),
    /refused commit: operation-failed; operation-failed; operation-failed; and 2 more$/,
  )
})

test('who holds a lock: a session, or something that is none (RFC 6241 appendix A)', () => {
  const denied = { ...error, tag: 'lock-denied' }
  assert.match(textOf({ ...denied, holder: 7 }), /held by session 7/)
  assert.match(textOf({ ...denied, holder: 0 }), /held by something other than NETCONF/)
})

test('an operation that the server does not know is unsupported; all else is refused', () => {
  assert.equal(refusalOf('r1', 'commit', [{ ...error, tag: 'operation-not-supported' }]).code, 'unsupported')
  assert.equal(refusalOf('r1', 'commit', [error]).code, 'refused')
  assert.deepEqual(refusalOf('r1', 'commit', [error]).cause, [error])
})

test('credentials are hidden where a server repeats them: AI agents read it', () => {
  const path = "/s:snmp/s:community[s:index='public']/s:name"
  const text = textOf(
    { ...error, path, info: 'bad-value: public, error-number: 288' },
    { ...error, path: "/a:neighbor[a:id='192.0.2.1']/a:mtu", info: 'password: s3, cret, bad-element: x' },
  )
  assert.doesNotMatch(text, /public|s3|cret/)
  assert.match(text, /at \/s:snmp\/s:community\[index='<hidden>'\]\/s:name, bad-value: <hidden>, error-number: 288/)
  assert.match(text, /at \/a:neighbor\[a:id='192\.0\.2\.1'\]\/a:mtu, password: <hidden>, bad-element: x/)
})
