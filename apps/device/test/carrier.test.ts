import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type LinkTelemetry, TelemetryTable } from '@vagus/bgp/telemetry'
import type { RouteChange, Speaker } from '@vagus/speaker'
import { Carrier } from '../src/carrier.ts'

const at = 1_700_000_000_000
const as = 65_000
const [here, there] = [0x0a00_0001, 0x0a00_0002]
const links = 30

/** Of `here`, whose links are used by so many octets per second. */
const told = (sequence: number, useOf: (index: number) => number): readonly LinkTelemetry[] =>
  Array.from({ length: links }, (_, index) => ({
    key: { instance: 0, local: { as, bgpIdentifier: here }, remote: { as }, interface: index + 1 },
    name: `edge-1:eth${index + 1}`,
    capacity: 1e9,
    utilised: useOf(index),
    measurement: {
      congested: 'no',
      confidence: 100,
      sequence,
      agent: 1n,
      window: 500,
      threshold: 8e8,
      drops: 0,
      received: 0,
    },
  }))

/** A carrier of the router and what it sends, as changes of routes at the others. */
function carrier(bgpIdentifier: number, agent: bigint) {
  const sent: RouteChange[] = []
  const lines: string[] = []
  const table = new TelemetryTable()
  const announce: Speaker['announce'] = async (_to, what) => {
    if (!('prefixes' in what) || what.attributes === undefined) return
    for (const prefix of what.prefixes) sent.push({ prefix, paths: [{ attributes: what.attributes }] })
  }
  const options = {
    attribute: 240,
    peer: 'router',
    need: 'needed',
    nextHop: () => new Uint8Array([10, 0, 0, 1]),
    report: (line: string) => void lines.push(line),
  } as const
  const speaker = { announce, withdraw: async () => undefined }
  const made = new Carrier(speaker, { name: 'edge-1', as, bgpIdentifier, agent }, table, options)
  return { carrier: made, sent, lines, table }
}

describe('telemetry through the router (draft §4.3)', () => {
  test('keeps a link that got fuller and so came to another page, and lets go of one that no page has', async () => {
    const sender = carrier(here, 1n)
    const hearer = carrier(there, 2n)
    const held = async (now: number, all: readonly LinkTelemetry[], order: 'as sent' | 'last first') => {
      sender.sent.length = 0
      await sender.carrier.tell(all, 'changed', now)
      const changes = [...sender.sent]
      if (order === 'last first') changes.reverse()
      // each in an event of its own, as the router may send them
      for (const change of changes) hearer.carrier.receive([change], at + now)
      return hearer.table.links().length
    }
    assert.equal(
      await held(
        0,
        told(at, (index) => 1e8 - index),
        'as sent',
      ),
      links,
    )
    assert.ok(sender.sent.length > 1, 'several pages')
    const full = (index: number): number => (index === links - 1 ? 9e8 : 1e8 - index)
    assert.equal(await held(2000, told(at + 2000, full), 'as sent'), links)
    assert.equal(
      await held(
        4000,
        told(at + 4000, (index) => 1e8 - index),
        'last first',
      ),
      links,
    )
    assert.equal(await held(6000, told(at + 6000, full).slice(0, -1), 'as sent'), links - 1)
  })

  test('says once that another agent has the same prefixes', async () => {
    const one = carrier(0x0a04_0001, 1n)
    const other = carrier(0xac10_0001, 2n)
    await one.carrier.tell(
      told(at, () => 1e8),
      'changed',
      0,
    )
    other.carrier.receive(one.sent, at)
    other.carrier.receive(one.sent, at)
    assert.equal(other.lines.length, 1)
    assert.match(other.lines[0]!, /another agent announces 100\.64\.0\.16\/32 too, .* differs in the last 18 bits/)
    one.carrier.receive(one.sent, at)
    assert.deepEqual(one.lines, [])
  })
})
