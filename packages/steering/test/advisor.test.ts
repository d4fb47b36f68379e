import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Advisor, type Finding, type Proposal } from '../src/index.ts'
import { Mbit, minute, PlayedBorder } from './border.ts'

const [north, south] = [0, 1]

/** Two links of 100 Mbit/s, half full, with ten prefixes each. */
function calmBorder(): PlayedBorder {
  const border = new PlayedBorder({ north: 100 * Mbit, south: 100 * Mbit })
  for (let number = 0; number < 10; number++) {
    border.add(`10.0.${number}.0/24`, 5 * Mbit, north)
    border.add(`10.1.${number}.0/24`, 3 * Mbit, south)
  }
  return border
}
const only = ({ proposals }: Finding): Proposal => {
  assert.equal(proposals.length, 1, JSON.stringify(proposals))
  return proposals[0]!
}
const surge = (border: PlayedBorder, prefix = '10.0.3.0/24', demand = 40 * Mbit): void => {
  border.prefixes.get(prefix)!.demand = demand
}
/** A border with a link that has just become hot, and the proposal for it. */
function hotBorder(advisor: Advisor): { border: PlayedBorder; proposal: Proposal } {
  const border = calmBorder()
  border.play(advisor, 10)
  surge(border)
  border.play(advisor)
  return { border, proposal: only(border.play(advisor)) }
}

describe('the advisor of a border', () => {
  test('says nothing of a border with room', () => {
    const { links, proposals } = calmBorder().play(new Advisor(), 200)
    assert.deepEqual(proposals, [])
    assert.deepEqual(
      links.map(({ name, basis }) => [name, basis]),
      [
        ['north', 'learned'],
        ['south', 'learned'],
      ],
    )
  })

  test('uses 80 % until it has learned, and then the highest load that leaves room for what came before', () => {
    const border = calmBorder()
    const advisor = new Advisor()
    assert.deepEqual(border.play(advisor, 64).links[north], {
      name: 'north',
      load: 50 * Mbit,
      capacity: 100 * Mbit,
      threshold: 80 * Mbit,
      basis: 'usual',
      upper: null,
    })
    const steady = border.play(advisor).links[north]!
    assert.deepEqual([steady.basis, steady.threshold, steady.upper], ['learned', 97 * Mbit, 50 * Mbit])
    for (let step = 0; step < 300; step++) {
      surge(border, '10.0.0.0/24', (Math.floor(step / 5) % 2) * 20 * Mbit)
      border.play(advisor)
    }
    const jumpy = border.play(advisor).links[north]!
    assert.ok(jumpy.threshold < 85 * Mbit && jumpy.threshold > 75 * Mbit, `${jumpy.threshold}`)
  })

  test('a surge that flows do not tell of yet: no proposal by what came before, until they do', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    border.play(advisor, 10)
    border.untold = border.reading().prefixes
    surge(border)
    for (let step = 0; step < 2; step++) assert.deepEqual(border.play(advisor).proposals, [], `${step}`)
    border.untold = undefined
    const [first] = only(border.play(advisor)).moves
    assert.equal(first!.prefix, '10.0.3.0/24')
  })

  test('flows that never tell of all that enters: a proposal three minutes later, by what they tell', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    border.play(advisor, 10)
    border.untold = border.reading().prefixes
    surge(border)
    assert.deepEqual(border.play(advisor, 2).proposals, [])
    assert.equal(only(border.play(advisor)).state, 'open')
  })

  test('a surge: a proposal with its evidence, its moves in force, and then what they gave', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    border.play(advisor, 10)
    surge(border)
    assert.deepEqual(border.play(advisor).proposals, [], 'one step may be a spike')
    const open = only(border.play(advisor))
    assert.equal(open.state, 'open')
    assert.equal(open.number, 1)
    assert.deepEqual(
      open.because.map(({ name, load, threshold }) => [name, load, threshold]),
      [['north', 85 * Mbit, 80 * Mbit]],
    )
    assert.ok(open.moves.length >= 1 && open.moves.every(({ from, to }) => from === 'north' && to === 'south'))
    const moved = open.moves.reduce((sum, { rate }) => sum + rate, 0)
    assert.deepEqual(open.expected, [
      { link: 'north', before: 85 * Mbit, after: 85 * Mbit - moved },
      { link: 'south', before: 30 * Mbit, after: 30 * Mbit + moved },
    ])
    assert.ok(open.expected[north]!.after < 80 * Mbit)

    border.approve(open)
    const taken = only(border.play(advisor))
    assert.deepEqual([taken.number, taken.state, taken.outcome], [1, 'taken', null])
    for (let step = 0; step < 5; step++) assert.equal(only(border.play(advisor)).state, 'taken')
    const measured = only(border.play(advisor))
    assert.equal(measured.state, 'measured')
    assert.equal(measured.endedAt, border.at - minute)
    assert.equal(measured.outcome!.steps, 5)
    const { peak, otherPeak, above, otherAbove } = measured.outcome!.links[north]!
    assert.deepEqual([peak, otherPeak, above, otherAbove], [85 * Mbit - moved, 85 * Mbit, 0, 5])
    assert.deepEqual(border.play(advisor).proposals, [], 'an ended one is returned once')
  })

  test('a surge that ends by itself relieves the proposal, which says what the moves would have given', () => {
    const advisor = new Advisor()
    const { border, proposal } = hotBorder(advisor)
    border.play(advisor, 4)
    surge(border, '10.0.3.0/24', 5 * Mbit)
    assert.equal(only(border.play(advisor, 14)).state, 'open')
    const relieved = only(border.play(advisor))
    assert.deepEqual([relieved.number, relieved.state, relieved.outcome!.steps], [1, 'relieved', 20])
    const { peak, otherPeak, above, otherAbove } = relieved.outcome!.links[north]!
    assert.equal(peak, 85 * Mbit)
    assert.equal(otherPeak, proposal.expected[north]!.after)
    assert.deepEqual([above, otherAbove], [5, 0])
  })

  test('an open proposal stays while the loads only waver', () => {
    const advisor = new Advisor()
    const { border, proposal } = hotBorder(advisor)
    for (let step = 0; step < 100; step++) {
      surge(border, '10.0.3.0/24', (40 + (step % 3)) * Mbit)
      surge(border, '10.0.4.0/24', (5 + (step % 2)) * Mbit)
      assert.deepEqual(only(border.play(advisor)).moves, proposal.moves)
    }
  })

  test('another surge that needs more moves outdates it and opens another', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    const surgeAll = (demand: number) => {
      for (let number = 0; number < 10; number++) surge(border, `10.0.${number}.0/24`, demand)
    }
    border.play(advisor, 10)
    surgeAll(8.2 * Mbit)
    border.play(advisor, 2)
    surgeAll(9.6 * Mbit)
    assert.equal(only(border.play(advisor)).state, 'open', 'one step may be a spike')
    const [old, better] = border.play(advisor).proposals
    assert.deepEqual([old!.number, old!.state], [1, 'outdated'])
    assert.deepEqual([better!.number, better!.state], [2, 'open'])
    assert.ok(old!.moves.length < better!.moves.length)
    assert.ok(better!.expected[north]!.after < 80 * Mbit)
  })

  test('a prefix whose move the neighbour ignored is not proposed again for a day', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    border.play(advisor, 10)
    border.add('10.0.3.0/24', 40 * Mbit, north, false)
    border.add('10.0.4.0/24', 39 * Mbit, north)
    surge(border, '10.0.5.0/24', 0)
    for (const number of [6, 7, 8, 9]) surge(border, `10.0.${number}.0/24`, 1 * Mbit)
    border.steer('10.0.3.0/24', south)
    border.play(advisor, 5)
    border.steer('10.0.3.0/24', undefined)
    const [proposal] = border.play(advisor).proposals
    assert.ok(proposal!.moves.every(({ prefix }) => prefix !== '10.0.3.0/24'))
    const later = new Set<string>()
    for (let step = 0; step < 1500; step++) {
      for (const { state, moves } of border.play(advisor).proposals)
        if (state === 'open') for (const { prefix } of moves) later.add(`${step > 1430} ${prefix}`)
    }
    assert.ok(!later.has('false 10.0.3.0/24'), [...later].join())
  })

  test('the next best moves are listed with the reason against them', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    border.add('192.0.2.0/24', 20 * Mbit, north)
    border.prefixes.get('192.0.2.0/24')!.shares = [0.6, 0.4]
    border.add('198.51.100.0/24', 6 * Mbit, north, false)
    border.steer('198.51.100.0/24', south)
    border.play(advisor, 10)
    surge(border, '10.0.2.0/24', 24 * Mbit)
    border.play(advisor)
    const { rejected, moves } = only(border.play(advisor))
    const reasonOf = (prefix: string) => rejected.find(({ move }) => move.prefix === prefix)?.because
    assert.equal(reasonOf('192.0.2.0/24'), 'enters over 2 links')
    assert.equal(reasonOf('198.51.100.0/24'), 'the neighbour ignored it before')
    assert.ok(!moves.some(({ prefix }) => prefix === '192.0.2.0/24' || prefix === '198.51.100.0/24'))
    assert.ok(rejected.length <= 5)
  })

  test('a prefix that somebody else holds is not proposed, and outdates what was proposed of it', () => {
    const advisor = new Advisor()
    const { border, proposal } = hotBorder(advisor)
    const [{ prefix }] = proposal.moves as [Proposal['moves'][number]]
    border.prefixes.get(prefix)!.heldBy = 'noc'
    const ends = [1, 2, 3].map(() => border.play(advisor).proposals)
    assert.ok(ends.flat().some(({ number, state }) => number === 1 && state === 'outdated'))
    const next = border.play(advisor).proposals.at(-1)
    assert.ok(next !== undefined && next.moves.every((move) => move.prefix !== prefix))
    const reason = next.rejected.find(({ move }) => move.prefix === prefix)?.because
    assert.equal(reason, 'held by noc')
  })

  test('moves that somebody else makes with classes of their own are taken, too', () => {
    const advisor = new Advisor()
    const { border, proposal } = hotBorder(advisor)
    border.approve(proposal)
    for (const { prefix } of proposal.moves) border.prefixes.get(prefix)!.heldBy = 'noc'
    assert.equal(only(border.play(advisor)).state, 'taken')
  })

  test('a move that would fill the other link is not proposed, and says to how much', () => {
    const advisor = new Advisor()
    const border = new PlayedBorder({ north: 100 * Mbit, south: 100 * Mbit })
    border.add('10.0.0.0/24', 50 * Mbit, north)
    border.add('10.0.1.0/24', 35 * Mbit, north)
    border.add('10.1.0.0/24', 60 * Mbit, south)
    assert.deepEqual(border.play(advisor, 10).proposals, [])
    border.add('10.0.2.0/24', 5 * Mbit, north)
    border.play(advisor)
    const { moves, rejected } = only(border.play(advisor))
    assert.deepEqual(
      moves.map(({ prefix }) => prefix),
      ['10.0.2.0/24'],
    )
    assert.match(rejected[0]!.because, /^would fill south to 1\d\d %$/)
  })

  test('a capacity that halves under the load makes a proposal, and teaches no wrong growth', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    border.play(advisor, 200)
    border.capacities[north] = 50 * Mbit
    border.play(advisor)
    const open = only(border.play(advisor))
    assert.equal(open.because[0]!.capacity, 50 * Mbit)
    assert.ok(open.moves.length > 0)
    border.capacities[north] = 100 * Mbit
    const { links } = border.play(advisor, 20)
    assert.equal(links[north]!.threshold, 97 * Mbit)
  })

  test('a link that goes silent is neither empty nor a target, and what depends on it is outdated', () => {
    const advisor = new Advisor()
    const { border } = hotBorder(advisor)
    border.silent.add(south)
    border.play(advisor)
    border.play(advisor)
    assert.equal(only(border.play(advisor)).state, 'outdated')
    const { links, proposals } = border.play(advisor, 10)
    assert.deepEqual([links[south]!.load, links[south]!.upper, proposals], [null, null, []])
    border.silent.delete(south)
    assert.equal(only(border.play(advisor)).state, 'open')
  })

  test('a link that was silent for a while teaches nothing about the time in between', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    border.play(advisor, 200)
    border.silent.add(north)
    border.play(advisor, 5)
    border.silent.delete(north)
    for (let number = 0; number < 5; number++) surge(border, `10.0.${number}.0/24`, 9 * Mbit)
    assert.equal(border.play(advisor, 10).links[north]!.threshold, 97 * Mbit)
  })

  test('moves teach nothing: their traffic did not grow by itself', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    border.play(advisor, 200)
    for (let number = 0; number < 8; number++) border.steer(`10.0.${number}.0/24`, south)
    const { links } = border.play(advisor, 50)
    assert.equal(links[south]!.load, 70 * Mbit)
    assert.ok(links[south]!.upper! < 70.01 * Mbit)
  })

  test('a step that was missed, and a clock that was set back, teach nothing', () => {
    for (const shift of [600 * minute, -600 * minute]) {
      const advisor = new Advisor()
      const border = calmBorder()
      border.play(advisor, 200)
      border.at += shift
      for (let number = 0; number < 5; number++) surge(border, `10.0.${number}.0/24`, 9 * Mbit)
      const { links } = border.play(advisor, 50)
      assert.equal(links[north]!.upper, links[north]!.load)
    }
  })

  test('classes that end while they are measured end the measurement', () => {
    const advisor = new Advisor()
    const { border, proposal } = hotBorder(advisor)
    border.approve(proposal)
    border.play(advisor, 4)
    for (const { prefix } of proposal.moves) border.steer(prefix, undefined)
    const measured = only(border.play(advisor))
    assert.equal(measured.state, 'measured')
    assert.ok(measured.outcome!.steps < 5)
  })

  test('a step without prefixes changes nothing about a proposal', () => {
    const advisor = new Advisor()
    const { border, proposal } = hotBorder(advisor)
    for (let step = 0; step < 10; step++) {
      const { proposals } = advisor.take({ ...border.reading(), prefixes: [] })
      border.at += minute
      assert.deepEqual([proposals[0]!.state, proposals[0]!.moves], ['open', proposal.moves])
    }
    border.approve(proposal)
    assert.equal(only(border.play(advisor)).state, 'taken')
    assert.equal(only(advisor.take({ ...border.reading(), prefixes: [] })).state, 'taken')
  })

  test('a full link is expected to be asked for more than it carries', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    border.capacities[south] = 1000 * Mbit
    for (let number = 0; number < 10; number++) surge(border, `10.0.${number}.0/24`, 11 * Mbit)
    border.play(advisor)
    const { moves } = only(border.play(advisor))
    const freed = moves.reduce((sum, { rate }) => sum + rate, 0)
    assert.ok(freed >= 36 * Mbit, `${freed}: 120 % of the capacity is to come down to 80 %`)
  })

  test('a prefix that moved a short time ago is not moved again where others do', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    border.play(advisor, 10)
    border.steer('10.0.3.0/24', south)
    border.play(advisor, 6)
    surge(border, '10.1.0.0/24', 46 * Mbit)
    surge(border, '10.1.1.0/24', 5 * Mbit)
    surge(border, '10.1.2.0/24', 5 * Mbit)
    border.play(advisor)
    const { moves, rejected } = only(border.play(advisor))
    assert.ok(moves.length > 0 && moves.every(({ prefix }) => prefix !== '10.0.3.0/24'))
    assert.equal(rejected.find(({ move }) => move.prefix === '10.0.3.0/24')?.because, 'moved 7 minutes ago')
  })

  test('flows that miss a part are scaled to the counters, and never count for more than those', () => {
    for (const [part, rate] of [
      [0.8, 40 * Mbit],
      [0.5, 30 * Mbit],
      [3, 40 * Mbit],
    ] as const) {
      const advisor = new Advisor()
      const border = calmBorder()
      surge(border)
      const reading = border.reading()
      const prefixes = reading.prefixes.map((one) => ({ ...one, rates: one.rates.map((each) => each * part) }))
      for (const step of [0, 1]) advisor.take({ ...reading, at: reading.at + step * minute, prefixes })
      const { moves, rejected } = only(advisor.take({ ...reading, at: reading.at + 2 * minute, prefixes }))
      const large = [...moves, ...rejected.map(({ move }) => move)].find(({ prefix }) => prefix === '10.0.3.0/24')
      assert.ok(Math.abs(large!.rate - rate) < 1, `${part}: ${large!.rate}`)
    }
  })

  test('other links begin a new border, and end the proposal of the old one', () => {
    const advisor = new Advisor()
    const { border } = hotBorder(advisor)
    const reading = border.reading()
    const links = [...reading.links, { name: 'east', capacity: Mbit, load: 0 }]
    const { links: found, proposals } = advisor.take({ ...reading, links })
    assert.deepEqual(
      proposals.map(({ number, state }) => [number, state]),
      [[1, 'outdated']],
    )
    assert.deepEqual(
      found.map(({ name, basis }) => [name, basis]),
      [
        ['north', 'usual'],
        ['south', 'usual'],
        ['east', 'usual'],
      ],
    )
  })

  test('a restart at any step changes nothing', () => {
    const play = (restartAt: number): readonly string[] => {
      let advisor = new Advisor({ firstNumber: 7 })
      const border = calmBorder()
      return Array.from({ length: 120 }, (_, step) => {
        surge(border, '10.0.3.0/24', (step % 40 < 25 ? 4 : 41) * Mbit)
        const finding = border.play(advisor)
        const open = finding.proposals.find(({ state }) => state === 'open')
        if (open !== undefined && step > 70) border.approve(open)
        if (step === 50) border.capacities[south] = 120 * Mbit
        if (step === restartAt) advisor = Advisor.restore({}, JSON.parse(JSON.stringify(advisor.snapshot())))
        return JSON.stringify(finding)
      })
    }
    const whole = play(-1)
    assert.ok(
      ['open', 'relieved', 'taken', 'measured'].every((state) => whole.some((one) => one.includes(`"${state}"`))),
    )
    for (let step = 61; step < 115; step += 2) assert.deepEqual(play(step), whole, `restarted after step ${step}`)
  })

  test('a snapshot that is broken or of another step begins anew, with numbers that go on', () => {
    const advisor = new Advisor()
    const { border } = hotBorder(advisor)
    const good = JSON.parse(JSON.stringify(advisor.snapshot())) as Record<string, unknown>
    for (const broken of [
      undefined,
      'none',
      { ...good, version: 2 },
      { ...good, links: [] },
      { ...good, links: [null, null] },
      { ...good, prefixes: 5 },
      { ...good, live: { proposal: {} } },
      { ...good, stepMs: 10_000 },
    ]) {
      const restored = Advisor.restore({ firstNumber: 2 }, broken)
      border.play(restored)
      const [proposal] = border.play(restored).proposals
      assert.deepEqual([proposal!.number, proposal!.state], [2, 'open'])
    }
  })

  test('looks at 64 links and at the 256 heaviest prefixes; lighter ones are a load that stays', () => {
    const advisor = new Advisor()
    const names = Array.from({ length: 70 }, (_, link) => [`link-${link}`, 100 * Mbit] as const)
    const border = new PlayedBorder(Object.fromEntries(names))
    for (let prefix = 0; prefix < 290; prefix++) border.add(`10.${prefix >> 8}.${prefix & 255}.0/24`, 0.3 * Mbit, 0)
    border.add('192.0.2.0/24', 5 * Mbit, 0)
    const { links } = border.play(advisor)
    assert.equal(links.length, 64)
    const { moves } = only(border.play(advisor))
    assert.equal(moves[0]!.prefix, '192.0.2.0/24')
    assert.ok(moves.every(({ prefix }) => prefix.startsWith('192') || prefix.startsWith('10.0.')))
  })

  test('remembers 1024 steered prefixes; further ones do not stop it from learning', () => {
    const advisor = new Advisor()
    const border = calmBorder()
    for (let prefix = 0; prefix < 1500; prefix++) {
      border.add(`10.${100 + (prefix >> 8)}.${prefix & 255}.0/24`, 0.001 * Mbit, north)
      border.steer(`10.${100 + (prefix >> 8)}.${prefix & 255}.0/24`, north)
    }
    const { links } = border.play(advisor, 75)
    assert.equal(advisor.snapshot().prefixes.length, 1024)
    assert.equal(links[north]!.basis, 'learned')
  })

  test('says which values its configuration may have', () => {
    assert.throws(() => new Advisor({ stepMs: 0 }), /"stepMs" must be a number of milliseconds above 0, got 0/)
    assert.throws(() => new Advisor({ horizon: 0.5 }), /"horizon" must be a whole number from 1 to 1440, got 0.5/)
  })
})
