import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatPrefix, parsePrefix } from '@vagus/address'
import { AdjRibIn, AttributeTable, prefixAt, RouteRows, wordsOf } from '@vagus/bgp'
import { Watched } from '../src/routes/watched.ts'
import { secretHash } from '../src/secret-hash.ts'

const own = { as: 1, bgpIdentifier: 1, clusterId: 1 }

/** A table of one peer with routes to these prefixes of one version. */
function ribOf(...prefixes: readonly string[]): AdjRibIn {
  const rows = new RouteRows(prefixes[0]!.includes(':') ? 6 : 4, new AttributeTable({ own, hash: secretHash }))
  const rib = new AdjRibIn({ rows })
  for (const text of prefixes) {
    const prefix = parsePrefix(text)
    rows.insert(rows.slotOf(wordsOf(prefix), 0, prefix.length), rib.peer, 0, 0, 0)
  }
  return rib
}
const watchedIn = (rib: AdjRibIn, watched: Watched): readonly string[] =>
  [...watched.slotsOf(rib)].map((slot) => formatPrefix(prefixAt(rib.index, slot)))

test('what is watched is exactly the prefixes that are named, all, or none', () => {
  const rib = ribOf('198.18.0.0/24', '198.18.0.0/16', '10.0.0.0/8')
  const some = new Watched(['198.18.0.0/24', '192.0.2.0/24', '2001:db8::/32'])
  assert.deepEqual(watchedIn(rib, some), ['198.18.0.0/24'])
  assert.deepEqual(
    [0, 1, 2].map((slot) => some.has(rib, slot)),
    [true, false, false],
  )
  assert.equal(watchedIn(rib, new Watched('all')).length, 3)
  assert.deepEqual(watchedIn(rib, new Watched('none')), [])
  assert.equal(new Watched('none').has(rib, 0), false)
})

test('with + behind it, a prefix stands for all that are inside, of IPv6 too', () => {
  const rib = ribOf('198.18.0.0/24', '198.18.0.0/15', '198.16.0.0/14', '198.20.0.0/24', '0.0.0.0/0')
  assert.deepEqual(watchedIn(rib, new Watched(['198.18.0.0/15+'])), ['198.18.0.0/24', '198.18.0.0/15'])
  assert.deepEqual(watchedIn(rib, new Watched(['198.20.0.0/24', '198.18.0.0/24+', '2001:db8::/32+'])), [
    '198.18.0.0/24',
    '198.20.0.0/24',
  ])
  assert.equal(watchedIn(rib, new Watched(['0.0.0.0/0+'])).length, 5)
  const rib6 = ribOf('2001:db8::/32', '2001:db8:0:1::/64', '2001:db9::/32', '2001:db8::1/128', '::/0')
  assert.deepEqual(watchedIn(rib6, new Watched(['2001:db8::/32+'])), [
    '2001:db8::/32',
    '2001:db8:0:1::/64',
    '2001:db8::1/128',
  ])
  assert.deepEqual(watchedIn(rib6, new Watched(['2001:db8::/63+'])), ['2001:db8:0:1::/64', '2001:db8::1/128'])
  assert.deepEqual(watchedIn(rib6, new Watched(['2001:db8:0:1::/64+'])), ['2001:db8:0:1::/64'])
})

test('a slot whose route is of another peer only is not told of this one', () => {
  const rib = ribOf('198.18.0.0/24')
  const other = new AdjRibIn({ rows: rib.rows })
  assert.deepEqual(watchedIn(other, new Watched(['198.18.0.0/24'])), [])
  assert.deepEqual(watchedIn(other, new Watched('all')), [])
})

test('what is no prefix is refused, and more than 100,000', () => {
  assert.throws(() => new Watched(['198.18.0.0']), /add the length/)
  const many = Array.from({ length: 100_001 }, (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}/32`)
  assert.throws(() => new Watched(many), /at most 100000 prefixes/)
  assert.ok(new Watched(many.slice(1)) instanceof Watched)
})
