import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { readTokenLines, shownDigest, writtenDigest } from '../src/token-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-token-lines-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'callers')
function linesOf(text: string, names = /^\S+$/) {
  writeFileSync(path, text, { mode: 0o600 })
  return readTokenLines(path, names)
}
const token = '0123456789abcdef'

describe('a file with tokens of callers', () => {
  test('has a name, a token or its digest, and scopes in each line, and comments between them', () => {
    const digest = `sha256:${shownDigest('another').toUpperCase()}`
    const text = `\ufeff# of this host\r\nci  ${token}\r\n\n\tci ${digest} read,write # \n`
    assert.throws(() => linesOf(text), /^TypeError: line 4 of \S+callers is not NAME TOKEN \[SCOPE,SCOPE\]/)
    assert.deepEqual(linesOf(text.replace(' # ', '')), [
      { name: 'ci', written: token, scopes: [] },
      { name: 'ci', written: digest, scopes: ['read', 'write'] },
    ])
    assert.equal(writtenDigest(digest), shownDigest('another'))
    assert.equal(writtenDigest(token), shownDigest(token))
  })
  test('is refused with the number of the line, and no token is shown', () => {
    for (const [text, problem] of [
      ['ci', /line 1 of/],
      [`#\nci ${token.slice(1)}`, /line 2 of .* 16 characters or more/],
      [`ci ${token} read write`, /line 1 of/],
      [`ci sha256:${token}`, /line 1 of .*sha256:HEX/],
      [`c/i ${token}`, /line 1 of/],
      [`ci ${token}\nother sha256:${shownDigest(token)}`, /line 2 of \S+ has a token that a line before it has/],
    ] as const)
      assert.throws(
        () => linesOf(text, /^\w+$/),
        (error: unknown) =>
          error instanceof TypeError && problem.test(error.message) && !error.message.includes('2345'),
        text,
      )
  })
  test('goes past the guard of secret files', () => {
    linesOf(`ci ${token}`)
    chmodSync(path, 0o604)
    assert.throws(() => readTokenLines(path, /^\w+$/), {
      name: 'TypeError',
      message: /has mode 0604, .* it must be 0600: chmod 600 \S+callers$/,
    })
    chmodSync(path, 0o600)
  })
  test('gives what was written, whatever that is', () => {
    const word = fc.stringMatching(/^[\x21-\x7e]+$/)
    const line = fc.record(
      {
        name: word.filter((name) => !name.startsWith('#')),
        written: fc.oneof(
          fc.stringMatching(/^[\x21-\x7e]{16,40}$/).filter((one) => !one.startsWith('sha256:')),
          fc.stringMatching(/^sha256:[0-9a-f]{64}$/),
        ),
        scopes: fc.array(fc.stringMatching(/^[a-z:]+$/), { maxLength: 3 }),
      },
      { noNullPrototype: true },
    )
    const lines = fc.uniqueArray(line, { selector: ({ written }) => writtenDigest(written) })
    fc.assert(
      fc.property(lines, (all) => {
        const text = all.map(({ name, written, scopes }) => `${name}\t${written} ${scopes.join(',')}`).join('\n')
        assert.deepEqual(linesOf(text), all)
      }),
    )
  })
  test('that is anything else is refused, or has tokens of 16 characters or more', () => {
    const piece = fc.constantFrom('ci', ' ', '\n', '#', token, 'sha256:', 'f'.repeat(64), '\u0000', '\ufffd', '\t', ',')
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
        try {
          for (const { name, written } of linesOf(pieces.join(''))) assert.ok(name !== '' && written.length >= 16)
        } catch (error) {
          assert.ok(error instanceof TypeError, String(error))
        }
      }),
    )
  })
})
