import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { patternCode } from '../src/handshake-message.ts'
import {
  admit,
  type Admitted,
  classicSuite,
  CookieJar,
  type Established,
  hybridSuite,
  Initiator,
  type InitiatorConfig,
  type InitiatorOutcome,
  kindOf,
  type Refused,
  Responder,
  type Suite,
} from '../src/index.ts'
import { newKemKey, nodeCrypto, testKey } from './node-crypto.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const read = (octets: Uint8Array): string => new TextDecoder().decode(octets)
const source = text('192.0.2.1:7601')
const context = text('udp')
const kem = newKemKey()
const initiatorKey = testKey(1)
const responderKey = testKey(2)
const both = [hybridSuite, classicSuite] as const
const jar = (secret = 1): CookieJar => new CookieJar(nodeCrypto, new Uint8Array(32).fill(secret))

const beginning: InitiatorConfig = {
  crypto: nodeCrypto,
  static: initiatorKey,
  ephemeral: testKey(3),
  kem,
  connectionId: new Uint8Array(8).fill(0xaa),
  suites: both,
  remoteStatic: responderKey.publicKey,
  context,
  payload: text('initiator'),
}
const { remoteStatic: _, ...unknownPeer } = beginning
const answering = {
  crypto: nodeCrypto,
  static: responderKey,
  ephemeral: testKey(4),
  connectionId: new Uint8Array(8).fill(0xbb),
  context,
}

function admitted(hello: Uint8Array, accepted: readonly Suite[] = both): Admitted {
  const answer = admit(hello, source, { suites: accepted, cookies: jar(), load: 'idle' })
  assert.ok(answer.type === 'admitted', JSON.stringify(answer))
  return answer
}

function begun(hello: Uint8Array, changes: Partial<typeof answering> = {}): Responder {
  const answer = Responder.begin({ ...answering, ...changes }, admitted(hello))
  assert.ok(answer.type === 'begun', JSON.stringify(answer))
  return answer.responder
}

function answered(responder: Responder, payload = 'responder'): { send: Uint8Array; session: Established | undefined } {
  const answer = responder.answer(text(payload))
  assert.ok(answer.type === 'answered', JSON.stringify(answer))
  return answer
}

function established(outcome: InitiatorOutcome | ReturnType<Responder['finish']>): Established {
  assert.ok(outcome.type === 'established', JSON.stringify(outcome))
  return outcome.session
}

const codeOf = (answer: { readonly type: string } | Refused): string =>
  'because' in answer ? answer.because.code : answer.type

function assertPaired(initiator: Established, responder: Established): void {
  assert.deepEqual(initiator.keys, responder.keys)
  assert.equal(initiator.suite, responder.suite)
  assert.deepEqual(initiator.remoteStatic, responderKey.publicKey)
  assert.deepEqual(responder.remoteStatic, initiatorKey.publicKey)
  assert.deepEqual(initiator.connectionId, responder.remoteConnectionId)
  assert.deepEqual(initiator.remoteConnectionId, responder.connectionId)
  assert.deepEqual([read(initiator.payload), read(responder.payload)], ['responder', 'initiator'])
}

describe('handshake', () => {
  test('takes one round trip with a peer whose key is known', () => {
    const initiator = new Initiator(beginning)
    const responder = begun(initiator.hello)
    assert.equal(read(responder.payload), 'initiator')
    const { send, session } = answered(responder)
    const outcome = initiator.receive(send)
    assert.ok(outcome.type === 'established' && outcome.send === undefined && session !== undefined)
    assertPaired(outcome.session, session)
    assert.equal(session.suite, hybridSuite)
  })

  test('takes a finish more with a peer whose key is not known', () => {
    const initiator = new Initiator(unknownPeer)
    const responder = begun(initiator.hello)
    assert.equal(responder.remoteStatic, undefined)
    assert.equal(read(responder.payload), '', 'nothing is said before the other side is known')
    const { send, session } = answered(responder)
    assert.equal(session, undefined)
    const outcome = initiator.receive(send)
    assert.ok(outcome.type === 'established' && outcome.send !== undefined)
    const forged = outcome.send.slice()
    forged[20]! ^= 1
    assert.equal(codeOf(responder.finish(forged)), 'decrypt')
    assertPaired(outcome.session, established(responder.finish(outcome.send)))
  })

  test('neither name nor key of either side is seen on the way', () => {
    const initiator = new Initiator(beginning)
    const { send } = answered(begun(initiator.hello))
    for (const message of [initiator.hello, send]) {
      const wire = Buffer.from(message)
      for (const secret of [initiatorKey.publicKey, responderKey.publicKey, text('initiator'), text('responder')])
        assert.equal(wire.indexOf(secret), -1)
    }
    assert.equal(kindOf(initiator.hello), 'hello')
    assert.equal(kindOf(send), 'answer')
  })

  test('both must know the same context', () => {
    const initiator = new Initiator(beginning)
    assert.equal(codeOf(Responder.begin({ ...answering, context: text('tcp') }, admitted(initiator.hello))), 'decrypt')
  })
})

describe('suites', () => {
  const begin = (suites: readonly Suite[], suite: Suite): Initiator => new Initiator({ ...beginning, suites, suite })
  const accept = (suites: readonly Suite[]): Parameters<typeof admit>[2] => ({ suites, cookies: jar(), load: 'idle' })

  test('the best that both speak is used', () => {
    const classic = begin([classicSuite], classicSuite)
    const { session } = answered(begun(classic.hello))
    assert.equal(session?.suite, classicSuite)
  })

  test('who begins with less than both speak is sent back to the best', () => {
    const initiator = begin(both, classicSuite)
    const answer = admit(initiator.hello, source, accept(both))
    assert.ok(answer.type === 'reply')
    assert.deepEqual(initiator.receive(answer.reply), { type: 'declined', suite: hybridSuite })
  })

  test('who begins with more than the other speaks is told what it speaks', () => {
    const initiator = begin(both, hybridSuite)
    const answer = admit(initiator.hello, source, accept([classicSuite]))
    assert.ok(answer.type === 'reply')
    assert.deepEqual(initiator.receive(answer.reply), { type: 'declined', suite: classicSuite })
    const strict = begin([hybridSuite], hybridSuite)
    assert.equal(codeOf(strict.receive(answer.reply)), 'version', 'a policy without the classic suite does not yield')
  })

  test('whoever shortens the list on the way breaks the handshake', () => {
    const hello = begin(both, classicSuite).hello
    const offered = hello.slice(4, 7)
    assert.deepEqual(offered, Uint8Array.of(2, 1, 2), 'two suites, both codes')
    const shortened = Uint8Array.from([...hello.slice(0, 4), 1, 2, ...hello.slice(7)])
    assert.equal(codeOf(Responder.begin(answering, admitted(shortened))), 'decrypt')
  })

  test('with XX, whoever shortens the list is found out by the initiator', () => {
    const initiator = new Initiator({ ...unknownPeer, suite: classicSuite })
    const { hello } = initiator
    const shortened = Uint8Array.from([...hello.slice(0, 4), 1, 2, ...hello.slice(7)])
    assert.equal(codeOf(initiator.receive(answered(begun(shortened)).send)), 'decrypt')
  })

  test('hybrid renamed to classic does not decrypt', () => {
    const hello = new Initiator(beginning).hello
    const renamed = hello.slice()
    renamed[3] = classicSuite.code
    assert.ok(admit(renamed, source, accept(both)).type === 'reply', 'a decline, since both speak better')
    assert.equal(codeOf(Responder.begin(answering, admitted(renamed, [classicSuite]))), 'decrypt')
  })
})

describe('under load', () => {
  const policy = (cookies: CookieJar): Parameters<typeof admit>[2] => ({ suites: both, cookies, load: 'busy' })
  const retryOf = (hello: Uint8Array, cookies: CookieJar): Uint8Array => {
    const answer = admit(hello, source, policy(cookies))
    assert.ok(answer.type === 'reply')
    return answer.reply
  }

  test('a hello is answered with a cookie, shorter than itself, without any public-key work', () => {
    const initiator = new Initiator(beginning)
    const reply = retryOf(initiator.hello, jar())
    assert.equal(kindOf(reply), 'retry')
    assert.equal(reply.length, 2 + 8 + 1 + 16)
    assert.ok(reply.length < initiator.hello.length)
  })

  test('the same hello with its cookie is admitted, and the handshake is the same', () => {
    const initiator = new Initiator(beginning)
    const again = initiator.receive(retryOf(initiator.hello, jar()))
    assert.ok(again.type === 'send')
    const answer = admit(again.send, source, policy(jar()))
    assert.ok(answer.type === 'admitted')
    const responder = Responder.begin(answering, answer)
    assert.ok(responder.type === 'begun')
    const { send, session } = answered(responder.responder)
    assertPaired(established(initiator.receive(send)), session!)
  })

  test('a cookie is of one address, one connection id and two secrets at most', () => {
    const cookies = jar(1)
    const id = beginning.connectionId
    const cookie = cookies.issue(source, id)
    assert.ok(cookies.accepts(cookie, source, id))
    assert.ok(!cookies.accepts(cookie, text('192.0.2.2:7601'), id))
    assert.ok(!cookies.accepts(cookie, source, new Uint8Array(8)))
    assert.ok(!cookies.accepts(cookie.slice(1), source, id))
    assert.ok(!cookies.accepts(new Uint8Array(0), source, id))
    cookies.rotate(new Uint8Array(32).fill(2))
    assert.ok(cookies.accepts(cookie, source, id))
    cookies.rotate(new Uint8Array(32).fill(3))
    assert.ok(!cookies.accepts(cookie, source, id))
    assert.throws(() => cookies.rotate(new Uint8Array(16)), RangeError)
  })

  test('of retries one is followed', () => {
    const initiator = new Initiator(beginning)
    const reply = retryOf(initiator.hello, jar())
    assert.equal(initiator.receive(reply).type, 'send')
    assert.equal(codeOf(initiator.receive(reply)), 'turn')
  })

  test('a proven source needs no cookie', () => {
    assert.equal(admit(new Initiator(beginning).hello, 'proven', policy(jar())).type, 'admitted')
  })
})

describe('what a stranger sends', () => {
  test('an address that is not proven gets at most three times what it sent', () => {
    const { hello } = new Initiator(beginning)
    const limit = 3 * hello.length
    const beside = answered(begun(hello), '').send.length
    assert.equal(answered(begun(hello), 'x'.repeat(limit - beside)).send.length, limit)
    assert.equal(codeOf(begun(hello).answer(new Uint8Array(limit - beside + 1))), 'amplification')
    const proven = admit(hello, 'proven', { suites: both, cookies: jar(), load: 'idle' })
    assert.ok(proven.type === 'admitted')
    const responder = Responder.begin(answering, proven)
    assert.ok(responder.type === 'begun')
    assert.equal(responder.responder.answer(new Uint8Array(limit)).type, 'answered')
  })

  test('a hello that is replayed gives keys that its sender does not have', () => {
    const initiator = new Initiator(beginning)
    const first = answered(begun(initiator.hello))
    const replayed = answered(begun(initiator.hello, { ephemeral: testKey(5) }))
    assert.notDeepEqual(first.session?.keys.responder, replayed.session?.keys.responder)
    assert.notDeepEqual(first.session?.keys.handshakeHash, replayed.session?.keys.handshakeHash)
  })

  test('answers to others, to nobody and to another hello are refused; the right one still succeeds', () => {
    const initiator = new Initiator(beginning)
    const other = new Initiator({ ...beginning, connectionId: new Uint8Array(8).fill(0xcc), ephemeral: testKey(6) })
    const right = answered(begun(initiator.hello)).send
    assert.equal(codeOf(initiator.receive(answered(begun(other.hello)).send)), 'malformed')
    const redirected = answered(begun(other.hello)).send.slice()
    redirected.set(beginning.connectionId, 2)
    assert.equal(codeOf(initiator.receive(redirected)), 'decrypt')
    assert.equal(codeOf(initiator.receive(initiator.hello)), 'malformed', 'its own hello, reflected')
    for (const length of [0, 1, 2, 9, 10, right.length - 1])
      assert.notEqual(initiator.receive(right.slice(0, length)).type, 'established')
    assert.equal(initiator.receive(right).type, 'established')
    assert.equal(codeOf(initiator.receive(right)), 'turn')
  })

  test('any octets, and any change to a hello, throw nothing and admit nothing that decrypts', () => {
    const { hello } = new Initiator(beginning)
    const cookieAt = 4 + 3 + 8
    const policy = { suites: both, cookies: jar(), load: 'idle' } as const
    const play = (message: Uint8Array): void => {
      const answer = admit(message, source, policy)
      if (answer.type === 'admitted') {
        const answered = Responder.begin(answering, answer)
        // As XX the rest of an IK hello is a payload in the clear: answered, but bound into a transcript that nobody shares.
        if (message[2] === patternCode.XX && answered.type === 'begun') {
          const reply = answered.responder.answer(text('responder'))
          if (reply.type === 'answered')
            assert.notEqual(new Initiator(beginning).receive(reply.send).type, 'established')
        } else assert.equal(answered.type, 'refused')
      }
      new Initiator({ ...beginning, suites: [classicSuite] }).receive(message)
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), play), { numRuns: 20 })
    play(hello.with(2, patternCode.XX))
    const change = fc.tuple(fc.nat(hello.length - 1), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(change, ([at, by]) => {
        fc.pre(at !== cookieAt) // a longer cookie is taken from the Noise message; a cookie alone is not bound
        const changed = hello.slice()
        changed[at]! ^= by
        play(changed)
      }),
      { numRuns: 40 },
    )
  })

  test('a pattern that is not spoken, and a list that is too long, are refused', () => {
    const { hello } = new Initiator(beginning)
    const pattern = hello.slice()
    pattern[2] = 9
    assert.equal(codeOf(Responder.begin(answering, admitted(pattern))), 'version')
    const long = Uint8Array.from([...hello.slice(0, 4), 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...hello.slice(7)])
    assert.equal(codeOf(Responder.begin(answering, admitted(long))), 'malformed')
    const version = hello.slice()
    version[0] = 2
    assert.equal(codeOf(admit(version, source, { suites: both, cookies: jar(), load: 'idle' })), 'malformed')
    assert.equal(kindOf(version), undefined)
  })
})

test('misuse is an error of our own', () => {
  assert.throws(() => new Initiator({ ...beginning, suites: [] }), TypeError)
  assert.throws(() => new Initiator({ ...beginning, connectionId: new Uint8Array(7) }), RangeError)
  assert.throws(() => new Initiator({ ...beginning, remoteStatic: new Uint8Array(32) }), /low order/)
  const { hello } = new Initiator(beginning)
  assert.throws(() => Responder.begin({ ...answering, connectionId: new Uint8Array(9) }, admitted(hello)), RangeError)
})
