import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { IntentPlaces } from '@vagus/api/intent-places'
import { identityCrypto } from '@vagus/transport'
import { verifyIntents } from '@vagus/intent'
import { ConfigError, problemText } from '../../src/config/config-error.ts'
import { intentDraft, intentFileText } from '../../src/config/intent-draft.ts'
import { readIntentFile } from '../../src/config/read-intent-file.ts'
import { setOf } from '../support/intent-set.ts'

const places: IntentPlaces = {
  apiVersion: 'vagus/v1',
  kind: 'IntentPlaces',
  owner: 'did:key:z6MkOwner',
  devices: ['pe-1', 'pe-2', 'pe-3'],
  sites: { office: ['pe-1'], 'dc-east': ['pe-2'], transit: ['pe-1', 'pe-2'] },
  links: {
    'tr-1': [{ device: 'pe-1', interface: 'eth0' }],
    'tr-2': [{ device: 'pe-2', interface: 'eth0' }],
    core: [
      { device: 'pe-1', interface: 'eth1' },
      { device: 'pe-3', interface: 'eth1' },
    ],
    other: [{ device: 'pe-3', interface: 'eth2' }],
  },
  borders: { transit: ['tr-1', 'tr-2'] },
  neighbours: ['transit'],
}
const problemsOf = (text: string): readonly string[] => {
  try {
    return readIntentFile(text, 'i.yaml').problems(places).map(problemText)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message.split('\n')
  }
}

describe('a file of intents', () => {
  test('names the line of what is wrong, and what would be right', () => {
    const text = `holds: 90d
intents:
  - name: Launch
    freeze: {}
  - name: two
    freeze: {}
    pin: { prefix: 10.0.0.0/8, only: [tr-1] }
  - name: pins
    pin: { prefix: 10.1.0.0, only: [tr-1], never: [tr-2] }
  - name: hot
    keepBelow: { percent: 170 }
    scop: { links: [core] }
  - name: night
    weekly: [{ days: [someday], from: 22:00, to: '06:00' }]
    freeze: {}`
    const found = problemsOf(text)
    const has = (place: string, said: RegExp): void =>
      assert.ok(
        found.some((line) => line.startsWith(`i.yaml:${place}: `) && said.test(line)),
        found.join('\n'),
      )
    has('3:5', /intents\[0\]\.name: must be 1\.\.63 of a-z/)
    has('5:5', /intents\[1\]: must have one goal: freeze, bounds, keepBelow, pin, connect/)
    has('9:12', /must be a prefix, such as 192\.0\.2\.0\/24/)
    has('11:18', /must be a whole number, 1\.\.100 percent, got 170/)
    has('12:5', /intents\[3\]\.scop: is no key here; did you mean scope\?/)
    has('14:23', /must be mon, tue, wed, thu, fri, sat or sun, got "someday"/)
  })

  test('names what the controller does not know, with the nearest name', () => {
    assert.deepEqual(
      problemsOf(`intents:
  - name: a
    scope: { borders: [transi], devices: [pe-1] }
    pin: { prefix: 10.0.0.0/8, never: [tr-9] }
  - name: a
    connect: { between: [office, transit], rate: 20M }
    from: 2026-12-02T00:00:00Z
    until: 2026-12-01T00:00:00Z`),
      [
        'i.yaml:3:24: intents[0].scope.borders[0]: the controller knows no border "transi"; did you mean transit?',
        'i.yaml:4:40: intents[0].pin.never[0]: the controller knows no link with an interface "tr-9"; did you mean tr-1?',
        'i.yaml:5:5: intents[1].name: "a" is taken by the one at [0]',
        'i.yaml:8:5: intents[1].until: must be after "from", 2026-12-02T00:00:00Z',
        'i.yaml:6:34: intents[1].connect.between[1]: the controller knows no site of ours "transit"; there is office, dc-east',
      ],
    )
  })

  test('has within the limits of what can be signed, and prefixes without bits after their length', () => {
    const goals = (goal: string) => problemsOf(`intents:\n  - name: a\n    ${goal}`).join('\n')
    for (const [written, said] of [
      ['bounds: { steering: { lease: 25h } }', /^i\.yaml:3:\d+: .*lease: must be 1s\.\.24h, got "25h"$/],
      ['keepBelow: { percent: 7, for: 0s }', /^i\.yaml:3:\d+: .*for: must be 1s\.\.24h, got "0s"$/],
      ['connect: { between: [office, dc-east], rate: 7k }', /rate: must be 8k\.\.1000G, got "7k"$/],
      ['connect: { between: [office, office], rate: 20M }', /between: must be two sites/],
      ['connect: { between: [office, dc-east], rate: 20M, maxDelayMs: 0 }', /one way, 1\.\.10000, got 0$/],
      ['bounds: { commits: { patterns: ["\\t"] } }', /patterns\[0\]: must be 1\.\.200 of printable ASCII/],
      ['pin: { prefix: 10.1.0.1/16, only: [tr-1] }', /^i\.yaml:3:12: .*the prefix is 10\.1\.0\.0\/16$/],
      ['bounds: { steering: { prefixes: [2001:db8::1/32] } }', /prefixes\[0\]: .*the prefix is 2001:db8::\/32$/],
    ] as const)
      assert.match(goals(written), said, written)
    assert.match(
      problemsOf('{ holds: 0d, intents: [] }').join(),
      /^i\.yaml:1:\d+: holds: must be 1s\.\.400d, got "0d"$/,
    )
    assert.match(problemsOf('{ holds: 401d, intents: [] }').join(), /must be 1s\.\.400d, got "401d"$/)
  })

  test('is signed with those places alone that it is about, and what stands beside them', () => {
    const { file } = readIntentFile(
      `intents:
  - { name: a, pin: { prefix: '2001:DB8::/32', only: [tr-1] } }
  - { name: b, connect: { between: [office, dc-east], rate: 1.5M } }`,
      'i.yaml',
    )
    const draft = intentDraft(file, places)
    assert.deepEqual(
      [Object.keys(draft.places.links), draft.places.borders],
      [['tr-1', 'tr-2', 'core'], places.borders],
    )
    assert.deepEqual(Object.keys(draft.places.sites), ['office', 'dc-east'])
    assert.deepEqual(draft.intents[0]!.goal, { type: 'pin', prefix: '2001:db8::/32', enters: 'only', over: ['tr-1'] })
    assert.equal(draft.intents[1]!.goal.type === 'connect' && draft.intents[1]!.goal.bitsPerSecond, 1_500_000)
    assert.equal(draft.holdsSeconds, 90 * 86_400)
  })

  test('that is exported says what was signed, whatever that is', () => {
    const now = Date.UTC(2026, 10, 28)
    const goal = fc.oneof(
      fc.constant({ freeze: {} }),
      fc
        .record({ percent: fc.integer({ min: 1, max: 100 }), for: fc.constantFrom('90s', '5m', '2h') })
        .map((keepBelow) => ({ keepBelow })),
      fc.constantFrom('only', 'never').map((enters) => ({ pin: { prefix: '10.0.0.0/8', [enters]: ['tr-1', 'core'] } })),
      fc
        .constantFrom('20M', '1.5M', '64k', '1234567')
        .map((rate) => ({ connect: { between: ['office', 'dc-east'], rate, maxDelayMs: 9 } })),
      fc.constant({
        bounds: {
          steering: { prefixes: ['10.1.0.0/16'], lease: '90m', movesPerHour: 0 },
          lines: { sharePercent: 30 },
          commits: { patterns: ['interface * / description *', "a 'b' #c: d"] },
        },
      }),
    )
    const more = fc.record(
      {
        because: fc.constantFrom('launch of 12.4', 'yes', '#1: "why"'),
        priority: fc.integer({ min: 0, max: 100 }),
        scope: fc.constantFrom({ borders: ['transit'] }, { links: ['core'], devices: ['pe-1'], roles: ['edge'] }),
        from: fc.constant('2026-12-01T06:00:00Z'),
        until: fc.constant('2026-12-03T06:00:00Z'),
        weekly: fc.constant([{ days: ['sun', 'fri'], from: '22:00', to: '06:00' }]),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(goal, more), { maxLength: 5 }), (all) => {
        const written = { intents: all.map(([one, extra], at) => ({ name: `i-${at}`, ...extra, ...one })) }
        const draft = intentDraft(readIntentFile(JSON.stringify(written), 'i.yaml').file, places)
        const set = setOf(now, { epoch: 1, ...draft })
        const again = intentDraft(readIntentFile(intentFileText(set), 'i.yaml').file, places)
        assert.deepEqual(again, draft)
        assert.equal(verifyIntents(set.jws, now, identityCrypto).type, 'verified')
      }),
      { numRuns: 60 },
    )
  })
})
