import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Session } from '@vagus/api'
import { type AgentPath, agentPathText } from '../src/session/agent-path-text.ts'
import { triedAddresses } from '../src/session/grades.ts'
import { whyNotBetter } from '../src/session/why-not.ts'
import { noPaint } from '../src/paint.ts'
import { idOf, path, session, sessionsNow } from './session-samples.ts'

const udp = 'udp://10.18.0.2:7601'
const tcp = 'tcp://10.18.0.2:7601'
const relay = `relay://${idOf('relay')}/q8Hs_2k`
const now = Date.parse(sessionsNow)
const locator = (network: string, addresses: readonly string[], expiresIn = 60) => ({
  network,
  addresses,
  sequence: 1,
  exp: now / 1000 + expiresIn,
})

/** Boss to writer. */
function found(paths: Session['paths'], addresses: readonly string[], more: Partial<AgentPath> = {}): AgentPath {
  const views = [session('boss', 'writer', { paths })]
  return {
    apiVersion: 'vagus/v1',
    kind: 'AgentPath',
    from: { name: 'boss', id: idOf('boss') },
    to: { name: 'writer', id: idOf('writer') },
    views,
    ...whyNotBetter({ views, to: idOf('writer'), addresses }),
    addresses,
    hold: true,
    ...more,
  }
}
const relayed = path('relay', { primary: true })
const drawn = (one: AgentPath, columns = 80): string => {
  const text = agentPathText(one, { columns, paint: noPaint, detail: 'plain' }, sessionsNow)
  for (const line of text.split('\n')) assert.ok(Array.from(line).length <= columns || line.includes('relay://'), line)
  return text
}
const reasons = (one: AgentPath): readonly string[] => one.whyNot.map(({ address, reason }) => `${address} ${reason}`)

describe('why data does not go a better way', () => {
  test('is no question where it goes directly', () => {
    assert.deepEqual(found([path('udp', { primary: true })], [udp, tcp]).whyNot, [])
    assert.match(
      drawn(found([path('udp', { primary: true })], [udp])),
      /^boss → writer: directly, over UDP, udp 10\.18\.0\.2:7601, 41 ms\nsession of 3m 20s, reported by boss 2\.2 s ago\n\nno path is better$/,
    )
  })
  for (const [state, says] of [
    ['dead', /was tried and is dead/],
    ['suspect', /was tried and is suspect/],
    ['validating', /is being tried now/],
    ['alive', /is alive but not used/],
  ] as const)
    test(`is said of a path that is ${state}`, () => {
      const [first] = reasons(found([relayed, path('udp', { state })], [udp]))
      assert.match(first!, says)
    })
  test('is said of a document that names no address of a better kind', () => {
    const one = found([relayed], [relay])
    assert.deepEqual(reasons(one), [
      'null the document names no udp address',
      'null the document names no tcp, ws or wss address',
    ])
    assert.match(drawn(one), /why not directly, over UDP\n {2}the document of writer names no udp address\n/)
  })
  test('is said of addresses without a path, and never that one was not tried which may have been', () => {
    const [loopback] = reasons(found([relayed], ['udp://127.0.0.1:7601']))
    assert.match(loopback!, /only from its own host/)
    const [, beside] = reasons(found([relayed], [udp, tcp]))
    assert.match(beside!, /^tcp:.* has no path: beside udp/)
    assert.match(reasons(found([relayed], [udp]))[0]!, /has no path: it did not answer, or is newer/)
    const many = Array.from({ length: 3 }, (_, at) => path('udp', { remote: `udp://192.0.2.${at}:1`, state: 'dead' }))
    assert.match(
      reasons(found([relayed, ...many], [udp]))[0]!,
      /has no path: there are 4 others, and one side opens at most 4/,
    )
  })
  test('is told of TCP as well, and of addresses that only the session knows', () => {
    const other = path('udp', { remote: 'udp://192.0.2.9:5', state: 'suspect' })
    const one = found([path('tcp', { primary: true }), other], [tcp])
    assert.match(drawn(one), /^boss → writer: over TCP, tcp 10\.18\.0\.2:7601/)
    assert.match(reasons(one)[0]!, /^udp:\/\/192\.0\.2\.9:5 was tried and is suspect/)
  })
  test('is read from the other end where the asking one tells nothing', () => {
    const { local, remote, ...more } = path('udp', { primary: true })
    const views = [session('writer', 'boss', { paths: [{ ...more, local: remote, remote: local }] })]
    const one = found([], [udp], { views, ...whyNotBetter({ views, to: idOf('writer'), addresses: [udp] }) })
    assert.match(drawn(one), /^boss → writer: directly, over UDP, udp 10\.18\.0\.2:7601/)
    assert.match(drawn(one), /reported by writer/)
  })
  test('is told of every kind where no path carries data', () => {
    const one = found([path('udp', { state: 'dead' })], [udp])
    assert.equal(one.path, null)
    assert.deepEqual(
      one.whyNot.map(({ instead }) => instead),
      ['udp', 'tcp', 'relay'],
    )
    assert.match(drawn(one), /^boss → writer: no path carries data now\n/)
  })
})

describe('without a session', () => {
  const none = { views: [], path: null, whyNot: [] }
  test('the addresses are told in the order in which they are tried', () => {
    const locators = [
      locator('relay', [relay]),
      locator('lan', [tcp, 'quic://x', udp]),
      locator('wifi', ['udp://1'], -1),
    ]
    const tried = triedAddresses(locators, now)
    assert.deepEqual(tried, { addresses: [udp, tcp, relay], hold: true })
    const text = drawn(found([], tried.addresses, { ...none, ...tried }))
    assert.match(
      text,
      /^boss → writer: no session now\n[^]*\n {2}1 {2}udp:[^\n]*\n {2}2 {2}tcp:[^\n]*\n {2}3 {2}relay:/,
    )
  })
  test('addresses that hold no more are tried all the same, and that is said', () => {
    const tried = triedAddresses([locator('lan', [udp], -1)], now)
    assert.deepEqual(tried, { addresses: [udp], hold: false })
    assert.match(drawn(found([], tried.addresses, { ...none, ...tried })), /all its addresses have expired/)
  })
  test('an agent that listens nowhere is said to', () =>
    assert.match(drawn(found([], [], none)), /the document of writer names no address/))
})
