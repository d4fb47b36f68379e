/** Lines that agents order by themselves, with routers in virtual time. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sentenceOf } from '@vagus/api'
import type { LineRequest } from '@vagus/api/lines'
import { asksPerMinute } from '../../../src/lines/agents/ask-rate.ts'
import type { LineBounds } from '../../../src/lines/agents/line-bounds.ts'
import { tokenMs } from '../../../src/lines/agents/quoted-wishes.ts'
import { Scene } from '../scene.ts'
import { twoByTwo } from './two-by-two.ts'

const writer = 'did:key:z6MkWriter'
const reader = 'did:key:z6MkReader'
const wish: LineRequest = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 10e6, for: '30m' }

/** A writer at dc-east and a reader at the office. */
function scene(bounds: Partial<LineBounds> = {}): Scene {
  const made = new Scene(twoByTwo())
  made.bound(bounds)
  made.join(writer, 'writer', 'dc-east')
  made.join(reader, 'reader', 'office')
  return made
}

const refused = (pattern: RegExp) => ({ name: 'ProblemError', message: pattern })

describe('an agent of the fleet', () => {
  test('orders a line, which says who ordered it, and so do its events', async () => {
    const one = scene()
    one.agents.order(writer, { ...wish, key: 'task-1' })
    await one.settled()
    const { state, by } = one.line()
    assert.deepEqual([state, by], ['active', { kind: 'agent', id: writer, name: 'writer' }])
    assert.match(
      sentenceOf(one.told[0]!),
      /^Line line-1 from dc-east to dc-west is ordered: 10 Mbit\/s, .* \(by writer\)$/,
    )
  })

  test(
    'waits for its line until it is there, and not at all where it is gone itself',
    { timeout: 40_000 },
    async () => {
      const one = scene()
      const { id } = one.agents.order(writer, { ...wish, key: 'k' })
      const signal = new AbortController().signal
      assert.equal((await one.agents.find(writer, id, { within: 30_000, signal })).state, 'active')
      const gone = AbortSignal.abort()
      one.agents.order(reader, { ...wish, from: 'office', key: 'k', start: '2026-11-28T04:00:00Z' })
      assert.equal((await one.agents.find(reader, 'line-2', { within: 5, signal })).state, 'booked')
      assert.equal((await one.agents.find(reader, 'line-2', { within: 3_600_000, signal: gone })).state, 'booked')
      await assert.rejects(one.agents.find(reader, 'line-9'), refused(/^there is no line "line-9"/))
    },
  )

  test('orders just what was quoted, within a minute, and only with its own quote', async () => {
    const one = scene()
    const { quote, possible, validUntil } = one.agents.quote(writer, wish)
    assert.deepEqual([possible, quote, validUntil], [true, 'quote-1', '2026-11-28T03:01:00.000Z'])
    assert.throws(
      () => one.agents.order(reader, { quote: quote!, key: 'k' }),
      refused(/^"quote-1" is no quote of this/),
    )
    const line = one.agents.order(writer, { quote: quote!, key: 'k' })
    assert.deepEqual([line.from, line.to, line.bitsPerSecond], ['dc-east', 'dc-west', 10e6])
    one.now += tokenMs
    assert.equal(one.agents.order(writer, { quote: quote!, key: 'k' }).id, line.id)
    assert.throws(() => one.agents.order(writer, { quote: quote!, key: 'other' }), refused(/it holds for a minute$/))
    assert.throws(() => one.agents.order(writer, { from: 'dc-east', key: 'other' }), refused(/^an order has "quote"/))
  })

  test('gets one line for one key, also over kill -9, and its keys are its own', async () => {
    const one = scene()
    const first = one.agents.order(writer, { ...wish, key: 'k' })
    one.crash()
    assert.equal(one.agents.order(writer, { ...wish, key: 'k' }).id, first.id)
    assert.throws(() => one.agents.order(writer, { ...wish, for: '10m', key: 'k' }), refused(/came with another order/))
    assert.notEqual(one.agents.order(reader, { ...wish, from: 'office', key: 'k' }).id, first.id)
    const own = one.desk.order({ ...wish, to: 'factory' }, 'k').line
    assert.equal(own.by.kind, 'operator')
    await one.seconds(1)
  })

  test('changes and releases what it ordered, and nothing else', async () => {
    const one = scene()
    one.agents.order(writer, { ...wish, key: 'k' })
    await one.settled()
    await assert.rejects(
      one.agents.change(reader, 'line-1', { bitsPerSecond: 5e6 }),
      refused(/^line-1 was ordered by writer; an agent changes only lines that it ordered itself$/),
    )
    await assert.rejects(one.agents.release(reader, 'line-1'), refused(/an agent releases only lines/))
    one.desk.order({ ...wish, to: 'factory' }, undefined)
    await one.settled()
    await assert.rejects(one.agents.release(writer, 'line-2'), refused(/^line-2 was ordered by the operator;/))
    assert.equal((await one.agents.change(writer, 'line-1', { bitsPerSecond: 12e6 })).bitsPerSecond, 12e6)
    await assert.rejects(
      one.agents.change(writer, 'line-1', { bitsPerSecond: 21e6 }),
      refused(/^21 Mbit\/s is above lines\.agents\.rate; up to 20 Mbit\/s is possible$/),
    )
    await assert.rejects(
      one.agents.change(writer, 'line-1', { end: '2026-11-28T04:00:01Z' }),
      refused(/longer than lines\.agents\.for; 1h is possible, until 2026-11-28T04:00:00/),
    )
    const released = await one.agents.release(writer, 'line-1')
    assert.deepEqual([released.state, released.because], ['released', 'writer released it'])
    assert.equal((await one.agents.release(writer, 'line-1')).state, 'released')
    assert.equal((await one.desk.release('line-2'))?.because, 'the operator released it')
  })

  test('finds its line released by the operator at any time', async () => {
    const one = scene()
    one.agents.order(writer, { ...wish, key: 'k' })
    await one.settled()
    assert.equal((await one.desk.release('line-1'))?.because, 'the operator released it')
    assert.deepEqual(one.routers.inForce, [])
  })

  test('loses its lines with its membership, and orders no more', async () => {
    const one = scene()
    one.agents.order(writer, { ...wish, key: 'k' })
    one.agents.order(reader, { ...wish, from: 'office', key: 'k' })
    await one.settled()
    one.told.length = 0
    one.bar(writer, 'writer is in quarantine since 2026-11-28T03:00:00.000Z: key stolen')
    await one.seconds(2)
    assert.deepEqual([one.line('line-1').state, one.line('line-2').state], ['released', 'active'])
    assert.match(
      sentenceOf(one.told[0]!),
      /^Line line-1 has ended: writer is in quarantine .*key stolen \(by controller\)/,
    )
    assert.throws(() => one.agents.order(writer, { ...wish, key: 'k2' }), refused(/^writer is in quarantine/))
    assert.throws(() => one.agents.quote(writer, wish), refused(/^writer is in quarantine/))
    await assert.rejects(one.agents.release(writer, 'line-2'), refused(/^writer is in quarantine/))
    delete one.config.lines!.agents
    await one.seconds(2)
    assert.equal(one.line('line-2').because, 'vagus.yaml has no "lines.agents": agents order no lines there')
    assert.deepEqual(one.routers.inForce, [])
  })

  test('asks for a few things a minute; a release and a known key are no further one', async () => {
    const one = scene()
    one.agents.order(writer, { ...wish, key: 'k' })
    await one.settled()
    for (let time = 1; time < asksPerMinute; time++)
      assert.throws(() => one.agents.order(writer, { ...wish, key: `k-${time}` }), refused(/line-1 is between/))
    assert.throws(() => one.agents.order(writer, { ...wish, key: 'x' }), refused(/^writer may order .* again in 60 s$/))
    assert.equal(one.agents.order(writer, { ...wish, key: 'k' }).id, 'line-1')
    assert.equal((await one.agents.release(writer, 'line-1')).state, 'released')
    await one.seconds(60)
    assert.equal(one.agents.order(writer, { ...wish, key: 'x' }).id, 'line-2')
    await one.settled()
  })
})

describe('a bound', () => {
  const rows: readonly (readonly [string, Partial<LineBounds>, Partial<LineRequest>, RegExp, RegExp])[] = [
    ['rate', { rate: 9e6 }, {}, /^10 Mbit\/s is above lines\.agents\.rate$/, /^up to 9 Mbit\/s is possible$/],
    ['least', { least: 11e6 }, {}, /^10 Mbit\/s is below lines\.agents\.least$/, /^11 Mbit\/s or more is possible$/],
    ['for', { for: '10m' }, {}, /longer than lines\.agents\.for$/, /^10m is possible, until 2026-11-28T03:10:00/],
    ['sites', {}, { from: 'office' }, /^lines\.agents\.sites is own, and writer is at dc-east$/, /or to dc-east is/],
    [
      'share',
      { share: 0.1 },
      {},
      /has 10 Mbit\/s free on the wire for lines of agents, and 10\.7 .* are needed$/,
      /^9\.\d+ Mbit\/s is possible$/,
    ],
  ]
  for (const [name, bounds, more, because, alternative] of rows)
    test(`is named where an order is beyond it, with what would be possible: ${name}`, async () => {
      const one = scene(bounds)
      const quote = one.agents.quote(writer, { ...wish, ...more })
      assert.deepEqual([quote.possible, quote.quote], [false, null])
      assert.match(quote.because, because)
      assert.match(quote.alternative ?? '', alternative)
      assert.throws(() => one.agents.order(writer, { ...wish, ...more, key: 'k' }), {
        message: `${quote.because}; ${quote.alternative}`,
      })
      assert.deepEqual([one.book.all, one.events], [[], ['line.refused']])
    })

  test('is the number of lines, of one agent and of all', async () => {
    const one = scene({ each: 1, count: 2, sites: 'any' })
    one.join('did:key:z6MkThird', 'third', null)
    one.agents.order(writer, { ...wish, key: 'k' })
    one.agents.order(reader, { ...wish, from: 'office', key: 'k' })
    const ofWriter = one.agents.quote(writer, { ...wish, to: 'factory' })
    assert.equal(ofWriter.because, 'writer has line-1, as many as lines.agents.each allows')
    assert.match(ofWriter.alternative!, /^one is possible when it releases one of them, or from 2026-11-28T03:30:00/)
    const ofThird = one.agents.quote('did:key:z6MkThird', { ...wish, to: 'factory' })
    assert.equal(ofThird.because, 'agents have 2 lines, as many as lines.agents.count allows')
    await one.settled()
  })

  test('is where the agent is, and an agent at no site is told so', () => {
    const one = scene()
    one.join(writer, 'writer', null)
    assert.match(
      one.agents.quote(writer, wish).because,
      /^lines\.agents\.sites is own, and writer publishes no address/,
    )
  })

  test('is one line at a time between two sites, in either direction', async () => {
    const one = scene()
    one.desk.order({ ...wish, from: 'dc-west', to: 'dc-east', for: '20m' }, undefined)
    const { because, alternative } = one.agents.quote(writer, wish)
    assert.match(because, /^line-1 is between dc-east and dc-west in that time/)
    assert.match(alternative!, /^it is possible from 2026-11-28T03:20:00/)
    assert.equal(one.agents.quote(writer, { ...wish, start: '2026-11-28T03:20:00Z' }).possible, true)
    await one.settled()
  })

  test('is absent where vagus.yaml lets agents order nothing', () => {
    const one = scene()
    delete one.config.lines!.agents
    assert.throws(() => one.agents.order(writer, { ...wish, key: 'k' }), refused(/^vagus\.yaml has no "lines\.agents"/))
  })
})
