import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, describe, test } from 'node:test'
import { parsePrefix } from '@vagus/address'
import { encodeLinkStateNlri, encodeMessage, encodeUpdate, families, linkState, type PathAttributes } from '@vagus/bgp'
import {
  carrierAttributes,
  deviceNlri,
  deviceTlvs,
  encodeCarrier,
  encodeCoarse,
  encodeView,
  linkNlri,
  linkTlvs,
  telemetryCapability,
  telemetryPrefixOf,
  type View,
  viewNlri,
  viewTlvs,
} from '@vagus/bgp/telemetry'
import { encodeMessage as encodeGrasp, flagsOf, type Message, valueOctets } from '@vagus/grasp'
import { needs } from '../../../../scripts/needs.ts'
import { createRandom } from '../../src/random.ts'
import { MadeCapture } from './made-capture.ts'

const script = resolve(import.meta.dirname, '../../../../docs/wireshark/vagus.lua')
const folder = mkdtempSync(join(tmpdir(), 'vagus-wireshark-'))
const now = Date.UTC(2026, 10, 25, 12)
const agent = 0x0102_0304_0506_0708n
const context = { peer: 'internal', asOctets: 4, families: new Set([linkState]), pathIds: new Set<number>() } as const
const nextHop = new Uint8Array([10, 0, 0, 1])
const address = (last: number): Uint8Array => new Uint8Array([10, 1, 0, last])

const key = {
  instance: 7,
  local: { as: 64_512, bgpIdentifier: 0x0a000001 },
  remote: { as: 64_600, bgpIdentifier: 0x0a000007 },
  interface: 3,
  addresses: { local: address(2), remote: address(3) },
}
const link = {
  key,
  name: 'pe-1-tr-1',
  capacity: 3_750_000,
  utilised: 1_000_000,
  measurement: {
    congested: 'in',
    confidence: 90,
    sequence: now,
    agent,
    window: 500,
    threshold: 3_000_000,
    drops: 12.5,
    received: 3_250_000,
  },
} as const
const head = { sequence: now, agent, window: 1000, totals: { ipv4: 2_000_000, ipv6: 500_000 } }
const mapped = (text: string): Uint8Array => parsePrefix(`${text}/32`).octets
const views: readonly View[] = [
  {
    ...head,
    kind: 'destination-prefix',
    records: [
      { key: { type: 'prefix', prefix: parsePrefix('10.16.0.0/16') }, rate: 1_500_000, share: 600, trend: -5 },
      { key: { type: 'prefix', prefix: parsePrefix('2001:db8:16::/48') }, rate: 500_000, share: 200 },
    ],
  },
  {
    ...head,
    kind: 'flow',
    records: [
      {
        key: {
          type: 'flow',
          source: mapped('192.0.2.1'),
          destination: mapped('198.51.100.2'),
          protocol: 17,
          sourcePort: 443,
          destinationPort: 5004,
        },
        rate: 1000,
        share: 1,
        trend: 127,
      },
    ],
  },
  { ...head, kind: 'application', records: [{ key: { type: 'application', name: 'quic' }, rate: 7, share: 0 }] },
  { ...head, kind: 'as', records: [{ key: { type: 'as', as: 4_200_000_000 }, rate: 8, share: 0 }] },
]
const objective = {
  name: 'vagus.example:Congestion.MED',
  flags: flagsOf('discovery', 'negotiation'),
  loopCount: 6,
  value: valueOctets([1, 'two', new Uint8Array([3]), -4, null, true]),
}
const locator = { type: 'ipv6', address: parsePrefix('2001:db8::7/128').octets, protocol: 6, port: 40_001 } as const
const flooded = { objective, locator }
const routed = { origin: 0, asPath: [], localPref: 100 } as const

function update(attributes: PathAttributes, prefix?: Parameters<typeof encodeUpdate>[0]['announced'][0]['prefix']) {
  return encodeUpdate(
    { withdrawn: [], announced: prefix === undefined ? [] : [{ prefix }], attributes: { ...routed, ...attributes } },
    context,
  )
}
const linkUpdate = (nlri: Parameters<typeof encodeLinkStateNlri>[0][0], tlvs: Uint8Array): Uint8Array =>
  update({ mpReach: { afi: 16_388, safi: 71, nextHop, nlri: encodeLinkStateNlri([nlri]) }, linkState: tlvs })

/** A session as two agents have it: on their own port, with the messages in one stream cut in the middle of one. */
function session(): MadeCapture {
  const open = (bgpIdentifier: number): Uint8Array =>
    encodeMessage({
      type: 'open',
      version: 4,
      myAs: 64_512,
      holdTime: 9,
      bgpIdentifier,
      capabilities: [
        { type: 'multiprotocol', ...families['link-state'] },
        { type: 'four-octet-as', as: 64_512 },
        telemetryCapability(7),
      ],
    })
  const nlri = linkNlri(key)
  const tlvs = linkTlvs(link)
  const [carried] = encodeCarrier([{ nlri: encodeLinkStateNlri([nlri]), tlvs }], { sequence: now, agent })
  const coarse = encodeCoarse(64_512, {
    epoch: now / 1000,
    links: [{ interface: 3, congested: 'both', out: 266, in: 867 }],
  })
  const prefix = telemetryPrefixOf(key.local.bgpIdentifier, 0)
  const all = Buffer.concat([
    linkUpdate(nlri, tlvs),
    ...views.flatMap((view) =>
      encodeView(view).map((page, at) => linkUpdate(viewNlri(key, view.kind, at), viewTlvs(page))),
    ),
    linkUpdate(deviceNlri(key), deviceTlvs('pe-1')),
  ])
  return (
    new MadeCapture()
      .tcp(1790, 'there', open(0x0a000001))
      .tcp(1790, 'back', open(0x0a000002))
      .tcp(1790, 'there', encodeMessage({ type: 'keepalive' }))
      .tcp(1790, 'there', all.subarray(0, 100))
      .tcp(1790, 'there', all.subarray(100))
      // In a frame of their own: Wireshark takes the prefixes of an UPDATE that follows one of BGP-LS there for BGP-LS, too.
      .tcp(1790, 'there', update(carrierAttributes(129, carried!, nextHop), prefix))
      .tcp(1790, 'there', update({ nextHop, largeCommunities: coarse }, prefix))
  )
}

/** What tshark says of fields, one frame after the other. */
function fields(path: string, words: readonly string[], filter: string, decoder: 'script' | 'nothing'): string[][] {
  const own = decoder === 'script' ? ['-X', `lua_script:${script}`] : ['-d', 'tcp.port==1790,bgp']
  const printed = execFileSync(
    'tshark',
    [...own, '-r', path, '-Y', filter, '-T', 'fields', '-E', 'aggregator=|', ...words.flatMap((word) => ['-e', word])],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  )
  return printed
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'))
}

describe('Wireshark', { skip: needs('tshark') }, () => {
  after(() => rmSync(folder, { recursive: true, force: true }))
  const bgp = join(folder, 'bgp.pcapng')

  test('decodes the telemetry in BGP with our script, to the values that went in', () => {
    session().write(bgp)
    const capability = ['version', 'features', 'links', 'views', 'reflects'].map((one) => `vagus.capability.${one}`)
    assert.deepEqual(
      fields(bgp, ['vagus.enterprise', ...capability], 'vagus.capability.version', 'script'),
      Array.from({ length: 2 }, () => ['32473', '1', '0x07', '1', '1', '1']),
    )
    const measured = ['congested', 'confidence', 'sequence', 'agent', 'window', 'threshold', 'drops', 'received']
    const rows = fields(
      bgp,
      measured.map((one) => `vagus.${one}`),
      'vagus.confidence',
      'script',
    )
    const times = (value: string | number, count: number): string => Array(count).fill(String(value)).join('|')
    // In the attribute of BGP-LS, where each view has an agent and a time, too; and in carrier B, which has its own.
    const [id, rates] = ['0x0102030405060708', ['3e+06', '12.5', '3.25e+06']] // as tshark prints floats
    const inViews = times(1000, views.length)
    assert.deepEqual(rows, [
      ['2', '90', times(now, 1 + views.length), times(id, 1 + views.length), `500|${inViews}`, ...rates],
      ['2', '90', times(now, 2), times(id, 2), '500', ...rates],
    ])
    const viewed = ['vagus.view', 'vagus.key', 'vagus.rate', 'vagus.share', 'vagus.trend', 'vagus.total.ipv4']
    assert.deepEqual(fields(bgp, viewed, 'vagus.view', 'script'), [
      [
        '1|3|4|5',
        '10.16.0.0/16|2001:db8:16::/48|192.0.2.1:443 > 198.51.100.2:5004 protocol 17|quic|AS4200000000',
        '1.5e+06|500000|1000|7|8',
        '600|200|1|0|0',
        '-5|127',
        times('2e+06', 4),
      ],
    ])
    const coarse = ['interface', 'congested', 'out', 'in'].map((one) => `vagus.coarse.${one}`)
    assert.deepEqual(fields(bgp, coarse, 'vagus.coarse.epoch', 'script'), [['3', '3', '266', '867']])
  })

  test('takes the session for a valid one without our script', () => {
    session().write(bgp)
    const types = fields(bgp, ['bgp.type'], 'bgp', 'nothing')
    assert.deepEqual(
      types.map(([type]) => type),
      [
        '1',
        '1',
        '4',
        Array(2 + views.length)
          .fill('2')
          .join('|'),
        '2',
        '2',
      ],
    )
    // It remarks that it does not know TLVs of the range for private use, which is no fault of theirs.
    const marks = '_ws.malformed || _ws.expert.group == "Malformed" || _ws.expert.severity == "Error"'
    for (const decoder of ['script', 'nothing'] as const)
      assert.deepEqual(fields(bgp, ['frame.number', '_ws.expert.message'], marks, decoder), [])
    const [names] = fields(bgp, ['frame.interface_name', 'frame.time_epoch'], 'frame.number == 1', 'nothing')
    assert.deepEqual(names, ['eth1', '1795867200.123456789'])
  })

  test('says of a telemetry TLV that is too short that it is, and decodes the rest', () => {
    const tlvs = linkTlvs(link)
    const cut = tlvs.slice(0, -4) // the last TLV is the measurement, with 40 octets: now 36
    cut[cut.length - 37] = 36
    const path = join(folder, 'short.pcapng')
    new MadeCapture().tcp(179, 'there', linkUpdate(linkNlri(key), cut)).write(path)
    const words = ['vagus.drops', 'vagus.received', '_ws.expert.message']
    assert.deepEqual(fields(path, words, 'bgp', 'script'), [
      ['12.5', '', 'Unknown BGP-LS Attribute TLV Code (65001)!|Shorter than its form says'],
    ])
  })

  test('decodes GRASP, which it does not know itself (RFC 8990)', () => {
    const path = join(folder, 'grasp.pcapng')
    const session = { sessionId: 0x1234_5678, initiator: nextHop }
    const messages: readonly Message[] = [
      { type: 'request-negotiation', sessionId: 0x1234_5678, objective },
      { type: 'wait', sessionId: 0x1234_5678, waitingTime: 34_965 },
      { type: 'end', sessionId: 0x1234_5678, option: 'decline', reason: 'POLICY not here' },
    ]
    const stream = Buffer.concat(messages.map(encodeGrasp))
    new MadeCapture()
      .udp(7017, encodeGrasp({ type: 'flood', ...session, ttl: 60_000, objectives: [flooded] }))
      .udp(7017, encodeGrasp({ type: 'response', ...session, ttl: 0, option: 'locators', locators: [locator] }))
      .tcp(40_001, 'there', stream.subarray(0, 20))
      .tcp(40_001, 'there', stream.subarray(20))
      .write(path)
    const words = 'type session initiator ttl objective flags.negotiation loop_count value locator waiting_time reason'
    const read = fields(
      path,
      words.split(' ').map((one) => `grasp.${one}`),
      'grasp',
      'script',
    )
    const value = `[1, "two", h'03', -4, null, true]`
    const there = '[2001:db8::7]:40001 TCP'
    const [id, name] = ['0x12345678', objective.name]
    assert.deepEqual(read, [
      ['9', id, '10.0.0.1', '60000', name, '1', '6', value, there, '', ''],
      ['2', id, '10.0.0.1', '0', '', '', '', '', there, '', ''],
      ['3|7|6', [id, id, id].join('|'), '', '', name, '1', '6', value, '', '34965', 'POLICY not here'],
    ])
    assert.deepEqual(fields(path, ['_ws.expert.message'], '_ws.malformed || _ws.expert', 'script'), [])
  })

  test('never fails by our script, whatever the octets', () => {
    const random = createRandom('wireshark')
    const path = join(folder, 'mutated.pcapng')
    const view = viewTlvs(encodeView(views[0]!)[0]!)
    const flood = encodeGrasp({
      type: 'flood',
      sessionId: 0x1234_5678,
      initiator: nextHop,
      ttl: 1,
      objectives: [flooded],
    })
    const seeds = [linkUpdate(linkNlri(key), linkTlvs(link)), linkUpdate(viewNlri(key, 'flow', 0), view), flood]
    const capture = new MadeCapture()
    for (let count = 0; count < 600; count++) {
      const octets = Buffer.from(seeds[count % 3]!)
      const from = count % 3 === 2 ? 0 : 19 // the header of BGP stays: else nothing behind it is read
      for (let change = 0; change <= random() * 4; change++)
        octets[from + Math.floor(random() * (octets.length - from))] = Math.floor(random() * 256)
      if (count % 3 === 2) capture.udp(7017, octets.subarray(0, 1 + Math.floor(random() * octets.length)))
      else capture.tcp(179, 'there', octets)
    }
    capture.write(path)
    const words = ['-X', `lua_script:${script}`, '-r', path, '-V']
    const { stdout, stderr } = spawnSync('tshark', words, { encoding: 'utf8', maxBuffer: 1 << 28 })
    assert.match(stdout, /Measurement of a link/)
    assert.match(stdout, /M_FLOOD/)
    assert.doesNotMatch(stdout + stderr, /Lua Error|vagus\.lua:\d+/)
  })
})
