import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type AuditEvent,
  auditLogOf,
  checkAuditLog,
  decodeBase64,
  encodeBase64,
  isRefused,
  masaUrlOf,
  maxAuditEvents,
  mediaTypeProblem,
  readAuditLog,
  readStatusReport,
  statusOf,
  type StatusReport,
  writeAuditLog,
  writeStatusReport,
} from '../src/index.ts'

const octets = (text: string): Uint8Array => new TextEncoder().encode(text)
const json = (value: unknown): Uint8Array => octets(JSON.stringify(value))

/** As RFC 8995 §5.8.1 prints it, with texts where its CDDL has numbers. */
const printed = {
  version: '1',
  events: [
    {
      date: '2019-05-15T17:25:55.644-04:00',
      domainID: 'BduJhdHPpfhQLyponf48JzXSGZ8=',
      nonce: 'VOUFT-WwrEv0NuAQEHoV7Q',
      assertion: 'proximity',
      truncated: '0',
    },
    {
      date: '2017-05-15T17:25:55.644-04:00',
      domainID: 'BduJhdHPpfhQLyponf48JzXSGZ8=',
      nonce: 'f4G6Vi1t8nKo/FieCVgpBg==',
      assertion: 'proximity',
    },
  ],
  truncation: { 'nonced duplicates': '0', 'nonceless duplicates': '1', arbitrary: '2' },
}

describe('an audit log', () => {
  test('is read as RFC 8995 §5.8.1 prints it', () => {
    const log = readAuditLog(json(printed))
    assert.ok(!isRefused(log), JSON.stringify(log))
    assert.deepEqual(log.truncation, { noncedDuplicates: 0, noncelessDuplicates: 1, arbitrary: 2 })
    assert.equal(log.events[0]!.date, Date.parse('2019-05-15T21:25:55.644Z'))
  })

  const events: fc.Arbitrary<AuditEvent> = fc.record({
    date: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    domainId: fc.constantFrom('a', 'b', 'c'),
    nonce: fc.option(fc.constantFrom('n1', 'n2', 'n3')),
    assertion: fc.constantFrom('proximity' as const, 'logged' as const),
  })

  test('survives writing and reading, abridged as it is', () => {
    fc.assert(
      fc.property(fc.array(events), (issued) => {
        const log = auditLogOf(issued)
        assert.deepEqual(readAuditLog(writeAuditLog(log)), log)
      }),
    )
  })

  test('shows of each domain the newest entry with a nonce and without, and counts the others', () => {
    fc.assert(
      fc.property(fc.array(events), (issued) => {
        const { events: shown, truncation } = auditLogOf(issued)
        const kinds = shown.map(({ domainId, nonce }) => `${domainId} ${nonce === null}`)
        assert.equal(new Set(kinds).size, kinds.length)
        assert.equal(shown.length + truncation.noncedDuplicates + truncation.noncelessDuplicates, issued.length)
        const counted = shown.reduce((sum, { truncated = 0 }) => sum + truncated + 1, 0)
        assert.equal(counted, issued.length)
      }),
    )
  })

  test('leaves the oldest out past its limit, and says so', () => {
    const issued = Array.from({ length: maxAuditEvents + 3 }, (_, at) => {
      return { date: at, domainId: `domain ${at}`, nonce: 'n', assertion: 'logged' as const }
    })
    const log = auditLogOf(issued)
    assert.equal(log.events.length, maxAuditEvents)
    assert.equal(log.events[0]!.date, maxAuditEvents + 2)
    assert.equal(log.truncation.arbitrary, 3)
    assert.equal(statusOf(readAuditLog(json({ version: 1, events: Array(300).fill(printed.events[0]) })) as never), 413)
  })

  const entry = (domainId: string, date: number, nonce: string | null = 'n'): AuditEvent => {
    return { domainId, date, nonce, assertion: 'proximity' }
  }
  const verdict = (...issued: AuditEvent[]): string => {
    const checked = checkAuditLog(auditLogOf(issued), { own: ['ours'], former: ['former'] })
    return isRefused(checked) ? checked.because.problem : 'accepted'
  }

  test('speaks against a device that another domain could take over (RFC 8995 §5.8.3)', () => {
    assert.equal(verdict(entry('ours', 1)), 'accepted')
    assert.equal(verdict(entry('foreign', 1), entry('ours', 2)), 'accepted', 'a sale')
    assert.equal(verdict(entry('former', 1, null), entry('ours', 2)), 'accepted', 'of a domain that is known')
    assert.match(verdict(entry('foreign', 1, null), entry('ours', 2)), /without a nonce/)
    assert.match(verdict(entry('ours', 1), entry('foreign', 2)), /after this one/)
    assert.match(verdict(entry('former', 1)), /no voucher for this domain/)
  })

  test('with entries left out arbitrarily speaks against the device', () => {
    const log = readAuditLog(json(printed))
    assert.ok(!isRefused(log))
    const own = [printed.events[0]!.domainID]
    assert.match(JSON.stringify(checkAuditLog(log, { own, former: [] })), /left 2 entries out/)
  })

  test('of any JSON is read or refused', () => {
    fc.assert(fc.property(fc.json(), (text) => void readAuditLog(octets(text))))
    fc.assert(fc.property(fc.anything(), (each) => void readAuditLog(json({ version: 1, events: [each ?? null] }))))
  })
})

describe('a status report', () => {
  test('is read as RFC 8995 §5.7 prints it', () => {
    const report = { version: 1, status: false, reason: 'Informative', 'reason-context': { additional: 'JSON' } }
    assert.deepEqual(readStatusReport(json(report)), {
      version: 1,
      outcome: 'failure',
      reason: 'Informative',
      context: { additional: 'JSON' },
    })
  })

  test('survives writing and reading', () => {
    const reports: fc.Arbitrary<StatusReport> = fc.record(
      {
        version: fc.nat(9),
        outcome: fc.constantFrom('success', 'failure'),
        reason: fc.string({ minLength: 1 }).filter((text) => !/\p{Cc}/u.test(text)),
        context: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer()), { noNullPrototype: true }),
      },
      { requiredKeys: ['version', 'outcome'], noNullPrototype: true },
    )
    fc.assert(fc.property(reports, (report) => assert.deepEqual(readStatusReport(writeStatusReport(report)), report)))
  })

  test('keeps a reason out of other lines of a log, and short', () => {
    const report = readStatusReport(json({ version: 1, status: false, reason: `a\nb${'x'.repeat(5000)}` }))
    assert.ok(!isRefused(report))
    assert.match(report.reason!, /^a bx+$/)
    assert.ok(report.reason!.length <= 1024)
  })

  test('without its status, or with a context that is none, is refused', () => {
    for (const wrong of [
      { version: 1 },
      { status: true },
      { version: 1, status: 'perhaps' },
      { version: 1, status: true, 'reason-context': [] },
    ])
      assert.ok(isRefused(readStatusReport(json(wrong))), JSON.stringify(wrong))
  })
})

describe('id-pe-masa-url (RFC 8995 §2.3.2)', () => {
  const urlOf = (text: string): string => {
    const answer = masaUrlOf(text, 'requestVoucher')
    return isRefused(answer) ? answer.because.code : answer.url
  }
  test('is an authority, or the folder of the resources', () => {
    assert.equal(urlOf('masa.example:9443'), 'https://masa.example:9443/.well-known/brski/requestvoucher')
    assert.equal(urlOf('[2001:db8::1]'), 'https://[2001:db8::1]/.well-known/brski/requestvoucher')
    assert.equal(urlOf('https://masa.example'), 'https://masa.example/.well-known/brski/requestvoucher')
    assert.equal(urlOf('https://masa.example/acme/'), 'https://masa.example/acme/requestvoucher')
    assert.equal(urlOf('masa.example/acme'), 'https://masa.example/acme/requestvoucher')
  })
  test('that leads elsewhere is refused', () => {
    for (const text of [
      'http://masa.example',
      'https://user@masa.example/',
      'masa.example/?x',
      'masa example',
      '',
      'a/#b',
    ])
      assert.equal(urlOf(text), 'malformed', text)
    fc.assert(fc.property(fc.string(), (text) => void urlOf(text)))
  })
})

describe('base64 (RFC 4648 §4)', () => {
  test('is that of Node, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        const text = encodeBase64(octets)
        assert.equal(text, Buffer.from(octets).toString('base64'))
        assert.deepEqual(decodeBase64(text, 'it'), octets)
      }),
    )
  })
})

describe('media types (RFC 8995 §5.6, 415)', () => {
  test('are compared without parameters and case', () => {
    const type = 'application/voucher-cms+json'
    for (const accept of [undefined, '*/*', 'application/*', `text/plain, ${type};q=0.5`])
      assert.equal(mediaTypeProblem('Application/Voucher-CMS+JSON; x=1', accept), undefined)
    assert.match(mediaTypeProblem('text/plain', undefined)!, /must be "application\/voucher-cms\+json"/)
    assert.match(mediaTypeProblem(undefined, undefined)!, /Content-Type is ""/)
    assert.match(mediaTypeProblem(type, 'application/voucher-jws+json')!, /only "application\/voucher-cms\+json"/)
  })
})
