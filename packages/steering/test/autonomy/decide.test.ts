import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Action, type Bounds, type Case, decide, type Decision, ledgerOf, noted } from '../../src/index.ts'

const now = 1_700_000_000_000
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const bounds: Bounds = { proven: 5, lease: hour, moves: 4, perHour: 4, prefixes: [] }
const move = (prefix: string, rate = 20) => ({ prefix, rate, from: 'a', to: 'b' })
const linkOf = (name: string, load: number | null) => {
  return { name, load, capacity: 100, threshold: 80, basis: 'usual', upper: null } as const
}
const action = (more: Partial<Action>): Action => {
  return {
    what: 'asked',
    at: now - 30 * minute,
    border: 'transit',
    proposal: 'transit-1',
    prefixes: ['10.9.0.0/16'],
    ...more,
  }
}
/** One for which all speaks. */
const good: Case = {
  now,
  border: 'transit',
  bounds,
  standing: { acts: true, because: 'it was right before', helped: 5, needed: 5, failedAt: null },
  proposal: { state: 'open', openedAt: now - minute, moves: [move('10.1.0.0/16'), move('10.2.0.0/16')] },
  problem: null,
  links: [linkOf('a', 90), linkOf('b', 30)],
  inForce: null,
  ledger: [],
}
const hindranceOf = (decision: Decision): string => (decision.verdict === 'go' ? 'go' : decision.hindrance)
const asked = (more: Partial<Case>): string => hindranceOf(decide({ ...good, ...more }))
const withMoves = (...moves: Case['proposal']['moves']): Partial<Case> => ({ proposal: { ...good.proposal, moves } })
const withBounds = (more: Partial<Bounds>): Partial<Case> => ({ bounds: { ...bounds, ...more } })

describe('an open proposal', () => {
  test('is approved for the lease of the bounds when nothing speaks against it', () => {
    assert.deepEqual(decide(good), { verdict: 'go', lease: hour })
  })

  test('is left to a person where the border is not proven, and says how far it is', () => {
    const standing = { ...good.standing, acts: false, because: '2 proposals of 5' }
    assert.deepEqual(decide({ ...good, standing }), {
      verdict: 'no',
      hindrance: 'unproven',
      because: '2 proposals of 5',
    })
  })

  test('has to be within the bounds', () => {
    assert.equal(asked(withBounds({ moves: 1 })), 'too many moves')
    assert.equal(asked(withBounds({ prefixes: ['10.1.0.0/16'] })), 'prefix out of bounds')
    assert.equal(
      asked(withBounds({ prefixes: ['10.1.0.0/17', '10.2.0.0/16'] })),
      'prefix out of bounds',
      'a part of it',
    )
    assert.equal(asked(withBounds({ prefixes: ['10.0.0.0/8'] })), 'go')
    assert.equal(asked(withBounds({ prefixes: ['0.0.0.0/0'] })), 'go')
    assert.equal(asked(withBounds({ prefixes: ['::/0'] })), 'prefix out of bounds', 'another version')
    assert.equal(
      asked({ ...withBounds({ prefixes: ['::/0'] }), ...withMoves(move('nonsense')) }),
      'prefix out of bounds',
    )
  })

  test('waits for the next step, and for loads that are known', () => {
    assert.equal(asked({ proposal: { ...good.proposal, openedAt: now } }), 'just opened')
    assert.equal(asked({ links: [linkOf('a', 90), linkOf('b', null)] }), 'load unknown')
    assert.equal(asked({ links: [linkOf('a', 90)] }), 'load unknown')
    assert.equal(asked({ problem: 'pe-1 exports no flows' }), 'border unknown')
  })

  test('has to be needed in this step, and must not fill another link', () => {
    assert.equal(asked({ links: [linkOf('a', 79), linkOf('b', 30)] }), 'not needed now')
    assert.equal(asked({ links: [linkOf('a', 90), linkOf('b', 41)] }), 'no room')
    assert.equal(asked({ links: [linkOf('a', 90), linkOf('b', 39)] }), 'go')
    assert.deepEqual(decide({ ...good, links: [linkOf('a', 90), linkOf('b', 41)] }), {
      verdict: 'no',
      hindrance: 'no room',
      because: 'it would fill b to 81 % now',
    })
  })

  test('waits while another approval is in force at the border', () => {
    assert.equal(asked({ inForce: 'transit-3' }), 'another in force')
  })

  test('waits when so much was done within the hour, at this border only', () => {
    const four = Array.from({ length: 4 }, () => action({}))
    assert.equal(asked({ ledger: four }), 'enough for this hour')
    assert.equal(asked({ ledger: four.slice(1) }), 'go')
    assert.equal(asked({ ledger: four.map((one) => ({ ...one, border: 'peer' })) }), 'go')
    assert.equal(asked({ ledger: four.map((one) => ({ ...one, at: now - hour - 1 })) }), 'go')
    assert.equal(
      asked({ ledger: four.map((one) => ({ ...one, at: now + day })) }),
      'enough for this hour',
      'a clock set back',
    )
  })

  test('leaves alone for a day what a person undid: the border, and its prefixes anywhere', () => {
    const undone = action({ what: 'undone', at: now - day + minute, prefixes: ['10.1.0.0/16'] })
    assert.equal(asked({ ledger: [undone], ...withMoves(move('10.5.0.0/16')) }), 'undone by a person')
    assert.equal(asked({ ledger: [{ ...undone, border: 'peer' }] }), 'undone by a person')
    assert.equal(asked({ ledger: [{ ...undone, border: 'peer' }], ...withMoves(move('10.5.0.0/16')) }), 'go')
    assert.equal(asked({ ledger: [{ ...undone, at: now - day - 1 }] }), 'go')
  })

  test('does not change a prefix again within two minutes, whatever changed it', () => {
    for (const what of ['asked', 'ended'] as const) {
      const late = action({ what, at: now - 2 * minute, prefixes: ['10.2.0.0/16'] })
      assert.equal(asked({ ledger: [late] }), 'changed just now')
      assert.equal(asked({ ledger: [{ ...late, at: late.at - 1 }] }), 'go')
    }
  })

  test('is left to a person while there is no room to remember it', () => {
    const full = Array.from({ length: 1024 }, () => action({ what: 'ended' }))
    assert.equal(asked({ ledger: full }), 'too much to remember')
  })
})

describe('whatever happens', () => {
  const strange = fc.constantFrom(NaN, Infinity, -Infinity, -1)
  const prefix = fc.constantFrom('10.1.0.0/16', '10.1.2.0/24', '10.2.0.0/16', '2001:db8::/32', 'x', '10.0.0.0')
  const load = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 110 }), strange)
  const time = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: now - 2 * day, max: now + day }) },
    { weight: 1, arbitrary: strange },
  )
  const ledger = fc.array(
    fc.record({
      what: fc.constantFrom<Action['what']>('asked', 'asked', 'ended', 'undone'),
      at: time,
      border: fc.constantFrom('transit', 'peer'),
      proposal: fc.constantFrom('transit-1', 'peer-1'),
      prefixes: fc.array(prefix, { maxLength: 3 }),
    }),
    { maxLength: 8 },
  )
  const anyCase: fc.Arbitrary<Case> = fc.record({
    now: fc.oneof({ weight: 9, arbitrary: fc.constant(now) }, { weight: 1, arbitrary: fc.constantFrom(NaN, -1) }),
    border: fc.constantFrom('transit', 'peer'),
    bounds: fc.record({
      proven: fc.nat(5),
      lease: fc.integer({ min: minute, max: day }),
      moves: fc.integer({ min: 1, max: 4 }),
      perHour: fc.integer({ min: 1, max: 4 }),
      prefixes: fc.array(prefix, { maxLength: 3 }),
    }),
    standing: fc.record({
      acts: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      because: fc.constant('so it is'),
      helped: fc.nat(),
      needed: fc.nat(),
      failedAt: fc.constant(null),
    }),
    proposal: fc.record({
      state: fc.oneof(
        { weight: 4, arbitrary: fc.constant('open' as const) },
        { weight: 1, arbitrary: fc.constantFrom('taken' as const, 'measured' as const) },
      ),
      openedAt: fc.oneof(fc.constant(now - minute), time),
      moves: fc.array(
        fc.record({
          prefix,
          rate: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 60 }) }, { weight: 1, arbitrary: strange }),
          from: fc.constantFrom('a', 'a', 'a', 'b'),
          to: fc.constantFrom('b', 'b', 'c'),
        }),
        { maxLength: 5 },
      ),
    }),
    problem: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant('no flows') }),
    links: fc.oneof(
      { weight: 4, arbitrary: fc.constant([linkOf('a', 90), linkOf('b', 20), linkOf('c', 10)]) },
      { weight: 1, arbitrary: fc.tuple(load, load).map(([a, b]) => [linkOf('a', a), linkOf('b', b)]) },
    ),
    inForce: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant('transit-2') }),
    ledger: fc.oneof(fc.constant([]), ledger),
  })

  test('it stays within the bounds', () => {
    let went = 0
    fc.assert(
      fc.property(anyCase, (one) => {
        const decision = decide(one)
        if (decision.verdict === 'no') return assert.ok(decision.because.length > 0 && !decision.because.endsWith('.'))
        went++
        const { proposal, bounds: given, links, ledger: done } = one
        assert.equal(decision.lease, given.lease)
        assert.ok(one.standing.acts && proposal.state === 'open' && one.inForce === null && one.problem === null)
        assert.ok(proposal.moves.length >= 1 && proposal.moves.length <= given.moves)
        const recent = done.filter(
          ({ what, border, at }) => what === 'asked' && border === one.border && now - at <= hour,
        )
        assert.ok(recent.length < given.perHour)
        for (const { prefix: moved, to } of proposal.moves) {
          const sum = (way: 'from' | 'to') =>
            proposal.moves.reduce((all, each) => (each[way] === to ? all + each.rate : all), 0)
          assert.ok(links.find(({ name }) => name === to)!.load! + sum('to') - sum('from') < 80)
          assert.ok(!done.some(({ prefixes, at }) => prefixes.includes(moved) && now - at <= 2 * minute))
          if (given.prefixes.length > 0) assert.match(moved, /^(10\.[12]\.\d\.0\/(16|24)|2001:db8::\/32)$/)
          if (given.prefixes.length > 0 && !given.prefixes.includes(moved))
            assert.ok(
              moved === '10.1.2.0/24' && given.prefixes.includes('10.1.0.0/16'),
              `${moved} in ${given.prefixes.join()}`,
            )
        }
        for (const { what, border, at } of done) assert.ok(what !== 'undone' || border !== one.border || now - at > day)
      }),
      { numRuns: 5000 },
    )
    assert.ok(went > 20, `${went} approvals: nothing was tried`)
  })

  test('in any order of proposals, ends and undoing, an hour has no more approvals than allowed, and no prefix two changes in two minutes', () => {
    const event = fc.record({
      pause: fc.integer({ min: 1, max: 20 * minute }),
      what: fc.constantFrom('offer', 'offer', 'offer', 'end', 'undo'),
      prefix,
    })
    let approvals = 0
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (events, perHour) => {
        let at = now
        let book: readonly Action[] = []
        let inForce: string | null = null
        const went: number[] = []
        const changed = new Map<string, number>()
        let undoneAt = -Infinity
        for (const { pause, what, prefix: one } of events) {
          at += pause
          if (what !== 'offer') {
            if (inForce === null) continue
            if (what === 'undo') undoneAt = at
            changed.set(inForce, at)
            book = noted(book, action({ what: what === 'undo' ? 'undone' : 'ended', at, prefixes: [inForce] }), at)
            inForce = null
            continue
          }
          const proposal = { state: 'open', openedAt: at - minute, moves: [move(one)] } as const
          const decision = decide({ ...good, now: at, bounds: { ...bounds, perHour }, proposal, inForce, ledger: book })
          if (decision.verdict === 'no') continue
          assert.ok(at - (changed.get(one) ?? -Infinity) > 2 * minute)
          assert.ok(at - undoneAt > day)
          book = noted(book, action({ at, prefixes: [one] }), at)
          changed.set(one, at)
          inForce = one
          went.push(at)
          approvals++
          assert.ok(went.filter((time) => at - time <= hour).length <= perHour)
        }
      }),
      { numRuns: 500 },
    )
    assert.ok(approvals > 100, `${approvals}`)
  })
})

describe('the ledger', () => {
  test('forgets what is more than a day old, and takes what is of the future for now', () => {
    const old = action({ at: now - day - 1 })
    const future = action({ at: now + day, proposal: 'transit-2' })
    assert.deepEqual(noted([old, future], action({ at: now }), now), [{ ...future, at: now }, action({ at: now })])
    assert.deepEqual(noted([action({ at: now })], action({ what: 'ended', at: now - hour }), now).length, 2)
  })

  test('holds a limited number', () => {
    let book: readonly Action[] = []
    for (let each = 0; each < 1030; each++) book = noted(book, action({ at: now + each }), now + each)
    assert.equal(book.length, 1024)
    assert.equal(asked({ ledger: book, now: now + 1030 }), 'enough for this hour')
  })

  test('is read back from JSON, and from nothing else', () => {
    const book = [action({}), action({ what: 'undone' })]
    assert.deepEqual(ledgerOf(JSON.parse(JSON.stringify(book))), book)
    for (const broken of [undefined, null, {}, [1], [{ ...book[0], at: 'now' }], [{ ...book[0], what: 'done' }]])
      assert.equal(ledgerOf(broken), undefined)
    fc.assert(fc.property(fc.anything(), (value) => void ledgerOf(value)))
  })
})
