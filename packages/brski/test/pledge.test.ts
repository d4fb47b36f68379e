/** The pledge's engine: the way into a domain, what delays it, and events in any order (RFC 8995 §4.1, §5). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  beginPledge,
  type Exchange,
  nextTick,
  type Outcome,
  type Pledge,
  type PledgeEffect,
  type PledgeEvent,
  pledgeLimits,
  stepPledge,
} from '../src/pledge/index.ts'

const done: Outcome = { type: 'done' }
const day = 86_400_000
const way = ['voucher', 'voucher-status', 'cacerts', 'csrattrs', 'enrol', 'enrol-status', 'settings']

/** A pledge whose connections and questions are answered by the test; time goes on by itself from tick to tick. */
class World {
  pledge: Pledge
  now = 0
  readonly asked: string[] = []
  readonly connects: { readonly at: number; readonly place: string; readonly as: string; readonly trust: string }[] = []
  readonly news: string[] = []
  readonly forgotten: string[] = []
  readonly verdicts: unknown[] = []
  answer: (exchange: Exchange, place: string) => Outcome | 'lost' | 'silent' = () => done
  takes: (place: string) => 'connected' | 'lost' | 'silent' = () => 'connected'
  #open: { readonly attempt: number; readonly place: string } | undefined

  constructor(pledge: Pledge = beginPledge('voucher')) {
    this.pledge = pledge
  }

  tell(event: PledgeEvent): void {
    const [pledge, effects] = stepPledge(this.pledge, event, this.now, { draw: () => 0.5 })
    this.pledge = pledge
    for (const effect of effects) this.#do(effect)
  }

  hear(...places: readonly string[]): void {
    for (const place of places) this.tell({ type: 'heard', place, expiresAt: Infinity })
  }

  /** Lets time pass until it has nothing to do, or `until`. */
  run(until = Infinity): void {
    for (let ticks = 0; ticks < 10_000; ticks++) {
      const next = nextTick(this.pledge)
      if (next > until || next === Infinity) return
      this.now = Math.max(this.now, next)
      this.tell({ type: 'tick' })
    }
    assert.fail('it ticks without end')
  }

  #do(effect: PledgeEffect): void {
    if (effect.type === 'news') this.news.push(effect.what)
    else if (effect.type === 'forget') this.forgotten.push(effect.what)
    else if (effect.type === 'close') {
      assert.equal(this.#open?.attempt, effect.attempt, 'what is closed was open')
      this.#open = undefined
    } else if (effect.type === 'connect') {
      assert.equal(this.#open, undefined, 'one connection at a time')
      const { attempt, place, as, trust } = effect
      this.#open = { attempt, place }
      this.connects.push({ at: this.now, place, as, trust })
      const takes = this.takes(place)
      if (takes === 'connected') this.tell({ type: 'connected', attempt })
      if (takes === 'lost') this.#lose(attempt)
    } else {
      const { attempt, exchange, verdict } = effect
      assert.equal(this.#open?.attempt, attempt, 'it asks over what is open')
      this.asked.push(exchange)
      if (verdict !== undefined) this.verdicts.push(verdict)
      const outcome = this.answer(exchange, this.#open.place)
      if (outcome === 'lost') this.#lose(attempt)
      else if (outcome !== 'silent') this.tell({ type: 'exchanged', attempt, exchange, outcome })
    }
  }

  #lose(attempt: number): void {
    this.#open = undefined
    this.tell({ type: 'lost', attempt, because: 'ECONNRESET' })
  }

  /** Of a connection that waits. */
  lose(): void {
    this.#lose(this.#open!.attempt)
  }
}

describe('a pledge that is expected', () => {
  test('becomes a member over two connections: with its IDevID, then with its LDevID', () => {
    const world = new World()
    assert.equal(nextTick(world.pledge), Infinity, 'nothing is to be done before a proxy is heard')
    world.hear('p1')
    assert.deepEqual(world.asked, way)
    assert.deepEqual(world.connects, [
      { at: 0, place: 'p1', as: 'idevid', trust: 'provisional' },
      { at: 0, place: 'p1', as: 'ldevid', trust: 'domain' },
    ])
    assert.equal(world.pledge.stage, 'member')
    assert.deepEqual(world.verdicts, [{ status: true }, { status: true }])
  })

  test('goes on where it was when it was killed', () => {
    for (const [stage, first, count] of [
      ['enrol', 'cacerts', 5],
      ['settle', 'enrol-status', 2],
      ['member', undefined, 0],
    ] as const) {
      const world = new World(beginPledge(stage))
      world.hear('p1')
      assert.deepEqual([world.asked[0], world.asked.length], [first, count])
      assert.equal(world.pledge.stage, 'member')
      assert.ok(world.connects.every(({ trust }) => trust === 'domain'))
    }
  })

  test('renews its certificate when a third of its time is left, and enrols anew when it has ended', () => {
    const validity = { notBefore: 0, notAfter: 90 * day }
    const world = new World(beginPledge('member', { validity }))
    world.hear('p1')
    world.answer = (exchange) =>
      exchange === 'reenrol'
        ? { type: 'done', validity: { notBefore: world.now, notAfter: world.now + 90 * day } }
        : done
    world.run(100 * day)
    assert.deepEqual(world.asked, ['reenrol'])
    assert.deepEqual([world.connects[0]?.at, world.connects[0]?.as], [60 * day, 'ldevid'])

    const late = new World(beginPledge('member', { validity }))
    late.now = 91 * day
    late.hear('p1')
    assert.deepEqual(late.asked, ['cacerts', 'csrattrs', 'enrol', 'enrol-status', 'settings'])
    assert.equal(late.connects[0]?.as, 'idevid')
  })
})

describe('a pledge that is not expected yet', () => {
  test('asks the same again after the time that it was told, at most 60 s, and forgets nothing', () => {
    const world = new World()
    let asked = 0
    world.answer = (exchange) => (exchange === 'voucher' && ++asked < 4 ? { type: 'later', afterMs: 600_000 } : done)
    world.hear('p1')
    world.run()
    assert.deepEqual(world.asked.slice(0, 5), ['voucher', 'voucher', 'voucher', 'voucher', 'voucher-status'])
    assert.equal(world.now, 3 * 60_000)
    assert.deepEqual(world.forgotten, [])
    assert.equal(world.connects.length, 2, 'it stays connected while it waits')
  })

  test('comes again in time when the connection is lost meanwhile, without blaming the proxy', () => {
    const world = new World()
    world.answer = (exchange) =>
      exchange === 'voucher' && world.now < 20_000 ? { type: 'later', afterMs: 20_000 } : done
    world.hear('p1')
    world.now = 5000
    world.lose()
    assert.equal(nextTick(world.pledge), 20_000)
    world.run()
    assert.deepEqual(world.asked.slice(0, 2), ['voucher', 'voucher'])
    assert.equal(world.pledge.stage, 'member')
    assert.deepEqual(world.forgotten, [])
    assert.ok(!world.news.includes('failed'))
  })

  test('makes a new request after four days', () => {
    const world = new World()
    world.answer = (exchange) => (exchange === 'voucher' ? { type: 'later', afterMs: 60_000 } : done)
    world.hear('p1')
    world.run(4 * day + 120_000)
    assert.deepEqual(world.forgotten, ['request'])
  })
})

describe('proxies', () => {
  test('are tried in turn, 3 to 5 s apart, and each less often the more it fails, at least every hour', () => {
    const world = new World()
    world.takes = () => 'lost'
    world.hear('p1', 'p2', 'p3')
    world.run(12 * 3_600_000)
    assert.deepEqual(new Set(world.connects.slice(0, 3).map(({ place }) => place)), new Set(['p1', 'p2', 'p3']))
    for (const [index, { at }] of world.connects.entries())
      if (index > 0) assert.ok(at - world.connects[index - 1]!.at >= 3000)
    for (const place of ['p1', 'p2', 'p3']) {
      const times = world.connects.filter((one) => one.place === place).map(({ at }) => at)
      const gaps = times.slice(1).map((at, index) => at - times[index]!)
      assert.ok(Math.max(...gaps) <= 3_600_000 + 20_000 && Math.max(...gaps) >= 3_600_000)
      assert.ok(gaps[0]! < 30_000, 'soon at first')
    }
  })

  test('a stalled one gives way after 5 s', () => {
    const world = new World()
    world.takes = (place) => (place === 'mute' ? 'silent' : 'connected')
    world.hear('mute', 'p2')
    world.run()
    assert.deepEqual(
      world.connects.map(({ at, place }) => [at, place]),
      [
        [0, 'mute'],
        [9000, 'p2'],
        [9000, 'p2'],
      ],
    )
    assert.equal(world.pledge.stage, 'member')
  })

  test('one that leads to nobody who can be believed gives way, and is told why', () => {
    const world = new World()
    world.answer = (exchange, place) =>
      place === 'foreign' && exchange === 'voucher' ? { type: 'unsound', because: 'another nonce' } : done
    world.hear('foreign', 'p2')
    world.run()
    assert.deepEqual(world.asked.slice(0, 3), ['voucher', 'voucher-status', 'voucher'])
    assert.deepEqual(world.verdicts[0], { status: false, reason: 'another nonce' })
    assert.deepEqual(world.forgotten, ['request'])
    assert.equal(world.pledge.stage, 'member')
  })

  test('those that ended are not tried, and a flood of made-up ones is bounded', () => {
    const world = new World()
    world.takes = () => 'silent'
    for (let index = 0; index < 1000; index++)
      world.tell({ type: 'heard', place: `made-up ${index}`, expiresAt: 10_000 + index })
    assert.equal(world.pledge.places.size, pledgeLimits.places)
    world.tell({ type: 'gone', place: 'made-up 999' })
    world.run()
    assert.ok(world.connects.length < 5)
    assert.equal(nextTick(world.pledge), Infinity)
  })
})

describe('a registrar that sends the pledge elsewhere', () => {
  test('is followed once, with a new request', () => {
    const world = new World()
    world.answer = (exchange, place) =>
      exchange === 'voucher' && place === 'p1' ? { type: 'elsewhere', place: 'https://r2' } : done
    world.hear('p1')
    assert.deepEqual(
      world.connects.map(({ place }) => place),
      ['p1', 'https://r2', 'https://r2'],
    )
    assert.deepEqual(world.forgotten, ['request'])
    assert.equal(world.pledge.stage, 'member')
  })

  test('is not followed twice', () => {
    const world = new World()
    world.answer = (exchange) => (exchange === 'voucher' ? { type: 'elsewhere', place: 'https://r2' } : done)
    world.hear('p1')
    assert.deepEqual(world.asked, ['voucher', 'voucher'])
    assert.equal(world.pledge.attempt, undefined)
  })
})

test('a certificate that has ended when it comes is complained of, and not renewed without end', () => {
  const world = new World()
  world.now = 1000
  world.answer = (exchange) =>
    exchange === 'enrol' ? { type: 'done', validity: { notBefore: 0, notAfter: 1000 } } : done
  world.hear('p1')
  assert.deepEqual(world.asked.slice(-2), ['enrol', 'enrol-status'])
  assert.equal(world.pledge.stage, 'enrol')
  assert.equal(world.news.at(-1), 'failed')
})

test('a domain that is gone for long is forgotten, with its voucher', () => {
  const world = new World(beginPledge('enrol'))
  world.takes = () => (world.pledge.stage === 'enrol' ? 'lost' : 'connected')
  world.hear('p1')
  world.run()
  assert.deepEqual(world.forgotten, ['voucher'])
  assert.equal(world.pledge.stage, 'member')
  assert.equal(world.asked[0], 'voucher')
})

const exchange = fc.constantFrom<Exchange>(...(way as Exchange[]), 'reenrol')
const outcome = fc.oneof(
  fc.constant(done),
  fc.constant<Outcome>({ type: 'done', validity: { notBefore: 0, notAfter: 9000 } }),
  fc.record({ type: fc.constant('later' as const), afterMs: fc.oneof(fc.integer(), fc.constant(Infinity)) }),
  fc.record({ type: fc.constant('elsewhere' as const), place: fc.constantFrom('p1', 'https://r2') }),
  fc.record({ type: fc.constantFrom('refused' as const, 'unsound' as const), because: fc.string() }),
)
/** Of the current attempt, or of an old or future one. */
const attempt = fc.integer({ min: -1, max: 2 })
const event = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('heard' as const),
      place: fc.constantFrom('p1', 'p2', 'p3'),
      expiresAt: fc.oneof(fc.nat(200_000), fc.constant(Infinity)),
    }),
  },
  fc.record({ type: fc.constant('gone' as const), place: fc.constantFrom('p1', 'p2', 'p3') }),
  { weight: 3, arbitrary: fc.record({ type: fc.constant('connected' as const), attempt }) },
  fc.record({ type: fc.constant('lost' as const), attempt, because: fc.constant('x') }),
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('exchanged' as const),
      attempt,
      exchange: fc.option(exchange, { nil: undefined }),
      outcome,
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('tick' as const) }) },
)

type Given = typeof event extends fc.Arbitrary<infer One> ? One : never

/** `given` as it is told now: numbers of attempts count from the current one, and what is asked is mostly what is answered. */
function toldNow(given: Given, { attempt }: Pledge): PledgeEvent {
  const phase = attempt?.phase
  const asked = phase !== undefined && 'exchange' in phase ? phase.exchange : 'voucher'
  const number = 'attempt' in given ? { attempt: (attempt?.id ?? 0) + given.attempt } : {}
  const exchange = 'exchange' in given ? { exchange: given.exchange ?? asked } : {}
  return { ...given, ...number, ...exchange } as PledgeEvent
}

/** What must hold of the effects, whatever happened. */
class Watch {
  #open: number | undefined
  #failedAt = -Infinity
  #hasVoucher: boolean

  constructor(hasVoucher: boolean) {
    this.#hasVoucher = hasVoucher
  }

  hear(told: PledgeEvent): void {
    if (told.type === 'lost' && told.attempt === this.#open) this.#open = undefined
    const isVoucher = told.type === 'exchanged' && told.exchange === 'voucher' && told.outcome.type === 'done'
    if (isVoucher && told.attempt === this.#open) this.#hasVoucher = true
  }

  see(effect: PledgeEffect, now: number, before: Pledge): void {
    if (effect.type === 'connect') {
      assert.equal(this.#open, undefined)
      assert.ok(effect.attempt > before.lastId)
      assert.ok(now >= this.#failedAt + 3000)
      this.#open = effect.attempt
    } else if (effect.type === 'close') {
      assert.equal(effect.attempt, this.#open)
      this.#open = undefined
    } else if (effect.type === 'exchange') this.#asks(effect)
    else if (effect.type === 'forget' && effect.what === 'voucher') this.#hasVoucher = false
    else if (effect.type === 'news' && effect.what === 'failed') this.#failedAt = now
  }

  #asks({ attempt, exchange, verdict }: Extract<PledgeEffect, { readonly type: 'exchange' }>): void {
    assert.equal(attempt, this.#open)
    const isComplaint = verdict?.status === false
    if (exchange !== 'voucher' && !isComplaint) assert.ok(this.#hasVoucher, exchange)
  }
}

test('in any order of events: one connection, nothing before its time, and no certificate without a voucher', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.nat(20_000)), { maxLength: 120 }),
      fc.constantFrom('voucher' as const, 'enrol' as const, 'settle' as const, 'member' as const),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (events, stage, draw) => {
        let pledge = beginPledge(stage, stage === 'member' ? { validity: { notBefore: 0, notAfter: 90_000 } } : {})
        let now = 0
        const watch = new Watch(stage !== 'voucher')
        for (const [given, later] of events) {
          now += later
          const before = pledge
          const told = toldNow(given, before)
          // An answer counts only while it is asked for.
          if (told.type !== 'exchanged' || before.attempt?.phase.type === 'asking') watch.hear(told)
          const [next, effects] = stepPledge(before, told, now, { draw: () => draw })
          pledge = next
          for (const effect of effects) watch.see(effect, now, before)
          assert.equal(pledge.attempt?.id, pledge.attempt === undefined ? undefined : pledge.lastId)
          if (pledge.attempt !== undefined) assert.ok(Number.isFinite(nextTick(pledge)), 'no attempt without an end')
          assert.ok(pledge.places.size <= pledgeLimits.places)
        }
      },
    ),
    { numRuns: 1500 },
  )
})
