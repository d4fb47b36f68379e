import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Allowed, editsOf, pathProblem, patternOf, refusedOf } from '../src/index.ts'

const octet = fc.integer({ min: 0, max: 0x17f }).map((code) => String.fromCharCode(code))

const allowed: Allowed = {
  dialect: 'frr',
  patterns: [
    'interface * / description *',
    'ip prefix-list *',
    'route-map CUST-* *',
    'router bgp 64512 / neighbor * *',
  ],
  own: ['169.254.77.2'],
}
const everything: Allowed = { ...allowed, patterns: ['*'] }
const refused = (commands: readonly string[], by: Allowed = allowed): readonly string[] =>
  refusedOf(editsOf(commands), by).map(({ line }) => line)

describe('lines of a commit', () => {
  test('are those that a pattern names with their contexts, and their removal', () => {
    assert.deepEqual(
      refused([
        'interface eth1',
        ' description uplink',
        ' no description',
        'exit',
        'ip prefix-list ANY seq 5 permit any',
        'no ip prefix-list ANY',
        'route-map CUST-A permit 10',
        ' set metric 50',
        'no route-map CUST-A deny 20',
        'router bgp 64512',
        ' neighbor 192.0.2.1 description x',
        ' no neighbor 192.0.2.1 shutdown',
      ]),
      [],
    )
    assert.deepEqual(
      refused([
        'interface eth1',
        ' shutdown',
        'exit',
        'route-map OTHER permit 10',
        ' set metric 1',
        'exit',
        'router bgp 64513',
        ' neighbor 192.0.2.1 description x',
        'exit',
        'ip prefix-listing x',
      ]),
      [
        'interface eth1 / shutdown',
        'route-map OTHER permit 10 / set metric 1',
        'router bgp 64513 / neighbor 192.0.2.1 description x',
        'ip prefix-listing x',
      ],
    )
  })

  test('are some that no pattern can allow', () => {
    for (const line of [
      'log file /etc/passwd',
      'hostname x',
      'service password-encryption',
      'line vty',
      'enable password x',
      'debug bgp',
      'do clear bgp *',
      'do',
      'conf t',
      'wr',
      'write memory',
      'dump bgp all /tmp/x',
      'route-map VAGUS-eth1 permit 1',
      'bgp large-community-list standard vagus seq 5 permit 1:2:3',
      'ip route 192.0.2.0/24 blackhole',
      'no router bgp 64512',
      'router ospf',
      'key chain x',
      'show version',
      'find x',
      'output file x',
      'ssh x',
      'start-shell',
      'username x nopassword',
    ]) {
      assert.deepEqual(refused([line], everything), [line])
    }
    for (const line of [
      'network 192.0.2.0/24',
      'redistribute connected',
      'aggregate-address 192.0.2.0/24',
      'neighbor 192.0.2.1 password x',
      'neighbor 192.0.2.1 passwo x',
      'no neighbor 169.254.77.2',
      'neighbor 192.0.2.1 default-originate',
      'redist static',
      'neighbor description password x',
      'netw 192.0.2.0/24',
      'neighbor 192.0.2.1 default-orig',
      'bgp network import-check',
      'area 0 range 192.0.2.0/24',
      'area 0.0.0.1 ra 192.0.2.0/24',
      'summary-address 192.0.2.0/24',
      'route 192.0.2.0/24',
      'no route 192.0.2.0/24',
      'advertise-svi-ip',
      'tcp-md5-auth hush',
      'area 1 nssa default-information-originate',
    ]) {
      assert.deepEqual(refused(['router bgp 64512', line], everything), [`router bgp 64512 / ${line}`], line)
    }
  })

  test('neither begin nor end a routing protocol, however short it is typed', () => {
    for (const line of ['router ospf', 'no router bgp 64512', 'rout ospf', 'no rout bgp 64512', 'router-id 192.0.2.1'])
      assert.deepEqual(refused([line], everything), [line])
    for (const line of ['ip ospf 5 area 0', 'ipv6 nd prefix 2001:db8::/64'])
      assert.deepEqual(refused(['interface eth1', line], everything), [`interface eth1 / ${line}`])
    assert.deepEqual(refused(['no route-map CUST-A', 'ip ospf cost 5'], everything), [])
  })

  test('stand in contexts that are lines of printable ASCII, too', () => {
    assert.deepEqual(refused(['interface eth1\u200b', 'description x']), ['interface eth1\u200b / description x'])
    assert.deepEqual(refused(['interface eth\x07', 'description x']), ['interface eth\x07 / description x'])
  })

  test('may say anything in a description', () => {
    assert.deepEqual(refused(['interface eth1', 'description the network key; password | > redistribute VAGUS']), [])
    assert.deepEqual(refused(['interface eth1', 'description a\nexit\nhostname x']).length, 1)
    assert.deepEqual(refused(['interface eth1', 'description \0']).length, 1)
  })

  test('come with their context, as the router prints it', () => {
    assert.equal(pathProblem(['interface eth9'], allowed, 'effect'), undefined)
    assert.notEqual(pathProblem(['interface eth9'], allowed, 'typed'), undefined)
    assert.notEqual(pathProblem(['router bgp 64512'], allowed, 'effect'), undefined)
  })

  test('of BIRD are constants', () => {
    const bird: Allowed = { dialect: 'bird', patterns: ['define CUST_* = *'], own: [] }
    assert.deepEqual(refused(['define CUST_A = [ 10.0.0.0/8+, 192.0.2.0/24 ];', 'no define CUST_A'], bird), [])
    for (const line of [
      'define OTHER = 1;',
      'define CUST_A = 1',
      'define CUST_A = 1; define CUST_B = 2;',
      'define CUST_A = 1 /* x;',
      'include "x";',
      'protocol static { }',
      'define CUST_A = { };',
      "define CUST_A = 'x';",
      'no protocol edge',
      'log syslog all;',
    ]) {
      assert.equal(refused([line], bird).length, 1, line)
    }
  })

  test('are refused with what would be right, whatever is sent', () => {
    const line = fc.oneof(fc.string({ unit: octet, maxLength: 60 }), fc.string({ maxLength: 60 }))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), (commands) => {
        for (const { problem } of refusedOf(editsOf(commands), allowed)) assert.notEqual(problem, '')
        for (const { context, line: one } of editsOf(commands)) {
          const isSendable = /^[ -~]+$/.test([...context, one].join(''))
          assert.ok(isSendable || refusedOf([{ context, line: one }], everything).length === 1)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a pattern', () => {
  test('is refused where it is none, with one that is', () => {
    for (const text of ['', ' ', 'interface * / ', 'no description *', 'a\nb'])
      assert.throws(() => patternOf(text), /right is such as|leave out the "no"/)
    assert.equal(patternOf(' interface  *  /  description * '), 'interface * / description *')
  })

  test('with many stars takes no longer than the product of both lengths', () => {
    const slow = { ...allowed, patterns: [`${'*a'.repeat(200)}b`] }
    const began = performance.now()
    assert.equal(refused([`description ${'a'.repeat(900)}`], slow).length, 1)
    assert.ok(performance.now() - began < 5000)
  })
})
