import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HeldLease } from '../../../src/steering/approval/lease-book.ts'
import { LeaseWatch } from '../../../src/steering/approval/lease-watch.ts'
import type { AskCode } from '../../../src/negotiation/negotiation-problem.ts'
import { AskProblem } from '../../../src/steering/approval/med-asker.ts'

const lease: HeldLease = {
  device: 'pe-1',
  agent: 'did:key:z6Mk',
  prefix: '10.1.0.0/16',
  interface: 'eth0',
  link: 'tr-1',
  peerAs: 64_999,
  load: { now: 930, predicted: 530 },
  confidence: 950,
  leaseMs: 600_000,
  plan: '00',
  med: 200,
  epoch: 1,
  role: 'leaving',
  setAt: 0,
  until: 600_000,
  before: [],
  after: [],
}
const problem = (code: AskCode) => new AskProblem('confirm', lease, 200, { code, problem: 'why' })

const since = 0
const connected = () => since
const gone = () => undefined

/** When it is asked for again, seconds after it was heard. */
function askedAgain(code: AskCode | undefined): number {
  const watch = new LeaseWatch()
  assert.deepEqual(watch.due([lease], 8000, connected), [lease])
  watch.heard(lease, code === undefined ? undefined : problem(code), 8000)
  for (let second = 0; ; second++) if (watch.due([lease], 8000 + second * 1000, connected).length > 0) return second
}

/** Asked at `at`, and heard so many milliseconds later. */
function heard(watch: LeaseWatch, code: AskCode | undefined, at: number, later = 0): string | undefined {
  assert.deepEqual(watch.due([lease], at, connected), [lease], `at ${at}`)
  return watch.heard(lease, code === undefined ? undefined : problem(code), at + later)
}

test('a lease is confirmed 8 s after it was set, every 15 s, and 5 s after it was not confirmed', () => {
  const watch = new LeaseWatch()
  assert.deepEqual(watch.due([lease], 7999, connected), [])
  assert.deepEqual(watch.due([lease], 8000, connected), [lease])
  assert.deepEqual(watch.due([lease], 60_000, connected), [], 'while it is asked, it is not asked again')
  const setBack = new LeaseWatch()
  setBack.due([lease], 8000, connected)
  setBack.heard(lease, undefined, 8000)
  assert.deepEqual(setBack.due([lease], 7000, connected), [lease], 'a clock that was set back lets none wait')
  assert.deepEqual([askedAgain(undefined), askedAgain('BUSY'), askedAgain('ABSENT')], [15, 5, 5])
})

test('an agent that went or came back is asked at once: it may have been started again', () => {
  const watch = new LeaseWatch()
  heard(watch, undefined, 8000)
  assert.deepEqual(watch.due([lease], 9000, gone), [lease])
  watch.heard(lease, problem('ABSENT'), 9000)
  assert.deepEqual(watch.due([lease], 10_000, gone), [], 'while it is gone, as often as any')
  assert.deepEqual(
    watch.due([lease], 11_000, () => 10_500),
    [lease],
  )
})

test('declines that mean it is gone lose it at once, all others do not', () => {
  const first = (code: AskCode) => heard(new LeaseWatch(), code, 8000)
  for (const code of ['STALE', 'RESOURCE', 'POLICY', 'UNTRUSTED', 'UNDONE'] as const)
    assert.equal(first(code), 'pe-1 has 10.1.0.0/16 on tr-1 no more: why')
  for (const code of ['BUSY', 'LOOP', 'DECLINED', 'UNCLEAR', 'SILENT', 'ABSENT'] as const)
    assert.equal(first(code), undefined, code)
})

test('an agent is missed 30 s after it was first asked in vain, and not if it was there between', () => {
  const watch = new LeaseWatch()
  assert.equal(heard(watch, 'SILENT', 8000, 14_000), undefined)
  assert.equal(heard(watch, 'ABSENT', 37_999), undefined)
  assert.equal(heard(watch, undefined, 43_000), undefined)
  assert.equal(heard(watch, 'SILENT', 58_000, 14_000), undefined)
  assert.equal(heard(watch, 'SILENT', 77_000, 14_000), 'the agent of pe-1 is gone for 33 s')
})

test('a lease that is not confirmed for so long is lost whatever its agent says instead', () => {
  for (const code of ['BUSY', 'LOOP', 'DECLINED', 'UNCLEAR'] as const) {
    const watch = new LeaseWatch()
    assert.equal(heard(watch, code, 8000), undefined)
    assert.equal(heard(watch, code, 38_000), 'pe-1 has not confirmed 10.1.0.0/16 on tr-1 for 30 s: why', code)
  }
})
