/** What agents and relays say to each other, where one of the two means harm. */
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeGreeting, encodeGreeting } from '../src/link/notice.ts'
import { isHandle, linesOf, parseRelayAddress, tell } from '../src/relay/relay-message.ts'

async function read(stream: PassThrough): Promise<unknown[]> {
  const said: unknown[] = []
  for await (const each of linesOf(stream)) said.push(each)
  return said
}

test('lines come out whole, however the stream is cut, and in whatever script', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), fc.integer({ min: 1, max: 7 }), async (words, size) => {
      const octets = Buffer.from(words.map((word) => `${JSON.stringify({ word })}\n`).join(''))
      const stream = new PassThrough()
      for (let at = 0; at < octets.length; at += size) stream.write(octets.subarray(at, at + size))
      stream.end()
      assert.deepEqual(
        await read(stream),
        words.map((word) => ({ word })),
      )
    }),
  )
})

test('a line that is no object, or has no end, ends the stream', async () => {
  for (const wrong of ['{\n', '7\n', 'null\n', '\n', `${' '.repeat(5000)}{}\n`]) {
    const stream = new PassThrough()
    stream.write('{"ask":1}\n')
    stream.write(wrong)
    assert.deepEqual(await read(stream), [{ ask: 1 }])
    assert.ok(stream.destroyed)
  }
  const endless = new PassThrough()
  const said = read(endless)
  let octets = 0
  while (!endless.destroyed && octets < 2 ** 20) {
    endless.write('x'.repeat(1000))
    octets += 1000
    await new Promise(setImmediate)
  }
  assert.deepEqual(await said, [])
  assert.ok(octets < 10_000, `${octets} octets were kept`)
})

test('who lets what is told wait is told no more', () => {
  const stream = new PassThrough({ highWaterMark: 1 })
  let told = 0
  for (; !stream.destroyed && told < 100_000; told++) tell(stream, { incoming: told })
  assert.ok(stream.destroyed && told < 10_000, `${told} messages wait`)
})

test('a handle is a word, and what is longer than a greeting takes is left out of it', () => {
  assert.ok(isHandle('Ab-_9'))
  for (const wrong of ['', 'a b', 'a/b', 'x'.repeat(65)]) assert.equal(isHandle(wrong), false)
  assert.deepEqual(parseRelayAddress('relay://did:key:z6Mk/h-1'), {
    relay: 'did:key:z6Mk',
    handle: 'h-1',
    text: 'relay://did:key:z6Mk/h-1',
  })
  assert.equal(parseRelayAddress(`relay://did:key:z6Mk/${'x'.repeat(65)}`), undefined)
  const addresses = ['udp://192.0.2.1:7601', `relay://r/${'x'.repeat(300)}`, 'tcp://192.0.2.1:7601']
  const greeting = {
    journal: new Uint8Array(16),
    journalLifetime: 'disk' as const,
    addresses,
  }
  assert.deepEqual(decodeGreeting(encodeGreeting(greeting)), { ...greeting, addresses: [addresses[0], addresses[2]] })
})

test('a greeting never changes its layout: other versions read it', () => {
  const journal = new Uint8Array(16).fill(0xab)
  const greeting = { journal, journalLifetime: 'disk' as const, addresses: ['udp://[::1]:7'] }
  const hex = `${'ab'.repeat(16)}010d7564703a2f2f5b3a3a315d3a37`
  assert.equal(Buffer.from(encodeGreeting(greeting)).toString('hex'), hex)
  assert.deepEqual(decodeGreeting(new Uint8Array(Buffer.from(hex, 'hex'))), greeting)
})
