import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { changeOf, configOf, editsOf, pathText, tracesOf } from '../src/index.ts'

const before = `interface eth1
 description uplink
exit
router bgp 64512
 neighbor 10.0.1.2 remote-as 64513
 neighbor 10.0.1.20 remote-as 64520
 address-family ipv4 unicast
  neighbor 10.0.1.2 route-map CUST out
  neighbor 10.0.1.2 prefix-list CUST in
 exit-address-family
exit
ip prefix-list CUST seq 5 permit 192.0.2.0/24
route-map CUST permit 10
 set metric 50
exit
`

/** What of the configuration after is taken for the work of these commands. */
function traces(commands: readonly string[], after: string): { readonly added: string[]; readonly removed: string[] } {
  const { added, removed } = tracesOf(changeOf(configOf(before), configOf(after)), editsOf(commands))
  return { added: added.map(pathText), removed: removed.map(pathText) }
}

describe('what edits did while nobody looked', () => {
  test('is not what others did in the same contexts since', () => {
    const after = before
      .replace(' description uplink', ' description by an agent\n ip ospf cost 20')
      .replace(
        ' neighbor 10.0.1.20 remote-as 64520',
        ' neighbor 10.0.1.20 remote-as 64520\n neighbor 10.0.1.20 description by hand\n neighbor 10.0.1.9 remote-as 64999\n neighbor 10.0.1.2 description by an agent\n neighbor 10.0.1.2 timers 5 15',
      )
      .replace('permit 192.0.2.0/24', 'permit 192.0.2.0/25\nip prefix-list CUST seq 10 permit 10.0.0.0/8')
      .replace(
        ' set metric 50\nexit',
        ' set metric 60\n set weight 9\nexit\nroute-map CUST permit 20\n set metric 7\nexit',
      )
    const commands = [
      'interface eth1',
      'description by an agent',
      'router bgp 64512',
      'neighbor 10.0.1.2 description by an agent',
      'ip prefix-list CUST seq 5 permit 192.0.2.0/25',
      'route-map CUST permit 10',
      'set metric 60',
    ]
    assert.deepEqual(traces(commands, after), {
      added: [
        'interface eth1 / description by an agent',
        'router bgp 64512 / neighbor 10.0.1.2 description by an agent',
        'ip prefix-list CUST seq 5 permit 192.0.2.0/25',
        'route-map CUST permit 10 / set metric 60',
      ],
      removed: [
        'interface eth1 / description uplink',
        'ip prefix-list CUST seq 5 permit 192.0.2.0/24',
        'route-map CUST permit 10 / set metric 50',
      ],
    })
  })

  test('is all that went with a neighbour, a list, or an entry', () => {
    const after = `interface eth1\n description uplink\nexit\nrouter bgp 64512\n neighbor 10.0.1.20 remote-as 64520\nexit\n`
    const commands = [
      'router bgp 64512',
      'no neighbor 10.0.1.2 remote-as 64513',
      'no ip prefix-list CUST',
      'no route-map CUST permit 010',
    ]
    const { added, removed } = traces(commands, after)
    assert.deepEqual(added, [])
    assert.deepEqual(removed, [
      'router bgp 64512 / neighbor 10.0.1.2 remote-as 64513',
      'router bgp 64512 / address-family ipv4 unicast / neighbor 10.0.1.2 route-map CUST out',
      'router bgp 64512 / address-family ipv4 unicast / neighbor 10.0.1.2 prefix-list CUST in',
      'ip prefix-list CUST seq 5 permit 192.0.2.0/24',
      'route-map CUST permit 10',
      'route-map CUST permit 10 / set metric 50',
    ])
  })

  test('is found where FRR prints more than was typed, or in another context', () => {
    const cases = [
      {
        commands: ['router bgp 64512', 'neigh 10.0.1.2 route-m OTHER out'],
        after: before.replace('route-map CUST out', 'route-map OTHER out'),
        added: ['router bgp 64512 / address-family ipv4 unicast / neighbor 10.0.1.2 route-map OTHER out'],
      },
      {
        commands: ['ip prefix-list CUST permit 10.0.0.0/8'],
        after: before.replace('/24\n', '/24\nip prefix-list CUST seq 10 permit 10.0.0.0/8\n'),
        added: ['ip prefix-list CUST seq 10 permit 10.0.0.0/8'],
      },
      {
        commands: ['route-map CUST permit 010', 'continue 20'],
        after: before.replace(' set metric 50', ' set metric 50\n on-match goto 20'),
        added: ['route-map CUST permit 10 / on-match goto 20'],
      },
      {
        commands: ['route-map NEW permit 5', 'set metric 1'],
        after: `${before}route-map NEW permit 5\n set metric 1\nexit\n`,
        added: ['route-map NEW permit 5', 'route-map NEW permit 5 / set metric 1'],
      },
    ]
    for (const { commands, after, added } of cases) assert.deepEqual(traces(commands, after).added, added)
  })
})
