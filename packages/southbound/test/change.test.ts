import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  changeOf,
  configOf,
  editsOf,
  isUndone,
  partOf,
  pathText,
  placeOf,
  revised,
  typed,
  undoOf,
} from '../src/index.ts'
import { PaperRouter } from './paper-router.ts'

const octet = fc.integer({ min: 0, max: 0x17f }).map((code) => String.fromCharCode(code))

const before = `frr version 8.4.4
interface eth1
 description uplink
exit
!
router bgp 64512
 neighbor 192.0.2.1 remote-as 64513
 neighbor 192.0.2.1 password hush
 !
 address-family ipv4 unicast
  neighbor 192.0.2.1 route-map CUST-A out
 exit-address-family
exit
!
ip prefix-list CUST seq 5 permit 192.0.2.0/24
route-map CUST-A permit 10
 set metric 50
exit
end
`

describe('a configuration', () => {
  test('is the set of its lines, each with its contexts', () => {
    const lines = [
      'frr version 8.4.4',
      'interface eth1',
      'interface eth1 / description uplink',
      'router bgp 64512',
      'router bgp 64512 / neighbor 192.0.2.1 remote-as 64513',
      'router bgp 64512 / neighbor 192.0.2.1 password hush',
      'router bgp 64512 / address-family ipv4 unicast',
      'router bgp 64512 / address-family ipv4 unicast / neighbor 192.0.2.1 route-map CUST-A out',
      'ip prefix-list CUST seq 5 permit 192.0.2.0/24',
      'route-map CUST-A permit 10',
      'route-map CUST-A permit 10 / set metric 50',
    ]
    assert.deepEqual([...configOf(before).values()].map(pathText), lines)
  })

  test('has the same revision with other comments, blanks, times and passwords, and another one with another line', () => {
    const same = `Building configuration...\n\nCurrent configuration:\n! Last change at 12:00\n${before.replace('hush', 'other').replace('\nexit', '\n!\nexit')}`
    assert.equal(revised(same), revised(before))
    assert.doesNotMatch(revised(before), /hush/)
    assert.notEqual(revised(before.replace('metric 50', 'metric 51')), revised(before))
  })

  test('is one, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: octet, maxLength: 300 }), (text) => {
        const config = configOf(text)
        assert.deepEqual(changeOf(config, configOf(text)), { added: [], removed: [] })
        assert.ok(isUndone(undoOf({ added: [], removed: [...config.values()] }, config)))
      }),
    )
  })
})

describe('commands', () => {
  test('are edits in contexts, as FRR reads them with and without "exit"', () => {
    const commands = [
      'interface eth1',
      'description x',
      'route-map A permit 10',
      'set metric 1',
      'exit',
      'ip prefix-list P seq 5 permit any',
      'router bgp 1',
      'neighbor 192.0.2.1 shutdown',
      'address-family ipv4 unicast',
      'neighbor 192.0.2.1 activate',
      'address-family ipv6 unicast',
      'no neighbor 192.0.2.1 activate',
      'exit-address-family',
      'timers bgp 1 3',
      '!',
      'end',
      'no route-map A',
    ]
    assert.deepEqual(
      editsOf(commands).map(({ context, line }) => pathText([...context, line])),
      [
        'interface eth1 / description x',
        'route-map A permit 10 / set metric 1',
        'ip prefix-list P seq 5 permit any',
        'router bgp 1 / neighbor 192.0.2.1 shutdown',
        'router bgp 1 / address-family ipv4 unicast / neighbor 192.0.2.1 activate',
        'router bgp 1 / address-family ipv6 unicast / no neighbor 192.0.2.1 activate',
        'router bgp 1 / timers bgp 1 3',
        'no route-map A',
      ],
    )
    assert.deepEqual(editsOf(typed(editsOf(commands))), editsOf(commands))
  })

  test('that only open a context are one', () => {
    assert.deepEqual(editsOf(['route-map A permit 10', 'exit', 'route-map A deny 20']), [
      { context: [], line: 'route-map A permit 10' },
      { context: [], line: 'route-map A deny 20' },
    ])
  })
})

describe('a change', () => {
  const changed = (commands: readonly string[]) => {
    const router = new PaperRouter(configOf(before))
    const edits = editsOf(commands)
    router.take(edits)
    return { router, change: partOf(changeOf(configOf(before), router.config), edits) }
  }

  test('is undone by what it replaced, then by removing what it brought', () => {
    const { router, change } = changed([
      'interface eth1',
      'description new',
      'route-map CUST-A permit 10',
      'set metric 60',
      'set weight 5',
    ])
    const { back, away } = undoOf(change, router.config)
    assert.deepEqual(
      back.map(({ context, line }) => pathText([...context, line])),
      ['interface eth1 / description uplink', 'route-map CUST-A permit 10 / set metric 50'],
    )
    router.take(back)
    assert.deepEqual(undoOf(change, router.config).away, [
      { context: ['route-map CUST-A permit 10'], line: 'no set weight 5' },
    ])
    assert.ok(away.length > 0)
  })

  test('leaves alone what others have changed since in its places, and their lines in contexts that it brought', () => {
    const { router, change } = changed([
      'route-map CUST-A permit 10',
      'set metric 60',
      'route-map CUST-B permit 5',
      'set metric 1',
    ])
    router.take(editsOf(['route-map CUST-A permit 10', 'set metric 70', 'route-map CUST-B permit 5', 'set weight 9']))
    assert.deepEqual(undoOf(change, router.config), {
      back: [],
      away: [{ context: ['route-map CUST-B permit 5'], line: 'no set metric 1' }],
    })
  })

  test('of an entry that denies instead of permits keeps its lines', () => {
    const { router, change } = changed(['route-map CUST-A deny 10', 'set weight 4'])
    assert.deepEqual(change.added.map(pathText), [
      'route-map CUST-A deny 10',
      'route-map CUST-A deny 10 / set weight 4',
    ])
    router.undo(change)
    assert.deepEqual(router.lines, new PaperRouter(configOf(before)).lines)
  })

  const name = fc.constantFrom('A', 'B')
  const number = fc.constantFrom(5, 10)
  const value = fc.constantFrom(1, 2, 3)
  const inMap = fc.record({
    name,
    number,
    value,
    word: fc.constantFrom('metric', 'weight', 'local-preference'),
    no: fc.boolean(),
  })
  const edits = fc.array(
    fc.oneof(
      inMap.map(({ name: map, number: seq, value: to, word, no }) => [
        `route-map ${map} permit ${seq}`,
        `${no ? 'no ' : ''}set ${word} ${to}`,
      ]),
      fc
        .record({ name, number, no: fc.boolean(), action: fc.constantFrom('permit', 'deny') })
        .map(({ name: map, number: seq, no, action }) => [`${no ? 'no ' : ''}route-map ${map} ${action} ${seq}`]),
      fc
        .record({ name, number, value, no: fc.boolean() })
        .map(({ name: list, number: seq, value: to, no }) => [
          `${no ? 'no ' : ''}ip prefix-list ${list} seq ${seq} permit 10.${to}.0.0/16`,
        ]),
      fc
        .record({ value, no: fc.boolean() })
        .map(({ value: to, no }) => ['interface eth1', no ? 'no description' : `description ${to}`]),
    ),
    { maxLength: 8 },
  )

  test('is undone exactly, whatever it was', () => {
    fc.assert(
      fc.property(edits, edits, (was, commands) => {
        const router = new PaperRouter(configOf(before))
        router.take(was.flatMap(editsOf))
        const [config, lines] = [router.config, router.lines]
        router.take(commands.flatMap(editsOf))
        router.undo(partOf(changeOf(config, router.config), commands.flatMap(editsOf)))
        assert.deepEqual(router.lines, lines)
      }),
      { numRuns: 300 },
    )
  })

  test('is known where FRR prints another context and another word than were typed', () => {
    const cases = [
      {
        typed: ['route-map CUST-A permit 010', 'continue 20'],
        printed: `${before}route-map CUST-A permit 10\n on-match goto 20\nexit\n`,
        path: 'route-map CUST-A permit 10 / on-match goto 20',
      },
      {
        typed: ['interface eth1 vrf default', 'ospf cost 77'],
        printed: before.replace(' description uplink', ' description uplink\n ip ospf cost 77'),
        path: 'interface eth1 / ip ospf cost 77',
      },
    ]
    for (const { typed, printed, path } of cases) {
      const { added } = partOf(changeOf(configOf(before), configOf(printed)), editsOf(typed))
      assert.ok(added.map(pathText).includes(path), path)
    }
  })

  test('is undone where others have not been since, and nowhere else', () => {
    fc.assert(
      fc.property(edits, edits, edits, (was, commands, theirs) => {
        const router = new PaperRouter(configOf(before))
        router.take(was.flatMap(editsOf))
        const config = router.config
        router.take(commands.flatMap(editsOf))
        const after = router.config
        router.take(theirs.flatMap(editsOf))
        const now = router.config
        router.undo(changeOf(config, after))
        const others = changeOf(after, now)
        const touched = new Set([...others.added, ...others.removed].map((path) => path.map(placeOf).join('\n')))
        // What others have set is there still.
        for (const path of others.added) {
          const isBefore = config.has([...path.slice(0, -1).map(placeOf), path.at(-1)].join('\n'))
          const isContext = path.length === 1 && path[0]!.startsWith('route-map')
          assert.ok(
            isBefore ||
              isContext ||
              router.lines.some((line) => line === pathText(path) || line.endsWith(` / ${path.at(-1)}`)),
            pathText(path),
          )
        }
        // What nobody else touched is as it was before.
        for (const path of config.values()) {
          const places = path.map((_, at) =>
            path
              .slice(0, at + 1)
              .map(placeOf)
              .join('\n'),
          )
          if (places.some((place) => touched.has(place))) continue
          assert.ok(router.config.has([...path.slice(0, -1).map(placeOf), path.at(-1)].join('\n')), pathText(path))
        }
      }),
      { numRuns: 300 },
    )
  })
})
