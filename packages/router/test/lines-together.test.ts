import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { editsOf } from '@vagus/southbound'
import { linesTogether, rejectedLine } from '../src/frr/lines-together.ts'

describe('lines for vtysh -f', () => {
  test('leave a context where the next line would be read in it', () => {
    const lines = [
      'router bgp 1',
      'timers bgp 1 3',
      'address-family ipv4 unicast',
      'neighbor 192.0.2.1 activate',
      'ip prefix-list P seq 5 permit any',
      'interface eth1',
      'description x',
      'shutdown',
      'bfd',
      'peer 192.0.2.1',
      'detect-multiplier 5',
    ]
    assert.deepEqual(linesTogether(editsOf(lines)), [
      'router bgp 1',
      'timers bgp 1 3',
      'router bgp 1',
      'address-family ipv4 unicast',
      'neighbor 192.0.2.1 activate',
      'ip prefix-list P seq 5 permit any',
      'interface eth1',
      'description x',
      'shutdown',
      'exit',
      'bfd',
      'peer 192.0.2.1',
      'detect-multiplier 5',
    ])
  })

  test('open an entry again where it denies from then on', () => {
    const edits = editsOf(['route-map A permit 10', 'set metric 1', 'route-map A deny 10', 'set metric 2'])
    assert.deepEqual(linesTogether(edits), [
      'route-map A permit 10',
      'set metric 1',
      'route-map A deny 10',
      'set metric 2',
    ])
  })

  const lines = ['route-map A permit 10', 'set metric none']

  test('are named where vtysh or a daemon rejects them, with the reason', () => {
    assert.deepEqual(rejectedLine(lines, 'line 2: % Unknown command[59]: set metric none\n'), {
      line: 'set metric none',
      said: 'Unknown command',
    })
    const daemon =
      '% Specify remote-as first\nline 1: Failure to communicate[13] to bgpd, line: route-map A permit 10\n\n'
    assert.deepEqual(rejectedLine(lines, daemon), { line: 'route-map A permit 10', said: '% Specify remote-as first ' })
  })

  test('are rejected together where a daemon finds one wrong only at the end', () => {
    const output =
      '% Configuration failed.\n\nError type: validation\nError description: Invalid prefix range\nThe following'
    assert.deepEqual(rejectedLine(lines, output), { line: '', said: 'Invalid prefix range' })
  })
})
