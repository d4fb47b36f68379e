import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { IntentItem, IntentList, IntentResource } from '@vagus/api/intent'
import type { IntentPlaces } from '@vagus/api/intent-places'
import { intentDraft, intentResource, readIntentFile } from '@vagus/controller'
import { intentChecks } from '../src/doctor/intents.ts'
import { intentListText, intentText } from '../src/intent/intent-text.ts'
import { previewOf, previewText } from '../src/intent/preview.ts'
import { noPaint } from '../src/paint.ts'

const now = Date.UTC(2026, 10, 28)
const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString()
const canvas = { columns: 100, paint: noPaint, detail: 'plain' } as const
const item = (name: string, goal: IntentItem['goal'], more: Partial<IntentItem> = {}): IntentItem => ({
  name,
  scope: {},
  when: {},
  priority: 0,
  because: null,
  goal,
  state: 'active',
  since: at(-60),
  evidence: null,
  reports: [],
  ...more,
})
const freeze = item('launch', { type: 'freeze' }, { scope: { borders: ['transit'] } })
const pin = item(
  'keep-dns',
  { type: 'pin', prefix: '192.0.2.0/24', enters: 'only', over: ['tr-1'] },
  { state: 'degraded', evidence: '192.0.2.0/24 enters over tr-2, 3.2 Mbit/s, where it must not' },
)
const list = (items: readonly IntentItem[], more: Partial<IntentList> = {}): IntentList => ({
  apiVersion: 'vagus/v1',
  kind: 'IntentList',
  now: at(0),
  owner: 'did:key:z6MkOwner',
  epoch: 7,
  hash: null,
  issuedAt: at(-3600),
  expiresAt: at(80 * 86_400),
  standing: 'holds',
  items: [...items],
  devices: [
    { device: 'pe-1', epoch: 7, standing: 'holds', at: at(-1) },
    { device: 'pe-2', epoch: 6, standing: 'holds', at: at(-1) },
  ],
  ...more,
})
const places: IntentPlaces = {
  apiVersion: 'vagus/v1',
  kind: 'IntentPlaces',
  owner: 'did:key:z6MkOwner',
  devices: ['pe-1', 'pe-2'],
  sites: { office: ['pe-1'], 'dc-east': ['pe-2'], transit: ['pe-1', 'pe-2'] },
  links: { 'tr-1': [{ device: 'pe-1', interface: 'eth0' }], 'tr-2': [{ device: 'pe-2', interface: 'eth0' }] },
  borders: { transit: ['tr-1', 'tr-2'] },
  neighbours: ['transit'],
}
const preview = (text: string, inForce: readonly IntentItem[]) =>
  previewOf(intentDraft(readIntentFile(text, 'i.yaml').file, places), {
    places,
    list: list(inForce),
    resourceOf: intentResource,
    lineOf: ({ goal }) => (goal.type === 'connect' ? 'no line is possible now: there is no room' : undefined),
    now,
  })

describe('what a file would change', () => {
  test('is said of each intent, with where it would hold, and which give way', () => {
    const found = preview(
      `intents:
  - { name: launch, freeze: {} }
  - { name: keep-dns, pin: { prefix: 192.0.2.0/24, only: [tr-1] } }
  - { name: branch, scope: { links: [tr-2] }, connect: { between: [office, dc-east], rate: 20M } }`,
      [freeze, pin, item('old', { type: 'freeze' })],
    )
    assert.deepEqual(
      found.items.map(({ name, change, devices }) => [name, change, devices]),
      [
        ['launch', 'changed', ['pe-1', 'pe-2']],
        ['keep-dns', 'as before', ['pe-1', 'pe-2']],
        ['branch', 'added', ['pe-2']],
        ['old', 'withdrawn', []],
      ],
    )
    const text = previewText(found, canvas)
    assert.match(text, /^1 added, 1 changed, 1 as before, 1 withdrawn\n~ launch\n {4}nothing new: .*everywhere; always/)
    assert.match(
      text,
      /\+ branch\n {4}a line between office and dc-east of 20\.0 Mb\/s \(link tr-2; always\)\n {4}at 1 device: pe-2/,
    )
    assert.match(text, /no line is possible now: there is no room\n- old {2}would hold no more/)
    assert.match(text, /1 conflict:\n {2}"launch" lets no line begin where "branch" needs one; what restricts wins$/)
  })

  test('is told of an intent whose time is over, such as one of another year', () => {
    const past = '{ name: launch, freeze: {}, until: 2020-12-03T06:00:00Z }'
    const text = previewText(preview(`intents: [${past}, { name: nights, freeze: {} }]`, []), canvas)
    assert.match(text, /\+ launch\n.*\n.*\n {4}its time is over: it holds nowhere any more\n\+ nights\n(?!.*over)/)
  })

  test('is nothing where the file says what is in force, whatever the order of its keys', () => {
    const found = preview('intents: [{ freeze: {}, scope: { borders: [transit] }, name: launch }]', [freeze])
    assert.deepEqual([found.items[0]!.change, found.conflicts], ['as before', []])
  })
})

describe('intents are shown', () => {
  test('with why one is not met, and who has not got the set', () => {
    const text = intentListText(list([freeze, pin]), canvas)
    assert.match(text, /launch +active +1m ago +nothing new: no MED, no line, no commit, no policy +border transit/)
    assert.match(text, /\n {2}keep-dns {2}192\.0\.2\.0\/24 enters over tr-2, 3\.2 Mbit\/s, where it must not\n/)
    assert.match(text, /set 7, signed 1h ago, expires in 80d; 1 device has it; not yet: pe-2 \(6\)$/)
    assert.match(intentListText(list([], { epoch: 0 }), canvas), /^no set of intents is known yet/)
  })

  test('one by one with what each device makes of it', () => {
    const reports = [{ device: 'pe-2', state: 'refused' as const, since: at(-30), evidence: 'it does not know it' }]
    const { items: _, devices: __, now: ___, ...head } = list([])
    const resource: IntentResource = { ...head, ...pin, reports, kind: 'Intent' }
    const text = intentText(resource, at(0), canvas)
    assert.match(
      text,
      /^keep-dns {3}degraded: it holds, and is not met\n {2}goal {6}192\.0\.2\.0\/24 enters only over tr-1\n/,
    )
    assert.match(text, /\n {2}evidence {2}192\.0\.2\.0\/24 enters over tr-2/)
    assert.match(text, /DEVICE {2}STATE +SINCE {2}EVIDENCE\npe-2 +refused +30 s ago {2}it does not know it$/)
  })
})

describe('the doctor', () => {
  const said = (found: IntentList | undefined, devices: readonly string[] = [], seconds = 3600): readonly string[] =>
    intentChecks(found, devices, { now: at(0), startedAt: at(-seconds) }).map(
      ({ state, found: text, fix }) => `${state} ${text} → ${fix}`,
    )
  test('has nothing to say of a controller that obeys nobody’s', () => assert.deepEqual(said(undefined), []))
  test('names what is not met, who has not got the set, and what expires', () => {
    assert.deepEqual(said(list([freeze, pin])), [
      'warn agents of these have not got set 7 yet: pe-2 → are they connected? vagus device ls',
      'warn keep-dns is degraded: 192.0.2.0/24 enters over tr-2, 3.2 Mbit/s, where it must not → vagus intent show keep-dns',
    ])
    assert.deepEqual(said(list([freeze], { devices: [] }), ['pe-1', 'pe-3']), [
      'warn agents of these do not say that they obey: pe-1, pe-3 → beside their routers: vagus device … --intents-of did:key:z6MkOwner',
    ])
    assert.deepEqual(said(list([freeze], { devices: [] }), ['pe-1'], 3), [
      'ok agents of these have not reported yet, as the controller started 3 s ago: pe-1 → ',
    ])
    const [soon] = said(list([freeze], { expiresAt: at(86_400), devices: [] }))
    assert.match(soon!, /^warn the set expires in 1d; then nothing new begins → on the host of the owner/)
    const [over] = said(list([freeze], { expiresAt: at(-60), devices: [], standing: 'expired' }))
    assert.match(over!, /^fail the set expired 1m ago: nothing new begins/)
    assert.match(said(list([], { epoch: 0 }))[0]!, /^warn no set of their owner is known yet: nothing new begins/)
    assert.match(said(list([freeze], { devices: [] }))[0]!, /^ok 1 intent of set 7, all met or not due; 0 devices/)
  })
})
