import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { View } from '@vagus/bgp/telemetry'
import type { Speaker } from '@vagus/speaker'
import { TelemetryExchange } from '../src/telemetry-exchange.ts'
import { TrafficViews } from '../src/traffic-views.ts'
import { ViewMaker } from '../src/view-telemetry.ts'
import { told } from './support/told.ts'

const at = 1_700_000_000_000
const round = 5000

/** Views of a router that knows no routes, made every five seconds. */
function made() {
  const traffic = new TrafficViews(at)
  const routes: Speaker['routes'] = async () => ({ total: 0, routes: [] })
  const maker = new ViewMaker(traffic, { routes }, 1n)
  let now = at
  return {
    /** The flows of these ports send for a round. */
    after: async (...ports: readonly number[]): Promise<readonly View[]> => {
      now += round
      for (const port of ports) traffic.take(told({ start: now - round, end: now - 1, port }), now)
      return maker.make(now)
    },
  }
}

const trendsOf = (views: readonly View[]): Readonly<Record<string, number | undefined>> =>
  Object.fromEntries(
    (views.find(({ kind }) => kind === 'flow')?.records ?? []).map(({ key, trend }) => [
      key.type === 'flow' ? key.sourcePort : '',
      trend,
    ]),
  )

describe('the views that are told', () => {
  test('give no trend to what the window before did not have, however long ago it was seen (draft §5)', async () => {
    const { after } = made()
    for (let rounds = 0; rounds < 6; rounds++) await after(1, 2)
    assert.deepEqual(trendsOf(await after(1, 2)), { 1: 0, 2: 0 })
    for (let rounds = 0; rounds < 20; rounds++) await after(1)
    await after(1, 2)
    await after(1, 2)
    assert.deepEqual(trendsOf(await after(1, 2)), { 1: 0, 2: undefined })
  })

  test('are withdrawn when the exporter has fallen silent', async () => {
    const { after } = made()
    const pages = new Set<string>()
    const exchange = new TelemetryExchange(
      {
        announce: async (_to, what) => void ('nlri' in what && what.nlri.forEach((nlri) => pages.add(String(nlri)))),
        withdraw: async (_to, what) => void ('nlri' in what && what.nlri.forEach((nlri) => pages.delete(String(nlri)))),
      },
      { name: 'edge-1', as: 65_000, bgpIdentifier: 1, agent: 1n },
      { peer: 'controller' },
    )
    for (let rounds = 0; rounds < 6; rounds++) await exchange.announceViews(await after(1, 2))
    assert.ok(pages.size >= 4, 'views are announced')
    for (let rounds = 0; rounds < 4; rounds++) await exchange.announceViews(await after())
    assert.equal(pages.size, 0)
  })
})
