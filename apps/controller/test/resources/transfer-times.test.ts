import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Link, configSchema } from '@vagus/api'
import type { LineQuote } from '@vagus/api/lines'
import { insightText } from '../../src/a2a/skills/insight-text.ts'
import { ProblemError } from '../../src/http/problem.ts'
import { transferTimesOf, type TransferView } from '../../src/resources/transfer-times.ts'

const config = configSchema.parse({
  domain: 'test',
  sites: ['east', 'west', 'north'].map((name, at) => ({ name, kind: 'site', prefixes: [`10.${at}.0.0/16`] })),
  devices: [
    { name: 'pe-1', role: 'edge', address: '192.0.2.1', interfaces: [{ name: 'e0', index: 1, site: 'east' }] },
    { name: 'pe-2', role: 'edge', address: '192.0.2.2', interfaces: [{ name: 'e0', index: 1, site: 'west' }] },
    { name: 'pe-3', role: 'edge', address: '192.0.2.3', interfaces: [{ name: 'e0', index: 1, site: 'north' }] },
  ],
  links: [
    { name: 'a', a: { node: 'pe-1', interface: 'e1' }, z: { node: 'pe-2', interface: 'e1' }, capacity: 10e6 },
    { name: 'b', a: { node: 'pe-1', interface: 'e2' }, z: { node: 'pe-3', interface: 'e1' }, capacity: 10e6 },
  ],
})
const load = (now: number | null) => ({
  now,
  bitsPerSecond: 0,
  utilisation: 0,
  fromFlows: 0,
  fromCounters: null,
  coverage: 1,
})
const linkOf = (name: string, now: number | null, more: Partial<Link> = {}): Link => ({
  name,
  a: { node: 'pe-1', interface: null },
  z: { node: 'pe-2', interface: null },
  capacity: 10e6,
  state: 'up',
  aToZ: load(now),
  zToA: load(0),
  ...more,
})
const view: TransferView = { config, links: [linkOf('a', 9.9e6), linkOf('b', 2e6)], lines: undefined, now: 0 }
const asked = { from: 'east', to: 'west, north', octets: 1e6 }

describe('how long a transfer takes', () => {
  test('is told of each site, with the link that limits it, or why it cannot be told', () => {
    const [west, north] = transferTimesOf(view, asked).items
    assert.deepEqual([west?.milliseconds, west?.because], [null, 'a is full: 9.90 Mb/s of 10 Mb/s are used'])
    assert.deepEqual([north?.milliseconds, north?.room, north?.links], [1076, 8e6, ['b']])
    assert.deepEqual(north?.limit, { link: 'b', direction: 'a-z', capacity: 10e6, load: 2e6, ageSeconds: null })
    const [back] = transferTimesOf(view, { ...asked, from: 'west', to: 'east' }).items
    assert.equal(back?.room, 10e6, 'the other direction is free')
  })

  test('goes by what an agent measures while that is fresh, and by its shaper', () => {
    const measured = {
      by: 'pe-1',
      capacity: 5e6,
      aToZ: 1e6,
      zToA: 0,
      congested: 'no',
      delayMicroseconds: null,
    } as const
    const roomWith = (ageSeconds: number): number | null | undefined => {
      const links = [linkOf('a', 9e6, { measured: { ...measured, ageSeconds } })]
      return transferTimesOf({ ...view, links }, { ...asked, to: 'west' }).items[0]?.room
    }
    assert.deepEqual([roomWith(1), roomWith(60)], [4e6, 1e6])
  })

  test('is not known without counters, and there is no way over a link that is down', () => {
    const ofLink = (link: Link) => transferTimesOf({ ...view, links: [link] }, { ...asked, to: 'west' }).items[0]
    assert.match(ofLink(linkOf('a', null))!.because, /^the load of a is not known/)
    assert.deepEqual(ofLink(linkOf('a', 0, { state: 'down' }))?.because, 'no way leads from east to west')
  })

  test('is told with a line, and what lines took to be there', () => {
    const lines = {
      quote: ({ to }: { readonly to: string }) => ({ possible: to === 'west', because: 'so' }) as LineQuote,
      list: () => ({ items: [{ setUpMs: 900 }, { setUpMs: null }, { setUpMs: 100 }, { setUpMs: 300 }] }),
    }
    const answer = transferTimesOf({ ...view, lines }, { ...asked, lineRate: 4e6 })
    assert.deepEqual(answer.items.map(({ line }) => line), [
      { possible: true, because: 'so', milliseconds: 2151, setUpMs: 300 },
      { possible: false, because: 'so', milliseconds: null, setUpMs: 300 },
    ]) // prettier-ignore
    assert.equal(
      insightText('transfer-time', answer),
      '1000000 octets from east: to west cannot be told (a is full: 9.90 Mb/s of 10 Mb/s are used); with a line 2.15 s; ' +
        'to north 1.08 s (b has least room: 2.00 Mb/s of 10 Mb/s are used); with a line not possible',
    )
    assert.match(transferTimesOf(view, { ...asked, lineRate: 1 }).items[0]!.line!.because, /no "lines"/)
  })

  test('is refused between sites that there are not, with those that are meant', () => {
    const problemOf = (from: string, to: string): string => {
      try {
        transferTimesOf(view, { from, to, octets: 1 })
        return ''
      } catch (error) {
        assert.ok(error instanceof ProblemError)
        return error.message
      }
    }
    assert.equal(problemOf('eats', 'west'), 'there is no site "eats"; did you mean "east"?')
    assert.equal(problemOf('east', 'nowhere'), 'there is no site "nowhere"; there are east, west, north')
    assert.match(problemOf('east', 'east'), /both "east"/)
    assert.match(problemOf('east', 'west,'.repeat(17)), /at most 16/)
  })
})
