import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { markCountsOf, memberCommands, servicePriority, serviceTableCommands } from '../src/index.ts'

const services = [
  { name: 'safety', dscp: 46, priority: servicePriority(0), most: 1_000_000 },
  { name: 'control', dscp: 40, priority: servicePriority(1), most: 3_000_000 },
  { name: 'bulk', dscp: 1, priority: servicePriority(2), most: undefined },
]
const marks = { table: 't', inner: ['eth1', 'eth2'], block: 'fd00:c::/32', services, ownPriority: '5641:fffd' }

describe('the table of services', () => {
  const commands = serviceTableCommands(marks)
  test('lets a mark count at an edge for a member in the set of its service, from where the routes lead to it', () => {
    assert.ok(
      commands.includes(
        'add rule inet t edge ip dscp 40 ip saddr @control4 fib saddr . iif oif != 0 goto bounded_control',
      ),
    )
    assert.ok(
      commands.includes(
        'add rule inet t edge ip6 dscp 46 ip6 saddr @safety6 fib saddr . iif oif != 0 goto bounded_safety',
      ),
    )
  })
  test('takes every other mark away at an edge, after those that ask for less', () => {
    const edge = commands.filter((one) => one.startsWith('add rule inet t edge'))
    assert.equal(edge.at(-1), 'add rule inet t edge ip6 dscp != 0 counter goto plain comment "foreign"')
    assert.ok(edge.indexOf('add rule inet t edge ip dscp 1 goto marked') < edge.length - 2)
  })
  test('leaves packets of private lines alone, and believes links to other routers', () => {
    const forward = commands.filter((one) => one.startsWith('add rule inet t forward'))
    assert.deepEqual(forward, [
      'add rule inet t forward ip6 daddr fd00:c::/32 return',
      'add rule inet t forward iifname { "lo", "eth1", "eth2" } goto marked',
      'add rule inet t forward goto edge',
    ])
  })
  test('gives what counts the class of its service, within the rate of a member', () => {
    assert.ok(commands.includes('add rule inet t marked ip6 dscp 40 meta priority set "5641:fff1"'))
    assert.ok(commands.some((one) => one.includes('rate over 3000000 bytes/second burst 150000 bytes')))
  })
  test('has each command on one line, which is all that nft reads of it', () => {
    for (const one of commands) assert.doesNotMatch(one, /\n/)
  })
})

describe('members', () => {
  test('are in the sets of their service and of all that are less urgent', () => {
    const commands = memberCommands(marks, [
      { address: '192.0.2.1', service: 'safety' },
      { address: '192.0.2.2', service: 'control' },
      { address: '2001:db8::2', service: 'control' },
      { address: '192.0.2.3', service: 'unknown' },
    ])
    assert.deepEqual(commands, [
      'flush set inet t safety4',
      'add element inet t safety4 { 192.0.2.1 }',
      'flush set inet t safety6',
      'flush set inet t control4',
      'add element inet t control4 { 192.0.2.1, 192.0.2.2 }',
      'flush set inet t control6',
      'add element inet t control6 { 2001:db8::2 }',
    ])
  })
  test('at one address are in a set once', () => {
    const twice = [1, 2].map(() => ({ address: '192.0.2.1', service: 'control' }))
    assert.ok(memberCommands(marks, twice).includes('add element inet t control4 { 192.0.2.1 }'))
  })
})

test('packets are counted by why they lost their mark', () => {
  const rule = (comment: string, packets: number) => ({ rule: { comment, expr: [{ counter: { packets } }] } })
  const nftables = [{ table: {} }, rule('foreign', 3), rule('foreign', 4), rule('beyond', 5), rule('other', 6)]
  assert.deepEqual(markCountsOf(JSON.stringify({ nftables })), { foreign: 7, beyond: 5 })
  assert.deepEqual(markCountsOf('{}'), { foreign: 0, beyond: 0 })
})
