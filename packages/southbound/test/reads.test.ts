import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readOf } from '../src/index.ts'

const octet = fc.integer({ min: 0, max: 0x17f }).map((code) => String.fromCharCode(code))

const reads = (dialect: 'frr' | 'bird' | 'gobgp', command: string): boolean => readOf(dialect, command).type === 'reads'

describe('commands that only read', () => {
  test('are taken, of every daemon, with the blanks of the router', () => {
    for (const command of [
      'show version',
      'show bgp summary json',
      'show ip bgp neighbors 192.0.2.1',
      'show interface eth1',
      'show ip ospf neighbor',
      'show ipv6 route 2001:db8::/32',
      'show bgp regexp ^65001_[0-9]+$',
      'show route-map CUST',
    ]) {
      assert.ok(reads('frr', command), command)
    }
    assert.deepEqual(readOf('frr', '  show\tversion '), { type: 'reads', command: 'show version' })
    for (const command of ['show status', 'show route for 192.0.2.0/24 all', 'show protocols all edge']) {
      assert.ok(reads('bird', command), command)
    }
    assert.ok(reads('gobgp', 'show route 192.0.2.0/24'))
  })

  test('are refused where they show credentials, files or programs, or do anything', () => {
    for (const command of [
      '',
      'show',
      'sh version',
      'SHOW version',
      'show running-config',
      'show ru',
      'show startup-config',
      'show tech-support',
      'show bgp running-config',
      'show version | include x',
      'show version > /tmp/x',
      'show version ?',
      'show version; reload',
      'show version\nconfigure terminal',
      'show version\0',
      'show version\rconf t',
      'do show version',
      'configure terminal',
      'conf t',
      'clear bgp *',
      'write',
      'show history',
      'show logging',
      'debug bgp',
      'show "version"',
      'no show version',
      "get /a:b/c[d='e']",
      'show versions',
      'show version`id`',
      'show $(id)',
      'show key chain',
      'show ünterface',
      'end',
      '!show version',
    ]) {
      assert.ok(!reads('frr', command), command)
    }
    for (const command of [
      'show route where bgp_print(1)',
      'show route filter f',
      'show route where(bgp_print(1))',
      'show route for 192.0.2.1 where(net.len>0)',
      'show route filter { print 1; accept; }',
      'eval 1',
      'configure',
      'down',
      'disable all',
      'show protocols\ndown',
      'echo all',
      'debug all all',
      'restart edge',
      'dump routes',
    ]) {
      assert.ok(!reads('bird', command), command)
    }
    assert.ok(!reads('gobgp', 'show bgp summary'))
  })

  test('are told apart where they print a whole table', () => {
    const tables = (command: string): string | undefined => {
      const read = readOf('frr', command)
      return read.type === 'reads' ? read.table : 'refused'
    }
    for (const command of [
      'show bgp',
      'show bgp ipv4 unicast',
      'show ip bgp json',
      'show bgp ipv6 neighbors 192.0.2.1 advertised-routes',
    ])
      assert.equal(tables(command), 'bgp', command)
    for (const command of ['show bgp community 65000:1', 'show bgp ipv4 unicast 10.0.0.0/8 longer-prefixes'])
      assert.equal(tables(command), 'bgp', command)
    for (const command of ['show ip route', 'show ipv6 route bgp', 'show ip route json'])
      assert.equal(tables(command), 'rib', command)
    // FRR takes words by their beginning.
    for (const command of [
      'show bgp neighbors 192.0.2.1 adv',
      'show bgp ipv4 unicast 0.0.0.0/0 long',
      'show bgp nexthop detail',
      'show bgp nexthop 192.0.2.1 det',
      'show bgp attribute-info',
      'show bgp paths',
    ])
      assert.equal(tables(command), 'bgp', command)
    assert.equal(tables('show ip route 0.0.0.0/0 long'), 'rib')
    for (const command of [
      'show bgp summary',
      'show ip route summary',
      'show ip route 192.0.2.1',
      'show bgp 2001:db8::/32 json',
      'show bgp ipv4 unicast 192.0.2.0/24 bestpath',
      'show bgp nexthop',
      'show bgp neighbors 192.0.2.1',
      'show version',
    ])
      assert.equal(tables(command), undefined, command)
  })

  test('are one line that begins with "show", whatever is sent', () => {
    const words = [
      'show',
      'version',
      'bgp',
      'summary',
      'do',
      'conf',
      't',
      '|',
      '>',
      '?',
      '\n',
      '\0',
      ';',
      'running-config',
      ' ',
      '\t',
      'configure',
    ]
    const text = fc.oneof(
      fc.string({ unit: octet, maxLength: 40 }),
      fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((all) => all.join(' ')),
    )
    fc.assert(
      fc.property(fc.constantFrom('frr', 'bird', 'gobgp'), text, (dialect, sent) => {
        const read = readOf(dialect, sent)
        if (read.type === 'problem') return read.problem !== ''
        assert.match(read.command, /^show [ -~]+$/)
        assert.doesNotMatch(read.command, /[|<>?;"'`\\&{}]|running-config/)
        assert.deepEqual(readOf(dialect, read.command), read)
        return true
      }),
      { numRuns: 500 },
    )
  })
})
