import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { encodeReason, maxReason } from '../src/session/close-reason.ts'
import { VirtualNetwork } from './virtual-network.ts'

const told = (reason: string): string => new TextDecoder('utf-8', { fatal: true }).decode(encodeReason(reason))

describe('the reason of a close', () => {
  for (const [title, reason, expected] of [
    ['that fits is told as it is', 'x'.repeat(512), 'x'.repeat(512)],
    ['that is too long ends behind a word', 'word '.repeat(200), `${'word '.repeat(101).trim()}…`],
    [
      'that is too long ends rather behind a sentence',
      `${'word '.repeat(60)}end. ${'more '.repeat(200)}`,
      `${'word '.repeat(60)}end.…`,
    ],
    ['loses no more than half for a whole sentence', `No. ${'x'.repeat(600)}`, `No. ${'x'.repeat(505)}…`],
    ['is not cut within a character', '\u{1f512}'.repeat(200), `${'\u{1f512}'.repeat(127)}…`],
  ] as const)
    test(title, () => assert.equal(told(reason), expected))

  test('of any text is at most so long, in UTF-8, and begins as the text does', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 1500 }), (reason) => {
        const text = told(reason)
        assert.ok(encodeReason(reason).length <= maxReason)
        assert.ok(text === reason || (text.endsWith('…') && reason.startsWith(text.slice(0, -1))))
      }),
    ))

  test('arrives whole up to its length', () => {
    const network = new VirtualNetwork(10, { delay: 10 })
    network.run(300)
    network.sessions.a.close(0x101, 'moved house '.repeat(80), network.now)
    network.run(2_000)
    const closed = network.events.b.find(({ type }) => type === 'closed')
    assert.ok(closed?.type === 'closed')
    assert.equal(closed.reason, told('moved house '.repeat(80)))
  })
})
