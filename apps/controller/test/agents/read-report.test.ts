import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clockSkewSeconds, verifyDocument } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import type { ListedAgent } from '../../src/agents/agent-list.ts'
import { readReport } from '../../src/agents/read-report.ts'
import { documentOf, type DocumentOptions } from '../support/agent-document.ts'
import { idOf, reportOf, sessionOf, signed } from '../support/session-report.ts'

const now = Date.UTC(2026, 10, 26)
const skew = clockSkewSeconds * 1000

function agent(options: DocumentOptions = {}): ListedAgent {
  const document = documentOf('writer', 1, now, options)
  const read = verifyDocument(document, now, identityCrypto)
  assert.ok(read.type === 'verified')
  return { name: 'writer', document, seenAt: now, presence: 'told', quietSince: now, identity: read.identity }
}
const read = (jws: string, of = agent()) => readReport(jws, of, now, identityCrypto)

describe('a session report', () => {
  const report = reportOf(idOf(1), now, [sessionOf(idOf(5), now)], 2)

  test('is believed when the key of the newest document signed it, near our clock', () => {
    assert.deepEqual(read(signed(report, 1)), { type: 'read', report })
    assert.equal(read(signed(report, 2), agent({ rotated: true })).type, 'read')
    for (const at of [now - skew, now + skew]) assert.equal(read(signed(reportOf(idOf(1), at), 1)).type, 'read')
  })

  test('is refused with what was wrong and what would be right', () => {
    const session = sessionOf(idOf(5), now)
    const rejects: readonly [name: string, jws: string, why: RegExp, of?: ListedAgent][] = [
      ['no JWS', 'x.y', /three parts \(malformed\)/],
      ['of another type', signed(report, 1, 'vagus-identity'), /only \{.*"typ":"vagus-sessions"\} is accepted/],
      ['of a key of another agent', signed(report, 5), /\(signature\); sign with .* newest document of "writer"/],
      ['of the key before', signed(report, 1), /\(signature\)/, agent({ rotated: true })],
      ['with another payload', signed(report, 1).replace(/\.\w/, '.f'), /\(signature\)/],
      ['without a member', signed({ ...report, more: undefined }, 1), /wrong at "more": /],
      ['too long', signed({ ...report, sessions: Array(257).fill(session) }, 1), /"sessions": .*256/],
      [
        'with a control character',
        signed(reportOf(idOf(1), now, [{ ...session, cipher: '\u001b[2J' }]), 1),
        /printable/,
      ],
      ['a number', signed(1, 1), /wrong at ""/],
      ['of another agent', signed(reportOf(idOf(5), now), 1), /is of did:key:\w+; "writer" is did:key:/],
      ['old', signed(reportOf(idOf(1), now - skew - 1000), 1), /301 s behind our clock \(2026-.*may differ by 300 s/],
      ['of the future', signed(reportOf(idOf(1), now + skew + 1000), 1), /301 s ahead of our clock/],
    ]
    for (const [name, jws, why, of] of rejects) {
      const answer = read(jws, of)
      assert.ok(answer.type === 'refused', name)
      assert.match(answer.problem, why, name)
    }
  })
})
