/** Captured and broken messages of others: read to their end, never a throw; and mutations of our own. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, test } from 'node:test'
import { dataPath, needsData } from '../../../scripts/needs.ts'
import {
  decodeMessage,
  decodeUpdate,
  linkBandwidthOf,
  maxExtendedMessageOctets,
  type Message,
  MessageFramer,
  shutdownTextOf,
} from '../src/index.ts'
import { readSegments } from './capture-file.ts'
import { external, external2, withPathIds } from './contexts.ts'
import { fuzz } from './fuzz.ts'

/** Messages of a capture; each segment is framed alone, because captures begin and end anywhere. */
function messagesOf(name: string): readonly Message[] {
  const found: Message[] = []
  for (const segment of readSegments(dataPath('bgp/tcpdump', name))) {
    const framer = new MessageFramer()
    framer.maxLength = maxExtendedMessageOctets
    framer.push(segment, (octets) => {
      const got = decodeMessage(octets, maxExtendedMessageOctets)
      if (got.type === 'update')
        for (const context of [external, external2, withPathIds]) decodeUpdate(got.octets, context)
      if (got.type !== 'malformed') found.push(got)
    })
  }
  return found
}

const skip = needsData('bgp/tcpdump')

describe('captures', { skip }, () => {
  test('each of them is read to its end', () => {
    const files = globSync(`${dataPath('bgp/tcpdump')}/*`)
    assert.equal(files.length, 38)
    const counts = files.map((file) => messagesOf(basename(file)).length)
    const read = counts.filter((count) => count > 0).length
    assert.ok(read >= 25, `messages in ${read} files`)
  })

  const capabilitiesOf = (name: string) =>
    messagesOf(name).flatMap((one) => (one.type === 'open' ? one.capabilities : []))
  const has = (name: string, type: string) => capabilitiesOf(name).some((one) => one.type === type)

  test('capabilities are what the names of the files say', () => {
    assert.ok(has('bgp-extended-msg.pcapng', 'extended-message'))
    assert.ok(has('bgp-enhanced-route-refresh.pcapng', 'enhanced-route-refresh'))
    assert.ok(has('bgp-role.pcapng', 'role'))
    assert.ok(has('bgp-4byte-asn.pcap', 'four-octet-as'))
    assert.ok(messagesOf('bgp-extended-optional-parameters-length.pcapng').some(({ type }) => type === 'open'))
  })

  test('shutdown texts, link bandwidths and large communities are found', () => {
    const texts = messagesOf('bgp-shutdown-communication.pcapng').flatMap((one) =>
      one.type === 'notification' ? (shutdownTextOf(one) ?? []) : [],
    )
    assert.ok(texts.length > 0 && texts[0] !== '', String(texts))
    const attributesOf = (name: string) =>
      messagesOf(name).flatMap((one) => (one.type === 'update' ? [decodeUpdate(one.octets, external).attributes] : []))
    const bandwidths = attributesOf('bgp-link-bw-extcommunity.pcapng').flatMap(({ extendedCommunities = [] }) =>
      extendedCommunities.flatMap((community) => linkBandwidthOf(community) ?? []),
    )
    assert.ok(bandwidths.length > 0 && bandwidths.every(({ octetsPerSecond }) => octetsPerSecond > 0))
    assert.ok(attributesOf('bgp-large-community.pcap').some(({ largeCommunities }) => largeCommunities !== undefined))
  })
})

test('messages of wrong lengths are refused or read, never a throw', { skip: needsData('bgp/gobgp-bad-len') }, () => {
  const files = globSync(`${dataPath('bgp/gobgp-bad-len')}/*`)
  assert.equal(files.length, 11)
  for (const file of files) {
    const octets = new Uint8Array(readFileSync(file))
    // Their marker is not all ones: with a right one they get further.
    const marked = octets.slice()
    marked.fill(255, 0, 16)
    for (const one of [octets, marked]) {
      const framer = new MessageFramer()
      framer.push(one, (message) => {
        const got = decodeMessage(message, maxExtendedMessageOctets)
        if (got.type === 'update') decodeUpdate(message, external)
      })
      decodeMessage(one, maxExtendedMessageOctets)
      decodeUpdate(one, external)
    }
  }
})

test('mutated messages: none throws, and the quick way judges as the slow one does', () => {
  const { messages, malformed, faults, routes } = fuzz(1500, 1)
  assert.equal(messages, 1500)
  // Some must be refused, some reach the tables, else nothing was tried.
  assert.ok(malformed > 100 && malformed < 1300 && faults > 50 && routes > 20, `${malformed} ${faults} ${routes}`)
})
