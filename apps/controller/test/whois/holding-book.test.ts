import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Claim, type Holding, proofOf, type Speaker } from '../../src/whois/holding.ts'
import { HoldingBook } from '../../src/whois/holding-book.ts'
import { keyOfPlace, placeText } from '../../src/whois/place.ts'

const start = 1_790_000_000_000
const minute = 60_000
const claim = (agent: string, address: string, speaker: Speaker = 'self', port = 7601): Claim => ({
  agent,
  place: { address, port, protocol: 'udp' },
  speaker,
  ...(speaker === 'peer' ? { by: 'did:key:peer' } : {}),
})
const shown = (holdings: readonly Holding[]): string[] =>
  holdings.map(({ agent, place, speakers }) => `${agent} ${placeText(place)} ${proofOf(speakers)}`)

describe('who held an address', () => {
  test('is known for now and for then: an address that another one got is of each in its time', () => {
    const book = new HoldingBook()
    book.tell('a', [claim('a', '192.0.2.7')], start)
    book.tell('a', [], start + 5 * minute)
    book.tell('b', [claim('b', '192.0.2.7')], start + 6 * minute)
    assert.deepEqual(shown(book.at('192.0.2.7', start + minute)), ['a 192.0.2.7:7601 udp claimed'])
    assert.deepEqual(shown(book.at('192.0.2.7', start + 5.5 * minute)), [])
    assert.deepEqual(shown(book.at('192.0.2.7', start + 7 * minute)), ['b 192.0.2.7:7601 udp claimed'])
    assert.deepEqual(shown(book.at('192.0.2.8', start + 7 * minute)), [])
    assert.deepEqual(shown(book.at('192.0.2.7', start + 7 * minute, 443)), [])
  })

  test('is better known when both ends say so, from then on and not before', () => {
    const book = new HoldingBook()
    book.tell('document a', [claim('a', '192.0.2.7', 'document')], start)
    book.tell('a', [claim('a', '192.0.2.7')], start + 10 * minute)
    book.tell('b', [claim('a', '192.0.2.7', 'peer')], start + 11 * minute)
    book.end('b', start + 20 * minute)
    const at = (minutes: number): string[] => shown(book.at('192.0.2.7', start + minutes * minute))
    assert.deepEqual(at(10.5), ['a 192.0.2.7:7601 udp claimed'])
    assert.deepEqual(at(11), ['a 192.0.2.7:7601 udp agreed'])
    assert.deepEqual(at(19), ['a 192.0.2.7:7601 udp agreed'])
    assert.deepEqual(at(20), ['a 192.0.2.7:7601 udp claimed'])
    book.end('a', start + 21 * minute)
    book.end('document a', start + 22 * minute)
    assert.deepEqual(at(22), [])
    assert.equal(book.size, 3)
  })

  test('of a new session is one holding: the second end tells a little later than the first', () => {
    const book = new HoldingBook()
    book.tell('a', [claim('a', '192.0.2.7')], start)
    book.tell('b', [claim('a', '192.0.2.7', 'peer')], start + 1000)
    assert.deepEqual(shown(book.at('192.0.2.7', start)), ['a 192.0.2.7:7601 udp agreed'])
    assert.equal(book.size, 1)
  })

  test('shows two who claim one address, the stronger evidence first', () => {
    const book = new HoldingBook()
    book.tell('thief', [claim('thief', '192.0.2.7', 'document')], start)
    book.tell(
      'a',
      [{ ...claim('a', '192.0.2.7', 'edge'), place: { address: '192.0.2.7', port: undefined, protocol: undefined } }],
      start,
    )
    assert.deepEqual(shown(book.at('192.0.2.7', start, 7601)), [
      'a 192.0.2.7 proven',
      'thief 192.0.2.7:7601 udp claimed',
    ])
  })

  test('ends when it was last told, where the end is noticed later; and goes on if it is told again soon, by nobody else', () => {
    const book = new HoldingBook()
    book.tell('a', [claim('a', '192.0.2.7')], start)
    book.end('a', start + minute)
    book.tell('a', [claim('a', '192.0.2.7')], start + minute + 20_000)
    assert.equal(book.size, 1)
    assert.equal(book.at('192.0.2.7', start + minute + 10_000).length, 1)
    book.end('a', start + 2 * minute)
    book.tell('b', [claim('b', '192.0.2.7')], start + 2 * minute + 1000)
    book.end('b', start + 2 * minute + 5000)
    book.tell('a', [claim('a', '192.0.2.7')], start + 2 * minute + 10_000)
    assert.equal(book.size, 3)
    assert.deepEqual(shown(book.at('192.0.2.7', start + 2 * minute + 2000)), ['b 192.0.2.7:7601 udp claimed'])
  })

  test('goes on after a start anew, and is forgotten with the flows of its time', () => {
    const before = new HoldingBook()
    before.tell('a', [claim('a', '192.0.2.7'), claim('a', '192.0.2.8')], start)
    before.tell('a', [claim('a', '192.0.2.7')], start + minute)
    const book = new HoldingBook()
    book.restore(before.kept('a'), start + 2 * minute)
    assert.deepEqual(shown(book.at('192.0.2.7', start + 2 * minute)), [])
    book.tell('a', [claim('a', '192.0.2.7')], start + 2 * minute + 9000)
    assert.equal(book.at('192.0.2.7', start)[0]?.to, undefined)
    book.forget(start + 2 * minute)
    assert.deepEqual([book.size, book.at('192.0.2.8', start).length], [1, 0])
  })
})

describe('the limits', () => {
  test('of what one agent claims alone hold for it, and not for what others say of it', () => {
    const book = new HoldingBook({ claimed: 3 })
    book.tell(
      'a',
      Array.from({ length: 9 }, (_, index) => claim('a', `192.0.2.${index}`)),
      start,
    )
    book.tell('a, other port', [claim('a', '192.0.2.0', 'self', 443)], start)
    assert.deepEqual([book.size, book.leftOut], [4, 6])
    book.tell('b', [claim('a', '192.0.2.200', 'peer')], start)
    book.tell('c', [claim('c', '192.0.2.0')], start)
    assert.deepEqual([book.size, book.leftOut], [6, 6])
  })
  test('of places at once and of the past of one agent leave others what they have', () => {
    const book = new HoldingBook({ perAgent: 5, ended: 4, all: 20 })
    book.tell('c', [claim('c', '192.0.2.1')], start)
    for (let turn = 0; turn < 40; turn++)
      book.tell(
        'a',
        Array.from({ length: 9 }, (_, index) => claim('a', '192.0.2.1', 'self', 1 + turn * 9 + index)),
        start + turn * minute,
      )
    assert.ok(book.size <= 20)
    assert.equal(book.of('a', start + 39 * minute).length, 5)
    assert.equal(book.of('c', start + 39 * minute).length, 1)
  })
  test('of all is kept by dropping the past of whoever has most, and by taking nothing more', () => {
    const book = new HoldingBook({ all: 10 })
    book.tell('c', [claim('c', '192.0.2.1')], start)
    book.end('c', start + minute)
    for (let turn = 0; turn < 30; turn++)
      book.tell('a', [claim('a', '192.0.2.1', 'self', 1 + turn)], start + turn * minute)
    assert.ok(book.size <= 10)
    assert.equal(book.of('c', start).length, 1)
    for (let other = 0; other < 30; other++)
      book.tell(`x${other}`, [claim(`x${other}`, '192.0.2.1')], start + 31 * minute)
    assert.equal(book.size, 10)
    assert.ok(book.leftOut > 0)
  })
})

test('any order of what sources tell gives what they say now, and of each time what they said then', () => {
  const speaker = fc.constantFrom<Speaker>('document', 'self', 'peer', 'edge')
  const one = fc
    .record({ agent: fc.constantFrom('a', 'b'), host: fc.constantFrom(1, 2), port: fc.constantFrom(1, 2), speaker })
    .map(({ agent, host, port, speaker: who }) => claim(agent, `192.0.2.${host}`, who, port))
  const step = fc.record({
    source: fc.constantFrom('s', 't', 'u'),
    claims: fc.array(one, { maxLength: 4 }),
    after: fc.constantFrom(0, 1000, 20_000, 50_000, 200_000),
  })
  const keyOf = ({ agent, place }: Pick<Claim, 'agent' | 'place'>): string => `${agent} ${keyOfPlace(place)}`
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const book = new HoldingBook()
      const told = new Map<string, readonly Claim[]>()
      const history: { readonly at: number; readonly keys: ReadonlySet<string> }[] = []
      let now = start
      for (const { source, claims, after } of steps) {
        now += after
        const firsts = [...new Map(claims.toReversed().map((each) => [keyOf(each), each])).values()]
        told.set(source, firsts)
        book.tell(source, claims, now)
        const open = ['a', 'b'].flatMap((agent) => book.of(agent, now))
        const said = Map.groupBy([...told.values()].flat(), keyOf)
        assert.deepEqual(open.map(keyOf).sort(), [...said.keys()].sort())
        for (const held of open) {
          const speakers = said.get(keyOf(held))!.map((each) => each.speaker)
          assert.equal(proofOf(held.speakers), proofOf(speakers))
        }
        history.push({ at: now, keys: new Set(said.keys()) })
      }
      // What was so last at a time is what is known of the time.
      const last = new Map(history.map(({ at, keys }) => [at, keys]))
      for (const [at, keys] of last) {
        const then = ['a', 'b'].flatMap((agent) => book.of(agent, at)).map(keyOf)
        assert.equal(new Set(then).size, then.length, 'two at once of one agent and place')
        for (const key of keys) assert.ok(then.includes(key), `${key} at ${at}`)
        for (const key of then) {
          const near = history.some((one) => Math.abs(one.at - at) <= 35_000 && one.keys.has(key))
          assert.ok(near, `${key} at ${at}, and nobody said so`)
        }
      }
      const all = ['a', 'b'].flatMap((agent) => book.kept(agent))
      assert.equal(all.length, book.size)
      assert.equal(
        book.between(0, now + 1, 1e9).holdings.length,
        all.filter(({ from, to = Infinity }) => to > from).length,
      )
      const again = new HoldingBook()
      again.restore(all, now)
      assert.equal(again.size, book.size)
    }),
    { numRuns: 400 },
  )
})
