import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AddressNews } from '@vagus/api/telemetry'
import type { ReportedSession } from '@vagus/api'
import type { HeldReport } from '../../src/agents/session-reports.ts'
import { proofOf } from '../../src/whois/holding.ts'
import { HoldingBook } from '../../src/whois/holding-book.ts'
import { placeOfUri, placeText } from '../../src/whois/place.ts'
import { Whereabouts } from '../../src/whois/whereabouts.ts'
import { idOf, pathOf, sessionOf } from '../support/session-report.ts'

const start = 1_790_000_000_000
const second = 1000
const [a, b, m] = [idOf(1), idOf(5), idOf(9)]
const path = (local: string, remote: string) =>
  pathOf('udp', '', { local: `udp://${local}`, remote: `udp://${remote}` })

function scene() {
  const book = new HoldingBook()
  const where = new Whereabouts(book)
  const reports = new Map<string, HeldReport>()
  return {
    book,
    where,
    tell: (agent: string, at: number, sessions: readonly ReportedSession[], more = 0): void => {
      const report = { agent, at, receivedAt: at, sessions, more }
      reports.set(agent, report)
      where.reported(report, (id) => reports.get(id), at)
    },
    lapse: (agent: string): void => {
      where.lapsed([reports.get(agent)!])
      reports.delete(agent)
    },
    shown: (address: string, at: number): string[] =>
      book.at(address, at).map(({ agent, place, speakers, behindNat }) => {
        const name = agent === a ? 'a' : agent === b ? 'b' : 'm'
        return `${name} ${placeText(place)} ${proofOf(speakers)}${behindNat ? ' NAT' : ''}`
      }),
  }
}

describe('where agents are, by what sessions tell', () => {
  test('is agreed on where both ends say the same, whoever tells first', () => {
    for (const order of [
      [a, b],
      [b, a],
    ]) {
      const { tell, shown } = scene()
      for (const [index, agent] of order.entries()) {
        const [own, other] = agent === a ? ['192.0.2.7:7601', '192.0.2.9:40001'] : ['192.0.2.9:40001', '192.0.2.7:7601']
        tell(agent, start + index * second, [sessionOf(agent === a ? b : a, start, { paths: [path(own, other)] })])
      }
      assert.deepEqual(shown('192.0.2.7', start + second), ['a 192.0.2.7:7601 udp agreed'])
      assert.deepEqual(shown('192.0.2.9', start + second), ['b 192.0.2.9:40001 udp agreed'])
    }
  })
  test('is agreed on where one end listens at every address of its host, and the other reaches the port', () => {
    const { tell, shown } = scene()
    tell(a, start, [sessionOf(b, start, { paths: [path('0.0.0.0:7601', '192.0.2.9:40001')] })])
    tell(b, start + second, [sessionOf(a, start, { paths: [path('192.0.2.9:40001', '192.0.2.7:7601')] })])
    assert.deepEqual(shown('192.0.2.7', start + second), ['a 192.0.2.7:7601 udp agreed'])
  })
  test('is told as behind NAT where the agent knows nothing of the address at which it is reached; several share it', () => {
    const { tell, shown } = scene()
    const listening = (peer: string, port: number) =>
      sessionOf(peer, start, { paths: [path('198.51.100.1:7601', `203.0.113.5:${port}`)] })
    tell(b, start, [listening(a, 4001), listening(m, 4002)])
    tell(a, start, [sessionOf(b, start, { paths: [path('10.0.0.2:7601', '198.51.100.1:7601')] })])
    tell(m, start, [sessionOf(b, start, { paths: [path('10.0.0.3:7601', '198.51.100.1:7601')] })])
    assert.deepEqual(shown('203.0.113.5', start).sort(), [
      'a 203.0.113.5:4001 udp attested NAT',
      'm 203.0.113.5:4002 udp attested NAT',
    ])
    assert.deepEqual(shown('10.0.0.2', start), ['a 10.0.0.2:7601 udp claimed'])
  })
  test('is not what somebody says of an agent that tells of no session with it', () => {
    const { tell, shown } = scene()
    tell(a, start, [])
    tell(m, start, [sessionOf(a, start, { paths: [path('192.0.2.66:1', '192.0.2.80:443')] })])
    assert.deepEqual(shown('192.0.2.80', start), [])
    tell(a, start + second, [], 3)
    assert.deepEqual(shown('192.0.2.80', start), [])
  })
  test('ends with the session, with the report, and when it was last told of', () => {
    const { tell, lapse, shown } = scene()
    const session = sessionOf(b, start, { paths: [path('192.0.2.7:7601', '192.0.2.9:40001')] })
    tell(a, start, [session])
    tell(a, start + 20 * second, [session])
    lapse(a)
    assert.equal(shown('192.0.2.7', start + 19 * second).length, 1)
    assert.deepEqual(shown('192.0.2.7', start + 20 * second), [])
    tell(a, start + 90 * second, [session])
    tell(a, start + 99 * second, [])
    assert.deepEqual(shown('192.0.2.9', start + 99 * second), [])
  })
  test('begins when the session did, but at most half a minute before it was told of: nobody gets a past by saying so', () => {
    const { tell, shown } = scene()
    tell(a, start, [sessionOf(b, start - 3600 * second, { paths: [path('192.0.2.7:7601', '192.0.2.9:1')] })])
    assert.equal(shown('192.0.2.7', start - 30 * second).length, 1)
    assert.equal(shown('192.0.2.7', start - 40 * second).length, 0)
  })
  test('is not told by paths through relays, paths that are not validated, and addresses that every host has', () => {
    const { tell, book } = scene()
    const paths = [
      { ...path('192.0.2.7:7601', '192.0.2.9:1'), state: 'validating' } as const,
      { ...path('192.0.2.7:7601', '192.0.2.9:2'), state: 'dead' } as const,
      pathOf('relay', '', { local: 'relay://x/1', remote: 'relay://did:key:z6Mk/2' }),
      path('127.0.0.1:7601', '[::1]:7601'),
      path('[fe80::1]:7601', '169.254.1.1:7601'),
    ]
    tell(a, start, [sessionOf(b, start, { paths })])
    assert.equal(book.size, 0)
  })
  test('of two at one address with equal evidence are both shown', () => {
    const { tell, shown } = scene()
    tell(a, start, [sessionOf(b, start, { paths: [path('192.0.2.7:7601', '192.0.2.9:1')] })])
    tell(m, start, [sessionOf(b, start, { paths: [path('192.0.2.7:7601', '192.0.2.9:1')] })])
    assert.deepEqual(shown('192.0.2.7', start).sort(), ['a 192.0.2.7:7601 udp claimed', 'm 192.0.2.7:7601 udp claimed'])
  })
})

describe('where agents are, by what the network tells', () => {
  const news = (...items: readonly Partial<AddressNews['items'][number]>[]): AddressNews => ({
    apiVersion: 'vagus/v1',
    kind: 'AddressNews',
    device: 'pe-1',
    startedAt: new Date(start).toISOString(),
    items: items.map((item, index) => ({
      number: index + 1,
      at: new Date(start + index * 10 * second).toISOString(),
      what: 'attached',
      address: 'fd76:6160:0:5::7',
      agent: a,
      interface: 'eth2',
      nextHop: 'fe80::2',
      sequence: index,
      ...item,
    })),
  })
  test('an edge that checked the neighbour proves it, until it says otherwise', () => {
    const { where, shown } = scene()
    where.attachments(news({}), start + second)
    where.attachments(news({}), start + 2 * second)
    assert.deepEqual(shown('fd76:6160:0:5::7', start + second), ['a fd76:6160:0:5::7 proven'])
    where.attachments(news({}, { what: 'moved' }), start + 12 * second)
    assert.deepEqual(shown('fd76:6160:0:5::7', start + 9 * second), ['a fd76:6160:0:5::7 proven'])
    assert.deepEqual(shown('fd76:6160:0:5::7', start + 10 * second), [])
  })
  test('an edge that starts anew, or is silent, proves nothing any more', () => {
    const { where, shown } = scene()
    where.attachments(news({}), start)
    where.edgeSilent('pe-1', start + 59 * second)
    assert.equal(shown('fd76:6160:0:5::7', start + 59 * second).length, 1)
    where.edgeSilent('pe-1', start + 60 * second)
    assert.equal(shown('fd76:6160:0:5::7', start + 60 * second).length, 0)
    where.attachments(news({}), start + 70 * second)
    where.attachments({ ...news(), startedAt: new Date(start + 80 * second).toISOString() }, start + 80 * second)
    assert.equal(shown('fd76:6160:0:5::7', start + 81 * second).length, 0)
  })
  test('vagus.yaml and the sessions of the controller itself say where agents of devices are', () => {
    const { where, shown } = scene()
    const device = { name: 'pe-1', id: a, address: '192.0.2.1', sources: ['192.0.2.2'] }
    where.devices([device, { name: 'pe-2', address: '192.0.2.3', sources: [] }], start)
    where.ownSessions([{ peer: a, remotes: ['udp://192.0.2.1:7602', 'relay://x/1'] }], start)
    assert.deepEqual(shown('192.0.2.1', start), ['a 192.0.2.1:7602 udp proven', 'a 192.0.2.1 attested'])
    where.devices([], start + second)
    assert.deepEqual(shown('192.0.2.2', start + second), [])
  })
})

test('a URI names a place where it has an address that is one host’s', () => {
  const text = (uri: string): string => {
    const place = placeOfUri(uri)
    return place === undefined ? 'none' : placeText(place)
  }
  assert.equal(text('udp://192.0.2.7:7601'), '192.0.2.7:7601 udp')
  assert.equal(text('tcp://[2001:DB8::1]:7601'), '[2001:db8::1]:7601 tcp')
  assert.equal(text('wss://[::ffff:192.0.2.7]/agents'), '192.0.2.7:443 tcp')
  assert.equal(text('ws://192.0.2.7:8080/x'), '192.0.2.7:8080 tcp')
  for (const uri of [
    'udp://host:1',
    'udp://192.0.2.7',
    'udp://192.0.2.7:0',
    'udp://192.0.2.7:70000',
    'relay://192.0.2.7:1',
    'udp://224.0.0.1:1',
    'udp://[ff02::1]:1',
    'udp://[fe80::1%eth0]:1',
    'udp://999.0.0.1:1',
    '',
  ])
    assert.equal(text(uri), 'none', uri)
})
