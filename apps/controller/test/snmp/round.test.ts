import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Answer, Ask } from '../../src/snmp/answer.ts'
import { maxListed } from '../../src/snmp/interface-list.ts'
import { columns, scalars } from '../../src/snmp/objects.ts'
import { RouterRounds } from '../../src/snmp/round.ts'
import { roundOf, VirtualRouter } from './virtual-router.ts'

const every = 30_000
const names = ['eth0', 'eth1', 'eth2', 'eth3']
const byName = names.map((name) => ({ name, index: undefined }))

function passing(router: VirtualRouter, octets: bigint, milliseconds = every): void {
  router.now += milliseconds
  for (const one of router.interfaces) one.carried += octets
}

const happening = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('pass' as const), octets: fc.bigInt(0n, 2n ** 30n) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('restart' as const), shift: fc.constantFrom(0, 0, 0, 1, 2, 3) }),
  },
  fc.record({ kind: fc.constant('renumber' as const), shift: fc.nat(3) }),
  fc.record({ kind: fc.constant('discontinue' as const), at: fc.nat(3) }),
  fc.record({ kind: fc.constant('lose' as const), after: fc.nat(6) }),
  fc.record({ kind: fc.constant('nonsense' as const), answers: fc.array(fc.constantFrom('', '1.3', 'x.1')) }),
)

void describe('rounds at a router', () => {
  void test('whatever happens, totals that go on have grown by what passed, and others say so', () => {
    const property = fc.property(
      fc.constantFrom(32 as const, 64 as const),
      fc.boolean(),
      fc.array(happening, { maxLength: 40 }),
      (bits, tellsBoots, happenings) => {
        const router = new VirtualRouter(names, bits, tellsBoots)
        const rounds = new RouterRounds(byName, every)
        const told = new Map<string, { carried: bigint; totals: bigint }>()
        for (const one of happenings) {
          if (one.kind === 'pass') passing(router, one.octets)
          else passing(router, 1n)
          if (one.kind === 'restart') router.restart(one.shift)
          // Without a restart, and so without a sign but the names.
          if (one.kind === 'renumber') {
            const indices = router.interfaces.map(({ index }) => index)
            for (const [at, each] of router.interfaces.entries()) each.index = indices[(at + one.shift) % 4]!
          }
          if (one.kind === 'discontinue' && bits === 64) router.discontinue(one.at)
          if (one.kind === 'lose') {
            rounds.begin()
            for (let asked = 0; asked < one.after; asked++) {
              const ask = rounds.ask()
              if (ask !== undefined) rounds.take(router.answer(ask), router.now)
            }
            continue
          }
          if (one.kind === 'nonsense') {
            rounds.begin()
            rounds.ask()
            rounds.take(
              one.answers.map((oid) => ({ oid, value: 1n })),
              router.now,
            )
            continue
          }
          for (const { ifName, outOctets, continued } of roundOf(rounds, router).samples) {
            const { carried } = router.interfaces.find(({ name }) => name === ifName)!
            const before = told.get(ifName!)
            if (continued === true) {
              assert.ok(before !== undefined, 'goes on from nothing')
              assert.equal(outOctets - before.totals, carried - before.carried)
            }
            told.set(ifName!, { carried, totals: outOctets })
          }
        }
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  void test('answers in any order, twice, missing or of other questions never throw, and rounds come to an end', () => {
    const value = fc.oneof(fc.bigInt(-5n, 2n ** 70n), fc.string({ maxLength: 300 }), fc.constant(undefined))
    const oid = fc.oneof(
      fc.constantFrom(...Object.values(scalars)),
      fc
        .tuple(
          fc.constantFrom(...Object.values(columns)),
          fc.oneof(fc.nat(9), fc.constant(2 ** 31), fc.constant('1.1')),
        )
        .map(([column, index]) => `${column}.${index}`),
      fc.string(),
    )
    const answers = fc.array(fc.record({ oid, value }), { maxLength: 60 })
    const event = fc.oneof(
      fc.constant('begin' as const),
      fc.constant('ask' as const),
      fc.constant('end' as const),
      fc.constant('too-big' as const),
      answers,
    )
    const property = fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const rounds = new RouterRounds(byName, every)
      let now = 1_700_000_000_000
      for (const one of events) {
        now += 1000
        if (one === 'begin') rounds.begin()
        else if (one === 'ask') rounds.ask()
        else if (one === 'too-big') rounds.tooBig()
        else if (one === 'end') for (const { inOctets } of rounds.end().samples) assert.ok(inOctets >= 0n)
        else rounds.take(one, now)
      }
      const router = new VirtualRouter(names)
      router.now = now + every
      roundOf(rounds, router)
    })
    fc.assert(property, { numRuns: 300 })
  })

  void test('indices are learned by name, and a renumbering over a restart is told once', () => {
    const router = new VirtualRouter(names)
    const rounds = new RouterRounds(byName, every)
    assert.deepEqual(
      roundOf(rounds, router).samples.map(({ ifIndex }) => ifIndex),
      [1, 2, 3, 4],
    )
    passing(router, 1000n)
    router.restart(1)
    const { restarted, moved, samples } = roundOf(rounds, router)
    assert.equal(restarted, true)
    assert.deepEqual(moved[0], { name: 'eth0', from: 1, to: 2 })
    assert.ok(samples.every(({ continued }) => continued === false))
    passing(router, 1000n)
    const next = roundOf(rounds, router)
    assert.deepEqual([next.restarted, next.moved.length], [false, 0])
    assert.ok(next.samples.every(({ continued }) => continued === true))
  })

  void test('an index of vagus.yaml stays the key of its interface, wherever the router has that by name', () => {
    const router = new VirtualRouter(names)
    const rounds = new RouterRounds([{ name: 'the long name of eth2', index: 77 }], every)
    assert.equal(roundOf(rounds, router).samples[0]!.ifIndex, 77)
    assert.equal(rounds.facts.places[0]!.index, 3)
  })

  void test('a name that no interface has is followed by its index, as names may be the operator’s own', () => {
    const rounds = new RouterRounds(
      [
        { name: 'uplink', index: 2 },
        { name: 'nowhere', index: 9 },
      ],
      every,
    )
    assert.deepEqual(
      roundOf(rounds, new VirtualRouter(names)).samples.map(({ ifName }) => ifName),
      ['uplink'],
    )
    assert.deepEqual(
      rounds.facts.places.map(({ by }) => by),
      ['index', undefined],
    )
  })

  void test('counters of 32 bits of a fast interface tell nothing, and it is named', () => {
    const router = new VirtualRouter(['eth0'], 32)
    const answer = withSpeed(router, 4_000_000_000n)
    const rounds = new RouterRounds([{ name: 'eth0', index: undefined }], every)
    roundOf(rounds, { answer, now: router.now })
    router.now += every
    const { samples } = roundOf(rounds, { answer, now: router.now })
    assert.deepEqual([samples[0]!.continued, rounds.facts.tooFast], [false, ['eth0']])
  })

  void test('a list without end is cut, and its questions are counted', () => {
    const rounds = new RouterRounds(byName, every)
    let asked = 0
    const endless = ({ oids, repetitions }: Ask): Answer[] => {
      asked++
      if (repetitions === undefined) return oids.map((oid) => ({ oid, value: 1n }))
      return Array.from({ length: repetitions }, (_, turn) =>
        oids.map((oid): Answer => {
          const column = Object.values(columns).find((one) => oid === one || oid.startsWith(`${one}.`))!
          const last = oid === column ? 0 : Number(oid.slice(column.length + 1))
          return { oid: `${column}.${last + turn + 1}`, value: 'x'.repeat(255) }
        }),
      ).flat()
    }
    roundOf(rounds, { answer: endless, now: 1_700_000_000_000 })
    const { listed, isListCut } = rounds.facts
    assert.deepEqual([listed.length, isListCut], [maxListed, true])
    assert.ok(asked <= 2 * maxListed + 2, `${asked}`)
  })

  for (const [what, next] of [
    ['the same row', (column: string) => `${column}.1`],
    ['rows backwards', (column: string, turn: number) => `${column}.${1000 - turn}`],
    ['another table', () => '1.3.6.1.4.1.1.1'],
  ] as const)
    void test(`a router that answers ${what} for ever ends the list`, () => {
      const rounds = new RouterRounds(byName, every)
      let [asked, turn] = [0, 0]
      const answer = ({ oids, repetitions = 1 }: Ask): Answer[] => {
        assert.ok(++asked < 20)
        return Array.from({ length: repetitions }, () =>
          oids.map((oid) => ({
            oid: next(Object.values(columns).find((one) => oid.startsWith(one)) ?? oid, turn++),
            value: 'x',
          })),
        ).flat()
      }
      roundOf(rounds, { answer, now: 1_700_000_000_000 })
    })
})

const withSpeed =
  (router: VirtualRouter, speed: bigint) =>
  (ask: Ask): Answer[] =>
    router.answer(ask).map((one) => (one.oid.startsWith(columns.ifSpeed) ? { ...one, value: speed } : one))
