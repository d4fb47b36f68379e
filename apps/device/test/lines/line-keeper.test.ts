/** Leases of lines in virtual time: what is wanted of the kernel is always what is in force, over failures and restarts. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type LeasePurpose, type Leases, type LineOffer, noLeases } from '@vagus/grasp/objectives'
import fc from 'fast-check'
import { hold, lineOffer, steer } from '../../../../packages/grasp/test/line.ts'
import { lineLeases } from '../../src/lines/line-desk.ts'
import { LineKeeper } from '../../src/lines/line-keeper.ts'
import { LineStore } from '../../src/lines/line-store.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const plan = (octet: number): Uint8Array => new Uint8Array(16).fill(octet)

class Router {
  readonly clock = new VirtualClock()
  readonly lines: string[] = []
  written: Leases<LineOffer> = noLeases
  /** What the kernel has. */
  kernel: readonly LineOffer[] = []
  /** The disk is full. */
  isFull = false
  /** By interface. */
  problems: ReadonlyMap<string, string> = new Map()
  /** Refuses paths of this number. */
  refuses: number | undefined
  keeper = this.#start()

  #start(): LineKeeper {
    return new LineKeeper({
      clock: this.clock,
      config: lineLeases,
      store: {
        read: () => this.written,
        write: (leases) => {
          if (this.isFull) throw new Error('ENOSPC: no space left on device')
          this.written = leases
        },
      },
      bring: (offers) => {
        if (offers.some(({ number }) => number === this.refuses)) return Promise.reject(new Error('the kernel refuses'))
        // Everything in the kernel was written down before.
        for (const { planId } of offers) assert.ok(this.written.byPlan.has(planId.join('.')))
        this.kernel = offers
        return Promise.resolve(this.problems)
      },
      report: (line) => this.lines.push(line),
    })
  }

  make(offer: LineOffer): string {
    const going = this.keeper.leases.asked('live', offer, 'a')
    if (going.type === 'decline') return `${going.code} ${going.problem}`
    this.keeper.leases.agreed(going.purpose, offer)
    return going.purpose
  }

  async restart(): Promise<void> {
    this.keeper.stop()
    this.keeper = this.#start()
    await this.keeper.begin()
  }

  get held(): readonly number[] {
    return this.kernel.map(({ planId }) => planId[0]!)
  }
}

const again = (offer: LineOffer, more: Partial<LineOffer> = {}): LineOffer => ({
  ...offer,
  header: lineOffer().header,
  ...more,
})

describe('parts of lines', () => {
  test('are in the kernel from the accept, stay once confirmed, and go with their lease', async () => {
    const router = new Router()
    const first = lineOffer({ planId: plan(1), leaseMs: 60_000 })
    assert.equal(router.make(first), 'prepare')
    await router.clock.pass(0)
    assert.deepEqual(router.held, [1])
    assert.equal(router.make(again(first)), 'confirm')
    await router.clock.pass(59_000)
    assert.deepEqual(router.held, [1])
    await router.clock.pass(2000)
    assert.deepEqual([router.held, router.written.byPlan.size], [[], 0])
    assert.equal(router.make(again(first)), 'STALE its time is over')
  })

  test('that are not confirmed go after 15 s', async () => {
    const router = new Router()
    router.make(lineOffer({ planId: plan(1) }))
    await router.clock.pass(16_000)
    assert.deepEqual(router.held, [])
  })

  test('that the kernel refuses are over, and leave the others as they were', async () => {
    const router = new Router()
    router.make(lineOffer({ planId: plan(1) }))
    router.refuses = 8
    const second = lineOffer({ planId: plan(2), number: 8 })
    router.make(second)
    assert.deepEqual(await router.keeper.made(second.planId), { problem: 'the kernel refuses' })
    await router.clock.pass(0)
    assert.deepEqual(router.held, [1])
    assert.equal(router.make(again(second)), 'RESOURCE the kernel refuses')
  })

  test('are made beside a link with a problem, whose own are not', async () => {
    const router = new Router()
    const on = (octet: number, name: string) =>
      lineOffer({
        planId: plan(octet),
        number: octet,
        part: { ...hold, transmits: [{ ...hold.transmits[0]!, interface: name }] },
      })
    router.problems = new Map([['eth2', 'nobody says the capacity of eth2']])
    const [first, second] = [on(1, 'eth1'), on(2, 'eth2')]
    router.make(first)
    router.make(second)
    const into = lineOffer({ planId: plan(3), number: 2, part: steer })
    router.make(into)
    const made = await Promise.all([first, second, into].map(({ planId }) => router.keeper.made(planId)))
    const problem = { problem: 'nobody says the capacity of eth2' }
    assert.deepEqual(made, [undefined, problem, problem])
    await router.clock.pass(0)
    assert.deepEqual(router.held, [1])
  })

  test('end in time while the disk is full, and new ones are refused; once there is room again it is written', async () => {
    const router = new Router()
    const first = lineOffer({ planId: plan(1), leaseMs: 60_000 })
    router.make(first)
    router.make(again(first))
    router.isFull = true
    const second = lineOffer({ planId: plan(2), number: 8 })
    router.make(second)
    const made = await router.keeper.made(second.planId)
    assert.match(made!.problem, /could not be written down: ENOSPC/)
    await router.clock.pass(0)
    assert.deepEqual(router.held, [1])
    await router.clock.pass(61_000)
    assert.deepEqual([router.held, router.written.byPlan.size], [[], 1])
    router.isFull = false
    await router.keeper.begin()
    await router.clock.pass(6000)
    assert.equal(router.written.byPlan.size, 0)
    assert.deepEqual(
      router.lines.filter((line) => line.includes('written')),
      [
        'leases are not written down: ENOSPC: no space left on device',
        'hold of path 8 on eth1: not made, it could not be written down: ENOSPC: no space left on device',
        'hold of path 8 on eth1: over, it could not be written down: ENOSPC: no space left on device',
        'the leases are written down again',
      ],
    )
  })

  test('go on after a restart, and are removed at the start when they ended meanwhile', async () => {
    const router = new Router()
    for (const [octet, leaseMs] of [
      [1, 60_000],
      [2, 600_000],
    ] as const) {
      const offer = lineOffer({ planId: plan(octet), number: octet, leaseMs })
      router.make(offer)
      router.make(again(offer))
    }
    await router.restart()
    assert.deepEqual(router.held, [1, 2])
    router.keeper.stop()
    await router.clock.pass(100_000)
    assert.deepEqual(router.held, [1, 2])
    await router.restart()
    assert.deepEqual(router.held, [2])
    assert.equal(router.make(lineOffer({ planId: plan(1), number: 1 })), 'STALE its time is over')
  })

  test('any events in any order, with restarts: the kernel has what is in force, and nothing in the end', async () => {
    const offer = fc
      .record({
        octet: fc.integer({ min: 1, max: 4 }),
        number: fc.integer({ min: 1, max: 3 }),
        part: fc.constantFrom(hold, steer, null),
        leaseMs: fc.constantFrom(1000, 30_000),
      })
      .map(({ octet, ...more }) => lineOffer({ planId: plan(octet), ...more }))
    const purpose = fc.constantFrom<LeasePurpose>('dry-run', 'prepare', 'confirm', 'release')
    const event = fc.oneof(
      fc.record({ type: fc.constantFrom('make', 'ask', 'fail'), offer }),
      fc.record({ type: fc.constant('agree'), offer, purpose }),
      fc.record({ type: fc.constantFrom('restart', 'refuse', 'heal') }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(event, fc.nat({ max: 8000 })), { maxLength: 30 }), async (events) => {
        const router = new Router()
        for (const [one, pause] of events) {
          if ('offer' in one) {
            const fresh = again(one.offer)
            if (one.type === 'make') router.make(fresh)
            else if (one.type === 'ask') router.keeper.leases.asked('live', fresh, 'b')
            else if (one.type === 'fail') router.keeper.leases.failed(fresh.planId)
            else if ('purpose' in one) router.keeper.leases.agreed(one.purpose, fresh)
          } else if (one.type === 'restart') await router.restart()
          else router.refuses = one.type === 'refuse' ? 2 : undefined
          await router.clock.pass(pause)
          assert.ok(router.keeper.leases.all.length <= lineLeases.leases)
          if (router.refuses === undefined) {
            await router.keeper.again()
            assert.deepEqual(router.kernel, router.keeper.inForce)
          }
        }
        router.refuses = undefined
        await router.clock.pass(100_000)
        // What was only prepared when the file was written is not read again.
        const written = [...router.written.byPlan.values()].filter(({ state }) => state !== 'prepared')
        assert.deepEqual([router.kernel, written], [[], []])
        router.keeper.stop()
      }),
      { numRuns: 60 },
    )
  })
})

describe('the file of leases', () => {
  test('gives back what was written, whole; without one there are none, and what is none is refused', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-lines-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'lines.json')
    const clock = { boot: 'one', up: () => 1000 }
    const store = new LineStore(path, clock)
    assert.equal(store.read(0), noLeases)
    const lease = { offer: lineOffer({ part: steer }), with: 'a', state: 'confirmed', until: 5, leaseEnd: 5 } as const
    const key = lease.offer.planId.join('.')
    const over = new Map([['9', { type: 'decline', code: 'STALE', problem: 'it was released' } as const]])
    const prepared = { ...lease, state: 'prepared', leaseEnd: undefined } as const
    const all = {
      byPlan: new Map<string, typeof lease>([
        [key, lease],
        ['x', prepared as never],
      ]),
      changes: new Map(),
      over,
    }
    store.write(all, 0)
    assert.deepEqual(store.read(0), { byPlan: new Map([[key, lease]]), changes: new Map(), over })
    for (const text of ['', '{', '{"version":9}', readFileSync(path, 'utf8').replace('offer":"', 'offer":"00')]) {
      writeFileSync(path, text)
      assert.throws(() => store.read(0), /has no leases of lines/)
    }
  })

  test('keeps leases for as long as they have, however the clock is set, and none over a boot of the host', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-lines-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'lines.json')
    const offer = lineOffer()
    const day = 86_400_000
    const lease = { offer, with: 'a', state: 'confirmed', until: day + 60_000, leaseEnd: day + 60_000 } as const
    const byPlan = new Map([[offer.planId.join('.'), lease]])
    new LineStore(path, { boot: 'one', up: () => 5000 }).write({ byPlan, changes: new Map(), over: new Map() }, day)
    // 20 s later, by a clock that was set back to 1970.
    const read = new LineStore(path, { boot: 'one', up: () => 25_000 }).read(7)
    assert.deepEqual(
      [...read.byPlan.values()].map(({ until, leaseEnd }) => [until, leaseEnd]),
      [[40_007, 40_007]],
    )
    assert.equal(new LineStore(path, { boot: 'two', up: () => 25_000 }).read(7), noLeases)
  })
})
