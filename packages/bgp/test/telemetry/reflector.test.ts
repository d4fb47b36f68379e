import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  decodeUpdate,
  encodeAttributes,
  encodeLinkStateNlri,
  encodeLinkStateTlvs,
  type LinkStateNlri,
  MessageFramer,
  type PathAttributes,
} from '../../src/index.ts'
import { linkNlri, linkTlvs, TelemetryReflector } from '../../src/telemetry/index.ts'
import { withLinkState } from '../contexts.ts'
import { hex } from '../octets.ts'
import { key, link } from './samples.ts'

const routeOf = (linkState = linkTlvs(link)): PathAttributes => ({ origin: 0, asPath: [], localPref: 100, linkState })
const octetsOf = (nlri: LinkStateNlri): Uint8Array => encodeLinkStateNlri([nlri])
const own = octetsOf(linkNlri(key))
const blockOf = (attributes: PathAttributes): Uint8Array => encodeAttributes(attributes, withLinkState)
const reflector = (maxRoutes = 10) => new TelemetryReflector({ clusterId: 42, nextHop: hex('0a0000ff'), maxRoutes })
const other = octetsOf(linkNlri({ ...key, interface: 4 }))

function read(octets: Uint8Array | undefined) {
  const framed: Uint8Array[] = []
  new MessageFramer().push(octets ?? new Uint8Array(0), (message) => void framed.push(message.slice()))
  return framed.map((message) => decodeUpdate(message, withLinkState))
}

describe('the reflector (RFC 4456 §8)', () => {
  test('passes NLRI and attribute on byte for byte, with ORIGINATOR_ID and CLUSTER_LIST', () => {
    const one = reflector()
    const strange = encodeLinkStateTlvs([{ type: 'unknown', code: 65432, value: hex('cafe') }])
    one.receive('pe-1', 7, own, blockOf(routeOf(strange)))
    const [update] = read(one.takeUpdates())
    assert.equal(update?.treatment, 'accept')
    assert.deepEqual([update?.attributes.originatorId, update?.attributes.clusterList], [7, [42]])
    assert.deepEqual(update?.attributes.linkState, strange)
    assert.deepEqual(update?.attributes.mpReach?.nlri, own)
    assert.equal(one.takeUpdates(), undefined)
  })

  test('passes on what else there is, and lists of any length', () => {
    const extra = { flags: 0xc0, code: 200, value: hex('0102') }
    const many = Array.from({ length: 70 }, (_, at) => 100 + at)
    const rows: readonly PathAttributes[] = [
      routeOf(),
      { ...routeOf(), localPref: 4_294_967_295, originatorId: 9, clusterList: [1, 4_294_967_295] },
      { ...routeOf(), clusterList: many },
      { ...routeOf(), unknown: [extra], communities: [5] },
      { ...routeOf(), asPath: [{ type: 2, as: [64512] }], multiExitDisc: 7 },
      { origin: 2, asPath: [] },
    ]
    for (const attributes of rows) {
      const one = reflector()
      one.receive('pe-1', 7, own, blockOf(attributes))
      const [update] = read(one.takeUpdates())
      const { mpReach, ...told } = update!.attributes
      const clusterList = [42, ...(attributes.clusterList ?? [])]
      assert.deepEqual(told, { originatorId: 7, ...attributes, clusterList })
      assert.deepEqual(mpReach, { afi: 16388, safi: 71, nextHop: hex('0a0000ff'), nlri: own })
      assert.deepEqual(update!.faults, [])
    }
  })

  test('takes attributes in any order', () => {
    const one = reflector()
    const [origin, path] = [hex('40010100'), hex('400200')]
    const linkState = linkTlvs(link)
    const last = new Uint8Array([0x90, 29, 0, linkState.length, ...linkState])
    one.receive('pe-1', 7, own, new Uint8Array([...last, ...path, ...origin]))
    const [update] = read(one.takeUpdates())
    assert.deepEqual(update?.attributes.linkState, linkState)
    assert.deepEqual([update?.attributes.origin, update?.attributes.originatorId, update?.faults], [0, 7, []])
  })

  test('sends the newest of each NLRI only, and the end of what ended between', () => {
    const one = reflector()
    one.receive('pe-1', 7, own, blockOf(routeOf()))
    one.receive('pe-1', 7, other, blockOf(routeOf()))
    one.takeUpdates()
    const newest = linkTlvs({ ...link, utilised: 5 })
    one.receive('pe-1', 7, own, blockOf(routeOf()))
    one.receive('pe-1', 7, own, blockOf(routeOf(newest)))
    one.receive('pe-1', 7, other, undefined)
    const [ended, changed, ...more] = read(one.takeUpdates())
    assert.deepEqual(ended!.attributes.mpUnreach!.nlri, other)
    assert.deepEqual([changed?.attributes.linkState, more], [newest, []])
  })

  test('gives a new peer everything', () => {
    const one = reflector()
    one.receive('pe-1', 7, own, blockOf(routeOf()))
    one.receive('pe-1', 7, other, blockOf(routeOf()))
    one.takeUpdates()
    assert.equal(read(one.all()).length, 2)
  })

  test('ends what a peer told when it is gone, and nothing of others', () => {
    const one = reflector()
    one.receive('pe-1', 7, own, blockOf(routeOf()))
    one.receive('pe-2', 8, other, blockOf(routeOf()))
    one.receive('pe-2', 8, own, undefined)
    one.takeUpdates()
    one.forget('pe-1')
    const [ended] = read(one.takeUpdates())
    assert.deepEqual(ended!.attributes.mpUnreach!.nlri, own)
    assert.equal(one.size, 1)
  })

  test('refuses what came round a loop, and routes beyond the limit', () => {
    const one = reflector(1)
    one.receive('pe-1', 7, own, blockOf({ ...routeOf(), clusterList: [7, 42] }))
    one.receive('pe-1', 7, own, blockOf(routeOf()))
    one.receive('pe-1', 7, other, blockOf(routeOf()))
    assert.deepEqual([one.size, one.refused], [1, 2])
  })
})
