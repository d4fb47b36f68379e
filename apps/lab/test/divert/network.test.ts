import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Data } from '../../src/divert/scheduler/a2a.ts'
import { linePolicy, Network } from '../../src/divert/scheduler/network.ts'

/** The network agent of this test, in a time of its own. */
function scene() {
  const one = {
    now: 1_000_000,
    room: 1e6 as number | null,
    possible: true,
    isSilent: false,
    asked: [] as { readonly data: Data; readonly metadata: Data }[],
    told: [] as string[],
    ordered: Promise.withResolvers<Data>(),
  }
  const network = new Network({
    site: 'east',
    async ask(data, _, metadata) {
      one.asked.push({ data, metadata })
      if (one.isSilent) throw new Error('silent')
      if (metadata['request_type'] === 'insight') {
        const line = { possible: one.possible, because: '', milliseconds: 0, setUpMs: 900 }
        return { items: [{ to: 'north', room: one.room, line }] }
      }
      return 'release' in data ? { line: data['release'] } : one.ordered.promise
    },
    tell: (id, to, state) => void one.told.push(`${id} ${to} ${state}`),
    now: () => one.now,
  })
  return Object.assign(one, { network })
}
const settled = (): Promise<void> => new Promise((done) => setImmediate(done))

describe('what a scheduler knows of the network', () => {
  test('is asked for no more often than it changes, and holds for a while', async () => {
    const one = scene()
    assert.equal(one.network.transfer('north', 1000, 0), undefined)
    assert.equal(await one.network.refresh(['north']), 1)
    assert.equal(await one.network.refresh(['north']), 0)
    const alone = one.network.transfer('north', 116_250, 0)!
    assert.equal(Math.round(alone), 1000)
    assert.ok(one.network.transfer('north', 116_250, 1e6)! < alone, 'what it sends itself is room, too')
    assert.equal(one.network.transfer('west', 1000, 0), undefined, 'nobody said anything of west')
    one.isSilent = true
    one.now += 3000
    assert.equal(await one.network.refresh(['north']), 1)
    assert.equal(Math.round(one.network.transfer('north', 116_250, 0)!), 1000)
    one.now += 6000
    assert.equal(one.network.transfer('north', 116_250, 0), undefined)
  })

  test('says of a full link that nobody can tell, and of a line how long it takes with its set-up', async () => {
    const one = scene()
    one.room = 0
    await one.network.refresh(['north'])
    assert.equal(one.network.transfer('north', 1000, 0), null)
    assert.ok(one.network.withLine('north', 100_000)! > 900)
    one.possible = false
    one.now += 3000
    await one.network.refresh(['north'])
    assert.equal(one.network.withLine('north', 100_000), null)
  })

  test('has one line at a time, which is late for as long again, and goes back when nothing uses it', async () => {
    const one = scene()
    await one.network.refresh(['north'])
    const over = Math.round(one.network.withLine('north', 100_000)!) - 900
    one.network.order('north')
    one.network.order('north')
    const orders = one.asked.filter(({ metadata }) => metadata['request_type'] === 'private-line')
    assert.equal(orders.length, 1)
    assert.equal(Date.parse(String(orders[0]!.metadata['response_deadline'])), one.now + 20_000)
    assert.equal(one.network.withLine('west', 1), null)
    assert.equal(Math.round(one.network.transfer('north', 100_000, 0)!), 900 + over)
    one.now += 1500
    assert.equal(Math.round(one.network.transfer('north', 100_000, 0)!), 1500 + over)
    one.ordered.resolve({ line: 'line-1' })
    await settled()
    assert.equal(Math.round(one.network.transfer('north', 100_000, 0)!), over)
    one.now += linePolicy.idle - 1
    await one.network.tidy()
    assert.deepEqual(one.told, ['line-1 north ordered'])
    one.network.use('north')
    one.now += linePolicy.idle
    await one.network.tidy()
    assert.deepEqual(one.told.at(-1), 'line-1 north released')
  })

  test('has no line after an order that failed', async () => {
    const one = scene()
    await one.network.refresh(['north'])
    one.network.order('north')
    one.ordered.reject(new Error('no room'))
    await settled()
    assert.ok(one.network.withLine('north', 1000)! > 900)
  })
})
