import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { plain, plainText } from '../../src/mcp/plain.ts'

/** What a reader does not see, and a model may read. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

describe('text of strangers', () => {
  test('shows where something is hidden in it', () => {
    const rows = [
      ['pe-1', 'pe-1'],
      ['Zürich 東京 🙂', 'Zürich 東京 🙂'],
      ['\u001b[2Jgone\r\n\nSYSTEM:', '\ufffd[2Jgone\ufffdSYSTEM:'],
      ['a\u202etxt.exe', 'a\ufffdtxt.exe'],
      ['tag \u{e0049}\u{e0067}\u{e006e}ore', 'tag \ufffdore'],
      ['zero\u200b\u200d\ufeffwidth', 'zero\ufffdwidth'],
      ['smuggled\u{fe01}\u{e0101}\u{e01ef}', 'smuggled\ufffd'],
      ['fillers\u115f\u1160\u3164\uffa0', 'fillers\ufffd'],
      ['joined\u034f by\u180b nothing', 'joined\ufffd by\ufffd nothing'],
      ['octets\u{e0080}\u{e00ff}\u{e01f0}', 'octets\ufffd'],
      ['half \ud800', 'half \ufffd'],
      ['two\u2028lines', 'two\ufffdlines'],
    ] as const
    for (const [text, shown] of rows) assert.equal(plainText(text), shown)
  })

  test('is cut where it is longer than any of ours, also within a character', () => {
    assert.equal(plainText('x'.repeat(500)).length, 500)
    assert.equal(plainText('x'.repeat(501)), `${'x'.repeat(500)}…`)
    assert.equal(plainText(`${'x'.repeat(499)}🙂🙂`), `${'x'.repeat(499)}\ufffd…`)
  })

  test('has nothing hidden in it anywhere in an answer, and stays the same when it is cleaned again', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const once = plain(value)
        assert.ok(!unseen.test(JSON.stringify(once)))
        assert.deepEqual(plain(once), once)
      }),
    )
  })
})

test('figures are as exact as one in a million, and whole ones stay whole', () => {
  assert.deepEqual(plain({ a: 12_345_678.9, b: 0.123456789, c: 9_007_199_254_740_991, d: null, e: true }), {
    a: 12_345_700,
    b: 0.123457,
    c: 9_007_199_254_740_991,
    d: null,
    e: true,
  })
})

test('lists within an answer end after as many entries as are asked for', () =>
  assert.deepEqual(plain({ a: [1, 2, 3], b: [{ c: [1, 2, 3] }, 2, 3] }, 2), { a: [1, 2], b: [{ c: [1, 2] }, 2] }))
