import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type KeptResponse, KeptResponses } from '../../src/local/kept-responses.ts'

/** A response that keeps messages of these octets. */
class Response implements KeptResponse {
  readonly from: string
  standing: KeptResponse['standing'] = 'passed on'
  readonly #room: KeptResponses
  readonly kept: number[] = []

  constructor(room: KeptResponses, from = 'worker') {
    this.#room = room
    this.from = from
  }
  get keptOctets(): number {
    return this.kept.reduce((sum, each) => sum + each, 0)
  }
  keep(...messages: readonly number[]): this {
    for (const octets of messages) {
      this.kept.push(octets)
      this.#room.grow(this, octets)
    }
    return this
  }
  giveUp(): void {
    const gone = this.kept.splice(0, this.standing === 'delivered' ? this.kept.length : 1)
    this.#room.grow(this, -gone.reduce((sum, each) => sum + each, 0))
  }
}

describe('what is kept of the responses of one agent', () => {
  test('goes at the limit from the one of which most is kept, oldest message first', () => {
    const room = new KeptResponses(100)
    const [long, short] = [new Response(room).keep(30, 31, 32), new Response(room).keep(7)]
    short.keep(8)
    assert.deepEqual(
      [long.kept, short.kept],
      [
        [31, 32],
        [7, 8],
      ],
    )
    long.keep(20, 21)
    assert.deepEqual(
      [long.kept, short.kept],
      [
        [32, 20, 21],
        [7, 8],
      ],
    )
  })
  test('goes first from those that were delivered, the oldest whole', () => {
    const room = new KeptResponses(100)
    const [first, second, running] = [new Response(room).keep(5, 5), new Response(room).keep(40), new Response(room)]
    first.standing = second.standing = 'delivered'
    running.keep(51)
    assert.deepEqual([first.kept, second.kept, running.kept], [[], [40], [51]])
    running.keep(60)
    assert.deepEqual([second.kept, running.kept], [[], [60]])
  })
  test('stays where a program may come back for it: what runs on is not kept then', () => {
    const room = new KeptResponses(100)
    const waiting = new Response(room).keep(50, 45)
    waiting.standing = 'needed'
    const running = new Response(room).keep(10, 4, 2)
    assert.deepEqual([waiting.kept, running.kept], [[50, 45], [2]])
    assert.deepEqual(new Response(room).keep(101).kept, [])
  })
  test('counts apart from what is kept of others, and not any more once it is given up', () => {
    const room = new KeptResponses(100)
    const [one, other] = [new Response(room).keep(90), new Response(room, 'writer').keep(90)]
    assert.deepEqual([one.kept, other.kept], [[90], [90]])
    one.giveUp()
    assert.deepEqual(new Response(room).keep(100).kept, [100])
  })
})
