import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newPlaces, newPrefixes, sameRoutes, toldIn } from '../../src/steer/routes.ts'

interface Path {
  readonly from: string
  readonly med?: number
  readonly path?: string
  readonly pathFrom?: 'external' | 'internal'
}

/** What FRR's `show bgp … json` prints, with the fields that change from one look to the next. */
function tableOf(version: number, routes: Readonly<Record<string, readonly Path[]>>): string {
  const entries = Object.entries(routes).map(([prefix, paths]) => [
    prefix,
    paths.map(({ from, med, path = '64512 64701', pathFrom = 'external' }, at) => ({
      valid: true,
      ...(at === 0 && { bestpath: true }),
      pathFrom,
      prefix,
      ...(med !== undefined && { metric: med }),
      weight: 0,
      peerId: from,
      path,
      origin: 'IGP',
      nexthops: [{ ip: from, afi: 'ipv4', used: true }],
    })),
  ])
  return JSON.stringify({ vrfName: 'default', tableVersion: version, routes: Object.fromEntries(entries) })
}

const sessions = (updates: number): string =>
  JSON.stringify({
    '10.1.0.8': { remoteAs: 64512, messageStats: { updatesRecv: updates, keepalivesRecv: 99 } },
    '10.1.0.14': { remoteAs: 64600, messageStats: { updatesRecv: 1000 } },
  })

const toldOf = (v4: string, updates = 4) => toldIn([[v4, tableOf(1, {}), sessions(updates)]], 64512)

describe('what a neighbour was told', () => {
  const office = { from: '10.1.0.8', med: 100 }

  test('is routes from our AS over our sessions, and the updates of these', () => {
    const fromItsOwn = { from: '10.1.0.14', pathFrom: 'internal' } as const
    const ofOthers = { from: '10.1.0.8', path: '64777' }
    const told = toldOf(tableOf(1, { '10.16.0.0/16': [office, fromItsOwn], '192.0.2.0/24': [ofOthers] }))
    assert.deepEqual(told, {
      routes: [{ prefix: '10.16.0.0/16', from: '10.1.0.8', med: 100, path: '64512 64701', nextHop: '10.1.0.8' }],
      updates: 4,
    })
  })

  test('is the same in another order, and with another best path or version of the table', () => {
    const other = { from: '10.1.0.10', med: 100 }
    const one = toldOf(tableOf(1, { '10.16.0.0/16': [office, other], '10.17.0.0/16': [office] }))
    assert.ok(sameRoutes(one, toldOf(tableOf(7, { '10.17.0.0/16': [office], '10.16.0.0/16': [other, office] }), 9)))
  })

  test('is another with another MED, a prefix more or one less', () => {
    const one = toldOf(tableOf(1, { '10.16.0.0/16': [office] }))
    const others = [
      { '10.16.0.0/16': [{ ...office, med: 200 }] },
      { '10.16.0.0/16': [office], '10.16.1.0/24': [office] },
      {},
    ].map((routes) => toldOf(tableOf(1, routes)))
    assert.deepEqual(
      others.map((other) => sameRoutes(one, other)),
      [false, false, false],
    )
    assert.deepEqual(
      others.map((other) => newPrefixes(one, other)),
      [[], ['10.16.1.0/24'], []],
    )
    const elsewhere = toldOf(tableOf(1, { '10.16.0.0/16': [office, { from: '10.1.0.10', med: 100 }] }))
    assert.deepEqual(
      [...others, elsewhere].map((other) => newPlaces(one, other)),
      [[], ['10.16.1.0/24 10.1.0.8'], [], ['10.16.0.0/16 10.1.0.10']],
    )
  })
})
