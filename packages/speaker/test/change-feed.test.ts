import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AttributeTable, type NlriEntry, NlriRib } from '@vagus/bgp'
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
