/** Private lines that intents want, in a diamond of routers and virtual time. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actorText } from '@vagus/api/actor'
import type { Connect, Intent } from '@vagus/intent'
import { ConnectKeeper } from '../../src/intents/connect-keeper.ts'
import { intentOf } from '../support/intent-set.ts'
import { Scene } from '../lines/scene.ts'

const hour = 3_600_000
const connect = (more: Partial<Connect> = {}): Connect => ({
  type: 'connect',
  between: ['dc-east', 'dc-west'],
  bitsPerSecond: 20e6,
  ...more,
})

class Kept {
  readonly scene = new Scene()
  intents: readonly Intent[] | undefined = [intentOf('branch', connect())]
  keeper = this.#begin()

  #begin(): ConnectKeeper {
    const { desk, book } = this.scene
    return new ConnectKeeper({ lines: desk, book, now: () => this.scene.now })
  }

  crash(): void {
    this.scene.crash()
    this.keeper = this.#begin()
  }

  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      if (this.intents !== undefined) this.keeper.step(this.intents)
      await this.scene.seconds(1)
    }
  }

  get lines(): readonly string[] {
    return this.scene.book.all.map(({ id, state }) => `${id} ${state}`)
  }

  get stand() {
    return this.keeper.standOf(this.intents![0]!)
  }
}

describe('a private line that an intent wants', () => {
  test('is ordered once, by the controller for the intent, which is met then', async () => {
    const kept = new Kept()
    assert.equal(kept.stand.state, 'translated')
    await kept.seconds(30)
    assert.deepEqual(kept.lines, ['line-1 active'])
    assert.equal(actorText(kept.scene.line().by), 'controller (intent branch)')
    assert.equal(kept.stand.state, 'active')
    assert.match(kept.stand.evidence!, /^line-1 holds 20 Mbit\/s/)
  })

  test('is the same after kill -9, whenever that is', async () => {
    for (const after of [0, 1, 2, 5]) {
      const kept = new Kept()
      await kept.seconds(after)
      kept.crash()
      await kept.seconds(20)
      assert.deepEqual(kept.lines, ['line-1 active'], `${after}`)
    }
  })

  test('is extended long before its end, again and again', async () => {
    const kept = new Kept()
    await kept.seconds(3)
    for (let round = 0; round < 5; round++) {
      kept.scene.now += 3.5 * hour
      await kept.seconds(3)
      assert.equal(kept.stand.state, 'active')
    }
    assert.deepEqual(kept.lines, ['line-1 active'])
    assert.ok(Date.parse(kept.scene.line().end) - kept.scene.now > 5 * hour)
  })

  test('is changed with the rate of its intent, and laid anew between other ends or with another delay', async () => {
    const kept = new Kept()
    await kept.seconds(3)
    kept.intents = [intentOf('branch', connect({ bitsPerSecond: 30e6 }))]
    await kept.seconds(20)
    assert.deepEqual([kept.lines, kept.scene.line().bitsPerSecond], [['line-1 active'], 30e6])
    kept.intents = [intentOf('branch', connect({ between: ['dc-west', 'dc-east'] }))]
    await kept.seconds(40)
    assert.deepEqual(kept.lines, ['line-1 released', 'line-2 active'])
  })

  test('is released when the intent is withdrawn or its time is over, and goes on while no set holds', async () => {
    const kept = new Kept()
    await kept.seconds(3)
    kept.intents = undefined
    await kept.seconds(10)
    assert.deepEqual(kept.lines, ['line-1 active'])
    kept.intents = []
    await kept.seconds(3)
    assert.deepEqual(kept.lines, ['line-1 released'])
    kept.intents = [intentOf('branch', connect(), { when: { until: kept.scene.now + 60_000 } })]
    await kept.seconds(20)
    assert.ok(Date.parse(kept.scene.line('line-2').end) <= kept.intents[0]!.when.until!)
    kept.scene.now += 60_000
    await kept.seconds(3)
    assert.deepEqual(kept.lines, ['line-1 released', 'line-2 released'])
  })

  test('that is not possible leaves the intent degraded, with what would be, and is ordered once it is', async () => {
    const kept = new Kept()
    kept.intents = [intentOf('branch', connect({ bitsPerSecond: 95e6 }))]
    await kept.seconds(60)
    assert.deepEqual([kept.lines, kept.scene.events], [[], []])
    assert.equal(kept.stand.state, 'degraded')
    assert.match(kept.stand.evidence!, /every path .*; 84\.5 Mbit\/s is possible/)
    kept.intents = [intentOf('branch', connect({ bitsPerSecond: 80e6 }))]
    await kept.seconds(30)
    assert.deepEqual([kept.lines, kept.stand.state], [['line-1 active'], 'active'])
  })

  test('that failed is ordered again, more and more seldom', async () => {
    const kept = new Kept()
    await kept.seconds(3)
    await kept.scene.desk.release('line-1')
    await kept.seconds(20)
    assert.deepEqual(kept.lines, ['line-1 released', 'line-2 active'])
  })
})
