/** Lines that agents ask for beyond their bounds, with routers in virtual time. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import type { LineRequest } from '@vagus/api/lines'
import { askedMs, maxAsked } from '../../../src/lines/line-asking.ts'
import { over, Scene } from '../scene.ts'
import { twoByTwo } from './two-by-two.ts'

const writer = 'did:key:z6MkWriter'
/** 30 Mbit/s are above the 20 that agents may have. */
const wish: LineRequest = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 30e6, for: '30m' }

function scene(): Scene {
  const made = new Scene(twoByTwo())
  made.bound({})
  made.join(writer, 'writer', 'dc-east')
  return made
}
const ask = (one: Scene, key = 'k', more: Partial<LineRequest> = {}) =>
  one.agents.order(writer, { ...wish, ...more, key }, 'ask')
const refused = (pattern: RegExp) => ({ name: 'ProblemError', message: pattern })

describe('a line beyond the bounds of agents', () => {
  test('waits for the operator with the reason, and takes no room meanwhile', async () => {
    const one = scene()
    const { state, because, by } = ask(one)
    assert.deepEqual([state, because, by.name], ['asked', '30 Mbit/s is above lines.agents.rate', 'writer'])
    assert.match(
      sentenceOf(one.told[0]!),
      /^Line line-1 from dc-east to dc-west waits for approval: 30 Mbit\/s, .* \(by writer\)$/,
    )
    assert.equal(one.book.bookings.length, 0)
    await one.seconds(3)
    assert.deepEqual([one.line().state, one.routers.inForce], ['asked', []])
    const within = one.agents.order(writer, { ...wish, bitsPerSecond: 10e6, key: 'other' })
    assert.equal(within.state, 'setting-up')
    await one.settled()
  })

  test('is set up once it is approved, for as long as was asked for, out of the share of agents', async () => {
    const one = scene()
    one.config.lines!.agents!.share = 0.1
    ask(one)
    await one.seconds(30)
    const line = await one.desk.approve('line-1')
    assert.deepEqual([line?.state, one.routers.inForce], ['active', over('r2', line!.number!)])
    assert.equal(Date.parse(line!.end) - one.now, 30 * 60_000)
    assert.deepEqual(one.events, ['line.asked', 'line.approved', 'line.active'])
    assert.equal(one.book.bookingsOfAgents.length, 0)
    await one.seconds(5)
    assert.equal(one.line().state, 'active') // and does not yield to that share
    await assert.rejects(one.desk.approve('line-1'), refused(/^line-1 is active; only one that is asked for/))
  })

  test('stays its agent’s own: it releases it, and loses it in quarantine', async () => {
    const one = scene()
    ask(one)
    assert.equal((await one.agents.release(writer, 'line-1')).because, 'writer released it')
    ask(one, 'k2')
    await one.desk.approve('line-2')
    one.bar(writer, 'writer is in quarantine')
    await one.seconds(2)
    assert.deepEqual([one.line('line-2').because, one.routers.inForce], ['writer is in quarantine', []])
  })

  test('is refused by the operator’s release, or ends when nobody answers', async () => {
    const one = scene()
    ask(one)
    assert.equal((await one.desk.release('line-1'))?.because, 'the operator refused it')
    ask(one, 'k2', { for: '3h' })
    await assert.rejects(one.desk.change('line-2', { bitsPerSecond: 1e6 }), refused(/^line-2 waits for the operator/))
    one.now += askedMs
    await one.seconds(1)
    assert.deepEqual(
      [one.line('line-2').state, one.line('line-2').because],
      ['released', 'nobody approved it within an hour'],
    )
  })

  test('is known after kill -9, and one key is one line', async () => {
    const one = scene()
    const { id } = ask(one)
    one.crash()
    assert.equal(ask(one).id, id)
    assert.equal((await one.desk.approve(id))?.state, 'active')
  })

  test('is refused at once where not even the operator could have it, and where too many wait', () => {
    const one = scene()
    assert.throws(() => ask(one, 'k', { bitsPerSecond: 500e6 }), refused(/; .* is possible$/))
    for (let asked = 0; asked < maxAsked.ofOne; asked++) ask(one, `k${asked}`)
    assert.throws(() => ask(one, 'more'), refused(/^writer has as many lines waiting .*: line-1, line-2$/))
  })
})
