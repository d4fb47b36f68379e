import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standingsIn } from '../src/ipv6-standings.ts'

const list = `20010db8000000000000000000000001 03 40 00 80     eth0
20010db8000000000000000000000002 03 40 00 01     eth0
20010db8000000000000000000000003 03 40 00 a2     eth0
20010db8000000000000000000000004 03 40 00 21     eth0
20010db8000000000000000000000005 03 40 00 c0     eth0
20010db8000000000000000000000006 03 40 00 c8     eth0
20010db8000000000000000000000007 03 40 00 44  wlan0.7
`

test('an IPv6 address is stable, temporary, deprecated or not usable, by its flags', () => {
  const standings = [...standingsIn(list)].map(([key, standing]) => [key.slice(31), standing])
  assert.deepEqual(standings, [
    ['1 eth0', 'stable'],
    ['2 eth0', 'temporary'],
    ['3 eth0', 'deprecated'],
    ['4 eth0', 'deprecated'],
    ['5 eth0', 'unusable'],
    ['6 eth0', 'unusable'],
    ['7 wlan0.7', 'stable'],
  ])
  assert.equal(standingsIn('').size, 0)
  assert.equal(standingsIn('what is this\n').size, 0)
})
