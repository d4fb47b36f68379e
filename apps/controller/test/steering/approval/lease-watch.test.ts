import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HeldLease } from '../../../src/steering/approval/lease-book.ts'
import { LeaseWatch } from '../../../src/steering/approval/lease-watch.ts'
import { type AskCode, AskProblem } from '../../../src/steering/approval/med-asker.ts'

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

/** When it is asked for again, seconds after it was heard. */
function askedAgain(code: AskCode | undefined): number {
  const watch = new LeaseWatch()
  assert.deepEqual(watch.due([lease], 8000), [lease])
  watch.heard(lease, code === undefined ? undefined : problem(code), 8000)
  for (let second = 0; ; second++) if (watch.due([lease], 8000 + second * 1000).length > 0) return second
}

test('a lease is confirmed 8 s after it was set, every 30 s, and 5 s after it was not confirmed', () => {
  const watch = new LeaseWatch()
  assert.deepEqual(watch.due([lease], 7999), [])
  assert.deepEqual(watch.due([lease], 8000), [lease])
  assert.deepEqual(watch.due([lease], 60_000), [], 'while it is asked, it is not asked again')
  const setBack = new LeaseWatch()
  setBack.due([lease], 8000)
  setBack.heard(lease, undefined, 8000)
  assert.deepEqual(setBack.due([lease], 7000), [lease], 'a clock that was set back lets none wait')
  assert.deepEqual([askedAgain(undefined), askedAgain('BUSY'), askedAgain('ABSENT')], [30, 5, 5])
})

test('declines that mean it is gone lose it at once, all others do not', () => {
  const heard = (code: AskCode) => new LeaseWatch().heard(lease, problem(code), 0)
  for (const code of ['STALE', 'RESOURCE', 'POLICY', 'UNTRUSTED'] as const)
    assert.equal(heard(code), 'pe-1 has 10.1.0.0/16 on tr-1 no more: why')
  for (const code of ['BUSY', 'LOOP', 'DECLINED', 'UNCLEAR', 'SILENT', 'ABSENT'] as const)
    assert.equal(heard(code), undefined, code)
})

test('an agent is missed after 45 s, and not if it was there between', () => {
  const watch = new LeaseWatch()
  assert.equal(watch.heard(lease, problem('ABSENT'), 0), undefined)
  assert.equal(watch.heard(lease, problem('SILENT'), 44_999), undefined)
  assert.equal(watch.heard(lease, undefined, 45_000), undefined)
  assert.equal(watch.heard(lease, problem('ABSENT'), 46_000), undefined)
  assert.equal(watch.heard(lease, problem('ABSENT'), 91_000), 'the agent of pe-1 is gone for 45 s')
})
