/** What ASAs may register, and the codes they get (RFC 8991 §2.3). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ApiEvent, defaultLimits, flagsOf, type Registration, valueOctets } from '../src/index.ts'
import { negotiated, registrationOf, synchronised } from './asas.ts'
import { VirtualNetwork } from './virtual-network.ts'

const limits = { ...defaultLimits, asas: 2, objectives: 2 }
function node(): (event: ApiEvent) => string | undefined {
  const network = new VirtualNetwork({ nodes: 1, links: [[0]], config: { limits } })
  return (event) => network.call(0, event).flatMap((effect) => (effect.type === 'done' ? [effect.code] : []))[0]
}
const handle = 1
const asa = (name: string): ApiEvent => ({ type: 'register-asa', handle, asa: name })
const register = (name: string, registration: Registration): ApiEvent => ({
  type: 'register',
  handle,
  asa: name,
  registration,
})
const named = (name: string): Registration => registrationOf({ ...negotiated(1), name })

describe('registering', () => {
  test('ASAs: each name once, no more than the limit, gone with their objectives', () => {
    const call = node()
    assert.equal(call(register('a', named('X'))), 'noASA')
    assert.equal(call(asa('a')), 'ok')
    assert.equal(call(asa('a')), 'dupASA')
    assert.equal(call(asa('b')), 'ok')
    assert.equal(call(asa('c')), 'ASAfull')
    assert.equal(call(register('a', named('X'))), 'ok')
    assert.equal(call({ type: 'deregister-asa', handle, asa: 'a' }), 'ok')
    assert.equal(call({ type: 'deregister', handle, asa: 'b', name: 'X' }), 'notObj')
  })

  test('objectives: shared only when all say so, once per ASA, no more than the limit', () => {
    const call = node()
    for (const name of ['a', 'b']) call(asa(name))
    const shared = { ...named('X'), overlap: 'shared' } as const
    assert.equal(call(register('a', shared)), 'ok')
    assert.equal(call(register('a', shared)), 'objReg')
    assert.equal(call(register('b', named('X'))), 'notOverlap')
    assert.equal(call(register('b', shared)), 'ok')
    assert.equal(call(register('b', named('Y'))), 'objFull')
    assert.equal(call({ type: 'deregister', handle, asa: 'b', name: 'X' }), 'ok')
    assert.equal(call({ type: 'deregister', handle, asa: 'b', name: 'X' }), 'notYourObj')
  })

  test('flags that exclude each other, and listening for what the flags do not say', () => {
    const call = node()
    call(asa('a'))
    const both = registrationOf({ ...negotiated(1), flags: flagsOf('negotiation', 'synchronization') })
    assert.equal(call(register('a', both)), 'notBoth')
    const dry = registrationOf({ ...negotiated(1), flags: flagsOf('discovery', 'dryRun') })
    assert.equal(call(register('a', dry)), 'notDry')
    assert.equal(call(register('a', registrationOf(synchronised(1)))), 'ok')
    assert.equal(call({ type: 'listen', handle, asa: 'a', name: 'EX1', to: 'negotiation' }), 'notNeg')
    assert.equal(call({ type: 'listen', handle, asa: 'a', name: 'EX1', to: 'synchronization' }), 'ok')
  })

  test('a value that is not one CBOR item or fits no message is CBORfail', () => {
    const call = node()
    call(asa('a'))
    const broken = { ...synchronised(1), value: Uint8Array.of(1, 2) }
    assert.equal(call(register('a', registrationOf(broken))), 'CBORfail')
    const long = { ...synchronised(1), value: valueOctets('x'.repeat(2040)) }
    assert.equal(call(register('a', registrationOf(long))), 'CBORfail')
    call(register('a', registrationOf(synchronised(1))))
    const value = Uint8Array.of(0x82, 0x01)
    assert.equal(call({ type: 'set-value', handle, asa: 'a', name: 'EX1', value }), 'CBORfail')
  })

  test('what no message can carry is a mistake of ours, found before a peer asks', () => {
    const call = node()
    call(asa('a'))
    assert.throws(() => call(register('a', { ...named('X'), ttl: 2 ** 32 })), RangeError)
    const locator = { type: 'ipv6', address: new Uint8Array(4), protocol: 6, port: 1 } as const
    assert.throws(() => call(register('a', { ...named('X'), locator })), RangeError)
  })

  test('an action in no session is noSession', () => {
    const call = node()
    assert.equal(call({ type: 'accept', handle }), 'noSession')
    assert.equal(call({ type: 'negotiate', handle: -5, value: valueOctets(1) }), 'noSession')
  })
})
