/** What intents say to commits of AI agents, to the agent's policy, and to lines. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { operator } from '@vagus/api/actor'
import type { Intent } from '@vagus/intent'
import { type Allowed, editsOf, patternOf } from '@vagus/southbound'
import { forbidden, forbids, intentRefused } from '../../src/intents/commit-intents.ts'
import { IntentDesk } from '../../src/intents/intent-desk.ts'
import { narrowed } from '../../src/lines/line-checks.ts'
import type { DeviceDeed } from '../../src/record/device-record.ts'
import { begin, intent, nextSet, owner } from '../support/intent-set.ts'

const allowed: Allowed = {
  dialect: 'frr',
  patterns: ['interface * / description *', 'route-map CUST-* *'].map(patternOf),
  own: ['169.254.77.2'],
}
const detailOf = (answer: { readonly body: unknown } | undefined): string =>
  ((answer?.body ?? {}) as { readonly detail?: string }).detail ?? ''
const edits = editsOf(['interface eth1', 'description to the customer'])

function deskWith(...intents: readonly Intent[]): { readonly desk: IntentDesk; readonly deeds: DeviceDeed[] } {
  const deeds: DeviceDeed[] = []
  const desk = new IntentDesk({
    owner: owner.identity.id,
    control: '/nonexistent/vagus/agent.sock',
    device: { name: 'pe-1', roles: [] },
    report: () => undefined,
    tell: (deed) => deeds.push(deed),
    now: () => begin,
  })
  desk.take(nextSet(intents).jws, 'a neighbour')
  return { desk, deeds }
}

describe('a commit of an AI agent', () => {
  test('does not begin in a freeze of the router, or of one of its links, whoever says that it is theirs', () => {
    for (const scope of [{}, { links: ['a'] }]) {
      const { desk, deeds } = deskWith(intent('launch', { type: 'freeze' }, { scope, when: { until: begin + 60_000 } }))
      const answer = forbidden(edits, allowed, operator, desk)
      assert.equal(answer?.status, 403)
      assert.deepEqual(answer.body, {
        type: 'urn:vagus:problem:intent-forbids',
        title: 'intent "launch" until 2023-11-14T22:14:20Z: no commit begins',
        status: 403,
        detail: 'intent "launch" until 2023-11-14T22:14:20Z: no commit begins',
        intent: 'launch',
        until: '2023-11-14T22:14:20.000Z',
      })
      assert.equal(deeds.at(-1)?.event, 'intent.refused')
      assert.deepEqual(
        intentRefused(edits, allowed, desk).map(({ line }) => line),
        ['interface eth1 / description to the customer'],
      )
    }
  })

  test('needs a pattern of each list: of the device, and of every intent', () => {
    const bounds = (name: string, patterns: string[]): Intent => intent(name, { type: 'bounds', commits: { patterns } })
    const both = deskWith(bounds('words', ['interface * / description *']), bounds('maps', ['route-map *'])).desk
    const answer = forbidden(edits, allowed, operator, both)
    assert.match(detailOf(answer), /intent "maps": AI agents commit only "route-map \*"/)
    const one = deskWith(bounds('words', ['interface * / description *'])).desk
    assert.equal(forbidden(edits, allowed, operator, one), undefined)
    assert.deepEqual(intentRefused(edits, allowed, one), [])
  })

  test('begins where no intent speaks of it, and where the device obeys none', () => {
    assert.equal(forbidden(edits, allowed, operator, deskWith().desk), undefined)
    assert.equal(forbidden(edits, allowed, operator, undefined), undefined)
  })
})

test('the policy of the agent is not installed in a freeze', () => {
  const { desk } = deskWith(intent('launch', { type: 'freeze' }))
  const refusal = desk.policyRefusal(operator)
  assert.match(detailOf(forbids(refusal!)), /no policy is installed/)
  assert.equal(deskWith().desk.policyRefusal(operator), undefined)
})

describe('the room of lines', () => {
  const room = new Map([
    ['eth1', 90e6],
    ['eth2', 90e6],
  ])
  const less = (share: number): ReturnType<typeof narrowed> => {
    const bounds = intent('third', { type: 'bounds', lines: { sharePercent: share } }, { scope: { links: ['a'] } })
    const { desk } = deskWith(bounds)
    return narrowed(room, 0.9, (name) => desk.lineShare(name))
  }

  test('is what the intent leaves of its links, and the words say whose that is', () => {
    const { room: left, words } = less(30)
    assert.deepEqual([Math.round(left.get('eth1')!), left.get('eth2')], [30e6, 90e6])
    assert.equal(words, '; intent "third" leaves lines 30 % of eth1')
  })

  test('is never more than the device allows', () => {
    assert.deepEqual(less(95), { room, words: '' })
  })
})
