/** Classes for some destinations: what is missing is added, what is too much goes, and what was there before is put back. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { qdiscsOf, rateCommands, type RateTree, rateTreeNow, rateTreeProblem, shapedRateOf } from '../src/index.ts'

const bucket =
  '[{"kind":"tbf","handle":"88c9:","dev":"eth1","root":true,"refcnt":3,"options":{"rate":12500000,"burst":62500,"burst_raw":"1312d","lat":50000,"limit":687500},"bytes":90,"packets":1,"drops":0}]'
const bare = '[{"kind":"noqueue","handle":"0:","dev":"eth1","root":true,"refcnt":2,"options":{}}]'
const below =
  ',{"kind":"htb","handle":"5641:","dev":"eth1","parent":"88c9:1","options":{"r2q":10,"default":"0xfffe"}},' +
  '{"kind":"bfifo","handle":"88ca:","dev":"eth1","parent":"5641:fffe","options":{"limit":625000}},' +
  '{"kind":"bfifo","handle":"88cc:","dev":"eth1","parent":"5641:fffd","options":{"limit":62500}},' +
  '{"kind":"pfifo","handle":"88cb:","dev":"eth1","parent":"5641:7","options":{"limit":21},"bytes":7,"packets":5,"drops":3}]'
const classes = `class tbf 88c9:1 parent 88c9: leaf 5641:
class htb 5641:ffff root rate 100Mbit ceil 100Mbit burst 25000b cburst 25000b
class htb 5641:fffe parent 5641:ffff leaf 88ca: prio 7 rate 76700Kbit ceil 100Mbit burst 25000b cburst 25000b
class htb 5641:fffd parent 5641:ffff leaf 88cc: prio 1 rate 2Mbit ceil 10Mbit burst 16Kb cburst 16Kb
class htb 5641:7 parent 5641:ffff leaf 88cb: prio 0 rate 21300Kbit ceil 21300Kbit burst 16Kb cburst 16Kb
`
const filters =
  '[{"protocol":"ipv6","pref":7,"kind":"u32","chain":0},{"protocol":"ipv6","pref":7,"kind":"u32","chain":0,"options":{"fh":"800::800","order":2048,"flowid":"5641:7"}},{"protocol":"arp","pref":65533,"kind":"u32","chain":0,"options":{"fh":"801::800","flowid":"5641:fffd"}}]'
const held = rateTreeNow(qdiscsOf(bucket.slice(0, -1) + below), classes, filters)
const path7 = { number: 7, destination: 0xfd00_000c_0004_0007n, bitsPerSecond: 21_300_000 }
const tree = (...all: RateTree['classes']): RateTree => ({
  interface: 'eth1',
  bitsPerSecond: 100_000_000,
  classes: all,
  waiting: 'bfifo',
})

describe('rates for some destinations', () => {
  test('are made below a token bucket, with what is left for everything else', () => {
    const { add, remove } = rateCommands(tree(path7), rateTreeNow(qdiscsOf(bucket), '', ''))
    assert.deepEqual(add, [
      'qdisc add dev eth1 parent 88c9:1 handle 5641: htb default fffe',
      'class replace dev eth1 parent 5641: classid 5641:ffff htb rate 100000000bit ceil 100000000bit burst 25000 cburst 25000 quantum 1514',
      'class replace dev eth1 parent 5641:ffff classid 5641:fffd htb rate 2000000bit ceil 10000000bit prio 1 burst 16384 cburst 16384 quantum 1514',
      'qdisc add dev eth1 parent 5641:fffd bfifo limit 62500',
      'class replace dev eth1 parent 5641:ffff classid 5641:fffe htb rate 76700000bit ceil 100000000bit prio 7 burst 25000 cburst 25000 quantum 1514',
      'qdisc add dev eth1 parent 5641:fffe bfifo limit 625000',
      'filter add dev eth1 parent 5641: protocol arp pref 65533 u32 match u32 0 0 flowid 5641:fffd',
      'class replace dev eth1 parent 5641:ffff classid 5641:7 htb rate 21300000bit ceil 21300000bit prio 0 burst 16384 cburst 16384 quantum 6000',
      'qdisc add dev eth1 parent 5641:7 pfifo limit 21',
      'filter add dev eth1 parent 5641: protocol ipv6 pref 7 u32 match u32 0xfd00000c 0xffffffff at 24 match u32 0x40007 0xffffffff at 28 flowid 5641:7',
    ])
    assert.deepEqual(remove, [])
  })

  test('leave fair queues to all others where the kernel has fq_codel, and time for a full packet on a slow link', () => {
    const queues = (bitsPerSecond: number) =>
      rateCommands({ ...tree(path7), bitsPerSecond, waiting: 'fq_codel' }, rateTreeNow(qdiscsOf(bare), '', ''))
        .add.filter((line) => line.includes('fq_codel'))
        .map((line) => line.replace(/.* fq_codel /, ''))
    assert.deepEqual(queues(100e6), [
      'limit 49 target 5ms interval 100ms noecn',
      'limit 481 target 5ms interval 100ms noecn',
    ])
    assert.deepEqual(queues(1e6), [
      'limit 16 target 156ms interval 312ms noecn',
      'limit 16 target 16ms interval 100ms noecn',
    ])
  })

  test('are at the root where nothing is, and leave nothing there', () => {
    const { add } = rateCommands(tree(path7), rateTreeNow(qdiscsOf(bare), '', ''))
    assert.equal(add[0], 'qdisc add dev eth1 root handle 5641: htb default fffe')
    const root = qdiscsOf('[{"kind":"htb","handle":"5641:","dev":"eth1","root":true,"options":{}}]')
    assert.deepEqual(rateCommands(tree(), rateTreeNow(root, '', '')).remove, ['qdisc del dev eth1 root'])
  })

  test('that are there are left alone', () =>
    assert.deepEqual(rateCommands(tree(path7), held), { add: [], remove: [] }))

  test('of which one is too much: its filter goes before its class, and what is left grows', () => {
    const path8 = { ...path7, number: 8 }
    const { add, remove } = rateCommands(tree(path8), held)
    assert.deepEqual(remove, [
      'filter del dev eth1 parent 5641: protocol ipv6 pref 7',
      'class del dev eth1 classid 5641:7',
    ])
    assert.equal(add.filter((line) => line.includes('5641:8')).length, 3)
  })

  test('with the last goes the tree, and the token bucket is told its limit again: else it would drop everything', () =>
    assert.deepEqual(rateCommands(tree(), held).remove, [
      'qdisc del dev eth1 parent 88c9:1 handle 5641:',
      'qdisc change dev eth1 root handle 88c9: tbf rate 12500000bps burst 62500 limit 687500',
    ]))

  test('a queue of the operator is never touched', () => {
    const problem = (text: string) => rateTreeProblem('eth1', qdiscsOf(text))
    assert.equal(problem(bucket), undefined)
    assert.equal(problem(bare), undefined)
    assert.match(problem('[{"kind":"htb","handle":"1:","dev":"eth1","root":true}]')!, /has a htb of its own/)
    assert.match(
      problem('[{"kind":"fq_codel","handle":"8001:","dev":"eth1","root":true}]')!,
      /has a fq_codel of its own/,
    )
    assert.match(problem(bucket.replace('"lat"', '"peakrate":1,"lat"'))!, /has "peakrate", which could not be put back/)
    const child = '{"kind":"sfq","handle":"2:","dev":"eth1","parent":"88c9:1"}'
    assert.match(problem(`${bucket.slice(0, -1)},${child}]`)!, /has a sfq below it/)
    assert.equal(problem('[]'), 'there is no interface eth1')
    assert.equal(shapedRateOf(qdiscsOf(bucket)), 12_500_000)
  })

  test('whatever is wanted, the least is left to everything else, and rates are whole kbit/s', () => {
    const rate = fc.integer({ min: 8000, max: 2e9 })
    fc.assert(
      fc.property(rate, fc.array(rate, { minLength: 1, maxLength: 20 }), (capacity, rates) => {
        const all = rates.map((bitsPerSecond, at) => ({ number: at + 1, destination: BigInt(at), bitsPerSecond }))
        const wanted = { interface: 'eth1', bitsPerSecond: capacity, classes: all, waiting: 'fq_codel' } as const
        const { add } = rateCommands(wanted, rateTreeNow(qdiscsOf(bare), '', ''))
        for (const [, bits] of add.join('\n').matchAll(/(?:rate|ceil) (\d+)bit/g))
          assert.ok(Number(bits) >= 1000 && Number(bits) % 1000 === 0, bits)
      }),
    )
  })

  test('what is no answer of tc gives nothing', () => {
    for (const text of ['', '[]', '{}', '[{}]', '[{"dev":1}]', '[null]'.replace('null', '{"kind":"htb"}')])
      assert.deepEqual(qdiscsOf(text), [])
  })
})

describe('services of a link', () => {
  const services = [
    { index: 0, least: 5e6, most: 10e6, yields: false },
    { index: 1, least: 20e6, most: 30e6, yields: false },
    { index: 5, least: 1e6, most: 100e6, yields: true },
  ]
  test('have classes beside those of destinations, by which nothing is filtered, and what asks for less comes last', () => {
    const { add } = rateCommands({ ...tree(), services }, rateTreeNow(qdiscsOf(bare), '', ''))
    const made = add
      .filter((line) => /classid 5641:fff[0-5e]/.test(line))
      .map((line) => line.replace(/.* classid /, ''))
    assert.deepEqual(made, [
      '5641:fff0 htb rate 4900000bit ceil 10000000bit prio 2 burst 16384 cburst 16384 quantum 1514',
      '5641:fff1 htb rate 19600000bit ceil 30000000bit prio 3 burst 16384 cburst 16384 quantum 1514',
      '5641:fff5 htb rate 980000bit ceil 100000000bit prio 7 burst 25000 cburst 25000 quantum 1514',
      '5641:fffe htb rate 72520000bit ceil 100000000bit prio 6 burst 25000 cburst 25000 quantum 1514',
    ])
    assert.equal(add.filter((line) => line.startsWith('filter')).length, 1)
  })
  test('go without taking destinations with them, and the tree goes with the last of both', () => {
    const row =
      'class htb 5641:fff1 parent 5641:ffff leaf 88cd: prio 3 rate 20Mbit ceil 30Mbit burst 16Kb cburst 16Kb\n'
    const withService = rateTreeNow(qdiscsOf(bucket.slice(0, -1) + below), `${classes}${row}`, filters)
    assert.deepEqual(rateCommands(tree(path7), withService).remove, ['class del dev eth1 classid 5641:fff1'])
    assert.match(rateCommands(tree(), withService).remove[0]!, /^qdisc del dev eth1 parent 88c9:1/)
  })
  test('and destinations never have more together than the link carries', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        share,
        fc.array(share, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1e6, max: 1e10 }),
        (line, each, rate) => {
          const all = each.map((one, index) => ({
            index,
            least: (one / each.length) * rate,
            most: rate,
            yields: false,
          }))
          const path = { ...path7, bitsPerSecond: line * 0.9 * rate }
          const wanted: RateTree = { ...tree(path), bitsPerSecond: rate, services: all }
          const rates = rateCommands(wanted, rateTreeNow(qdiscsOf(bare), '', ''))
            .add.filter((command) => command.startsWith('class') && !command.includes('5641:ffff htb'))
            .map((command) => Number(/ rate (\d+)bit/.exec(command)![1]))
          // The least that is left to everything else may come on top, and rates are in whole kbit/s.
          assert.ok(rates.reduce((sum, one) => sum + one, 0) <= rate * 1.01 + 1000 * rates.length)
        },
      ),
    )
  })
})
