import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parsePrefix } from '@vagus/address'
import {
  AdjRibIn,
  AttributeTable,
  encodeUpdate,
  ipv4Unicast,
  type NlriEntry,
  NlriRib,
  RouteRows,
  UpdateIntake,
} from '@vagus/bgp'
import { ChangeFeed } from '../src/routes/change-feed.ts'
import { secretHash } from '../src/secret-hash.ts'

const linkState = 16388 * 256 + 71
const flowspec = 256 + 133
const nlriOf = (last: number): Uint8Array => new Uint8Array([0, 2, 0, 1, last])

/** A table whose changes go to one feed, and blocks of attributes that differ in one octet. */
function fed(...keys: readonly number[]) {
  const table = new AttributeTable({ own: { as: 1, bgpIdentifier: 1, clusterId: 1 }, hash: secretHash })
  let asked = 0
  const feed = new ChangeFeed('pe-1', 'none', () => asked++)
  const ribs = keys.map((family) => {
    const rib: NlriRib = new NlriRib({ family, table, onChange: (entry: NlriEntry) => feed.noteNlri(entry, rib) })
    return rib
  })
  const facts = { localPref: 0, pathLength: 0, origin: 0, multiExitDisc: 0, neighbourAs: 0 }
  const setOf = (octet: number): number =>
    table.insert(new Uint8Array([0x80, 29, 1, octet]), 0, 4, 3, octet, {
      ...facts,
      originatorId: 0,
      clusterLength: 0,
      onlyToCustomer: 0,
      bits: 0,
    })
  const announce = (rib: NlriRib, nlri: Uint8Array, octet: number): void =>
    void rib.announce(nlri, 0, nlri.length, setOf(octet))
  return { feed, ribs, announce, asked: () => asked }
}

describe('NLRI that changed', () => {
  test('are told once, with the last state and the octets that came', () => {
    const { feed, ribs, announce } = fed(linkState)
    const [rib] = ribs
    announce(rib!, nlriOf(1), 1)
    announce(rib!, nlriOf(2), 2)
    announce(rib!, nlriOf(1), 3)
    const event = feed.take()
    assert.deepEqual(event, {
      type: 'nlri',
      peer: 'pe-1',
      family: 'link-state',
      changes: [
        { nlri: nlriOf(1), block: new Uint8Array([0x80, 29, 1, 3]) },
        { nlri: nlriOf(2), block: new Uint8Array([0x80, 29, 1, 2]) },
      ],
    })
    assert.deepEqual([feed.take(), feed.isEmpty], [undefined, true])
  })

  test('have the same octets as an object for as long as they are announced', () => {
    const { feed, ribs, announce } = fed(linkState)
    const told = [1, 2].map((octet) => {
      announce(ribs[0]!, nlriOf(1), octet)
      const event = feed.take()
      return event?.type === 'nlri' ? event.changes[0]!.nlri : undefined
    })
    assert.ok(told[0] !== undefined && told[0] === told[1])
  })

  test('that come and go while nobody listens cost one entry', () => {
    const { feed, ribs, announce } = fed(linkState)
    for (let octet = 0; octet < 50; octet++) {
      announce(ribs[0]!, nlriOf(1), octet)
      ribs[0]!.withdraw(nlriOf(1), 0, 5)
    }
    const event = feed.take()
    assert.deepEqual(event?.type === 'nlri' && event.changes, [{ nlri: nlriOf(1) }])
    assert.ok(feed.isEmpty)
  })

  test('of two families come in two events', () => {
    const { feed, ribs, announce } = fed(linkState, flowspec)
    announce(ribs[0]!, nlriOf(1), 1)
    announce(ribs[1]!, new Uint8Array([3, 1, 8, 10]), 2)
    const families = [feed.take(), feed.take()].map((event) => event?.type === 'nlri' && event.family)
    assert.deepEqual(families, ['link-state', 'ipv4-flowspec'])
    assert.ok(feed.isEmpty)
  })
})

describe('routes that changed', () => {
  /** A feed of one peer's IPv4 table. */
  function unicast(watch: readonly string[]) {
    const table = new AttributeTable({ own: { as: 1, bgpIdentifier: 1, clusterId: 1 }, hash: secretHash })
    const feed = new ChangeFeed('pe-1', watch, () => undefined)
    const onChange = (slot: number, changed: AdjRibIn): void => feed.noteRoute(slot, changed)
    const rib = new AdjRibIn({ rows: new RouteRows(4, table), onChange })
    const context = {
      peer: 'external',
      asOctets: 4,
      families: new Set([ipv4Unicast]),
      pathIds: new Set<number>(),
    } as const
    const intake = new UpdateIntake(table, context, new Map([[ipv4Unicast, rib]]))
    const attributes = { origin: 0, asPath: [{ type: 2, as: [65001] }], nextHop: new Uint8Array([192, 0, 2, 1]) }
    const receive = (part: 'announced' | 'withdrawn', ...prefixes: readonly string[]): void => {
      const routes = prefixes.map((text) => ({ prefix: parsePrefix(text) }))
      const update = {
        withdrawn: [],
        announced: [],
        attributes: part === 'announced' ? attributes : {},
        [part]: routes,
      }
      assert.equal(intake.receive(encodeUpdate(update, context)).type, 'taken')
    }
    const take = (): Readonly<Record<string, number>> => {
      const event = feed.take()
      if (event?.type !== 'routes') return {}
      return Object.fromEntries(event.changes.map(({ prefix, paths }) => [prefix, paths.length]))
    }
    return { feed, rib, receive, take }
  }

  test('are told as gone, also when the list of what is watched changes before', () => {
    for (const list of [['10.0.0.0/8', '12.0.0.0/8'], ['10.0.0.0/7+', '12.0.0.0/8'], 'all'] as const) {
      const { feed, rib, receive, take } = unicast(['10.0.0.0/8', '11.1.0.0/16'])
      receive('announced', '10.0.0.0/8', '11.1.0.0/16', '12.0.0.0/8')
      assert.deepEqual(take(), { '10.0.0.0/8': 1, '11.1.0.0/16': 1 })
      receive('withdrawn', '10.0.0.0/8', '11.1.0.0/16')
      feed.watch(list, [rib])
      const others = typeof list === 'string' || list[0].endsWith('+') ? { '11.1.0.0/16': 0 } : {}
      assert.deepEqual(take(), { '10.0.0.0/8': 0, ...others, '12.0.0.0/8': 1 })
      assert.ok(feed.isEmpty)
    }
  })

  test('are not told where nobody watches them any more', () => {
    const { feed, rib, receive, take } = unicast(['10.0.0.0/8'])
    receive('announced', '10.0.0.0/8')
    feed.watch('none', [rib])
    assert.deepEqual(take(), {})
  })
})
