import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesBetween, droppedIn, linesIn } from '../../src/line/router-state.ts'

test('the state of a router has no counters and no numbers that change by themselves', () => {
  const before =
    'qdisc tbf 8001: dev eth1 root refcnt 9 rate 20Mbit\n10.16.0.0/16 nhid 12 via 10.1.0.2 dev eth1 proto 86\n'
  const later =
    '10.16.0.0/16 nhid 40 via 10.1.0.2 dev eth1 proto 86\n\nqdisc tbf 8004: dev eth1 root refcnt 2 rate 20Mbit\n'
  assert.deepEqual(linesIn(before), linesIn(later))
  assert.deepEqual(linesIn(' counter packets 12 bytes 960 drop\n'), linesIn('counter packets 0 bytes 0 drop'))
})

test('routes that daemons learn are none of it', () => {
  assert.deepEqual(linesIn('10.0.0.3 proto ospf metric 20\n  nexthop via 10.1.0.6 dev eth1 weight 1\n'), [])
})

test('a change is told with its router, as often as it is there', () => {
  const before = new Map([
    ['p-1', ['a', 'b', 'b']],
    ['p-2', ['a']],
  ])
  assert.deepEqual(changesBetween(before, before), [])
  const later = new Map([
    ['p-1', ['b', 'c', 'c']],
    ['p-2', ['a']],
  ])
  assert.deepEqual(changesBetween(before, later), ['p-1: - a', 'p-1: - b', 'p-1: + c', 'p-1: + c'])
})

test('dropped packets are those of the guard, and of no other table', () => {
  const ruleset = `table inet other {
	chain c {
		counter packets 7 bytes 70 drop
	}
}
table ip6 vagus_lines {
	chain guard {
		iifname "eth3" ip6 daddr fd00:c::/32 counter packets 3 bytes 300 drop
		iifname "eth3" exthdr rt exists counter packets 2 bytes 20 drop
	}
}
`
  assert.equal(droppedIn(ruleset), 5)
  assert.equal(droppedIn(''), 0)
})
