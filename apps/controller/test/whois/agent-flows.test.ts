import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { agentFlowsSchema, agentTrafficSchema } from '@vagus/api/whois'
import { type AttributionQuery, type AttributionResult, severalHolders } from '@vagus/store'
import type { View } from '../../src/domain/view.ts'
import { agentFlowsOf, agentTrafficOf, marked } from '../../src/whois/agent-flows.ts'
import { CarriedHistory } from '../../src/whois/carried-history.ts'
import { HoldingBook } from '../../src/whois/holding-book.ts'
import { sessionOf } from '../support/session-report.ts'

const now = 1_790_000_000_000

/** A view whose store answers with these pairs; holders are named in the order of the book. */
function view(
  pairs: AttributionResult['pairs'],
  total: number,
): { readonly asked: AttributionQuery[]; readonly view: View } {
  const asked: AttributionQuery[] = []
  const none = { octets: 0, packets: 0, flows: 0 }
  const store = {
    stats: async () => ({ completeTo: Infinity }),
    attribution: async (query: AttributionQuery): Promise<AttributionResult> => {
      asked.push(query)
      return { ...query, keptSince: undefined, total: { ...none, octets: total, flows: 9 }, pairs, rest: none }
    },
  }
  const coverageHistory = { share: () => null }
  return { asked, view: { now: () => now, since: 0, report: undefined, store, coverageHistory } as unknown as View }
}

const volume = (octets: number) => ({ octets, packets: 1, flows: 1 })
function book(): HoldingBook {
  const made = new HoldingBook()
  for (const [index, agent] of ['a', 'b', 'c'].entries())
    made.tell(
      agent,
      [{ agent, place: { address: `192.0.2.${index}`, port: 7601, protocol: 'udp' }, speaker: 'self' }],
      now - 600_000,
    )
  return made
}
const grouping = {
  nameOf: (id: string) => (id === 'c' ? undefined : `name of ${id}`),
  rolesOf: (id: string) => (id === 'a' ? ['writer', 'boss'] : id === 'b' ? ['writer'] : []),
  fleetOf: (id: string) => (id === 'c' ? undefined : 'acme'),
}
const window = { milliseconds: 300_000, to: now - 60_000 }
const pairs = [
  { src: 1, dst: 2, ...volume(1000) },
  { src: 2, dst: undefined, ...volume(300) },
  { src: undefined, dst: 3, ...volume(200) },
  { src: severalHolders, dst: undefined, ...volume(50) },
  { src: severalHolders, dst: 1, ...volume(40) },
]

describe('traffic by', () => {
  const of = async (by: 'agent' | 'role' | 'fleet', n = 20) =>
    agentFlowsSchema.parse(await agentFlowsOf(view(pairs, 2000).view, book(), grouping, { by, n, window }))
  test('agent has what each sent and received, and says how much is of agents, and how much could be of several', async () => {
    const { items, attributed, ambiguous, total } = await of('agent')
    assert.deepEqual(
      items.map(({ key, sent, received, octets, share }) => [key, sent, received, octets, share]),
      [
        ['name of b', 300, 1000, 1300, 0.65],
        ['name of a', 1000, 40, 1040, 0.52],
        ['c', 0, 200, 200, 0.1],
      ],
    )
    assert.deepEqual([attributed.octets, ambiguous.octets, total.octets], [1540, 50, 2000])
  })
  test('role counts what goes from a role to itself once, and an agent in each of its roles', async () => {
    const { items } = await of('role')
    assert.deepEqual(
      items.map(({ key, sent, received, octets }) => [key, sent, received, octets]),
      [
        ['writer', 1300, 1040, 1340],
        ['boss', 1000, 40, 1040],
        ['no role', 0, 200, 200],
      ],
    )
  })
  test('fleet names those of none, and `n` says how many more there are', async () => {
    const { items, more } = await of('fleet', 1)
    assert.deepEqual([items.map(({ key }) => key), more], [['acme'], 1])
  })
  test('asks the store with the time and strength of each holding', async () => {
    const { asked, view: seen } = view([], 0)
    const { items, attributed } = await agentFlowsOf(seen, book(), grouping, { by: 'agent', n: 5, window })
    assert.deepEqual([items, attributed.share], [[], 0])
    assert.deepEqual(asked[0]?.holdings[0], {
      holder: 1,
      address: '192.0.2.0',
      port: 7601,
      protocol: 17,
      from: now - 600_000,
      to: window.to + 1,
      strength: 2,
    })
  })
})

describe('the traffic of one agent', () => {
  const counting = (sent: number, received: number, at: number) =>
    sessionOf('b', at, {
      since: new Date(now - 400_000).toISOString(),
      carried: { sent: { octets: sent, packets: 10 }, received: { octets: received, packets: 10 } },
    })
  test('is what flows saw beside what its side-car counts, over the same time, with the headers of IP and UDP', async () => {
    const carried = new CarriedHistory()
    const reports = [-100_000, -90_000, -80_000, -50_000, -5000]
    for (const at of reports)
      carried.take({
        agent: 'a',
        receivedAt: now + at,
        sessions: [counting(2000 + at / 100, 9000 + at / 50, now + at)],
      })
    const { asked, view: seen } = view(
      [
        { src: 1, dst: 2, ...volume(450) },
        { src: 2, dst: 1, ...volume(900) },
      ],
      2000,
    )
    const told = agentTrafficSchema.parse(
      await agentTrafficOf(seen, { book: book(), carried }, { id: 'a', name: 'a' }, 300_000),
    )
    assert.deepEqual([asked[0]?.from, asked[0]?.to], [now - 100_000, now - 50_000])
    assert.deepEqual([told.flows.sent.octets, told.flows.received.octets], [450, 900])
    assert.deepEqual([told.sideCar?.sent.octets, told.sideCar?.received.octets, told.seen], [500, 1000, 0.9])
  })
  test('of which nobody counts is what flows saw', async () => {
    const { view: seen } = view([], 0)
    const told = await agentTrafficOf(
      seen,
      { book: book(), carried: new CarriedHistory() },
      { id: 'x', name: 'x' },
      400_000,
    )
    assert.deepEqual([told.flows.sent.octets, told.sideCar, told.seen], [0, null, null])
  })
})

describe('what side-cars count', () => {
  const take = (history: CarriedHistory, at: number, sessions: Parameters<typeof sessionOf>[2][]) =>
    history.take({ agent: 'a', receivedAt: now + at, sessions: sessions.map((more) => sessionOf('b', now, more)) })
  const carried = (octets: number) => ({ sent: { octets, packets: 1 }, received: { octets, packets: 1 } })
  test('grows with sessions that come, go and begin anew; headers count by transport and family', () => {
    const history = new CarriedHistory()
    take(history, 0, [])
    take(history, 10_000, [{ carried: carried(100) }])
    take(history, 20_000, [{ carried: carried(150) }])
    assert.equal(history.over('a', 60_000, now + 30_000)?.sent, 50)
    take(history, 30_000, [])
    take(history, 40_000, [{ since: new Date(now + 30_000).toISOString(), carried: carried(10) }])
    assert.equal(history.over('a', 60_000, now + 50_000)?.sent, 50 + 10 + 28)
    assert.equal(history.over('a', 10_000, now + 50_000)?.sent, 10 + 28)
    assert.equal(history.over('a', 60_000, now + 5000), undefined)
    history.forget('a')
    assert.equal(history.over('a', 60_000, now + 50_000), undefined)
  })
})

test('the largest flows name the agents at their addresses: of the port, if that is asked for, the best known', () => {
  const made = book()
  made.tell(
    'x',
    [{ agent: 'x', place: { address: '192.0.2.0', port: 7601, protocol: 'udp' }, speaker: 'document' }],
    now - 600_000,
  )
  made.tell(
    'edge',
    [{ agent: 'b', place: { address: '192.0.2.0', port: undefined, protocol: undefined }, speaker: 'edge' }],
    now - 600_000,
  )
  const top = (by: readonly string[], key: Record<string, string>) =>
    marked(
      {
        by,
        window: { from: new Date(now - 60_000).toISOString(), to: new Date(now).toISOString(), seconds: 60 },
        items: [{ key }],
      } as unknown as Parameters<typeof marked>[0],
      made,
      grouping.nameOf,
    ).items[0]!.agents
  assert.deepEqual(top(['src', 'dst'], { src: '192.0.2.0', dst: '192.0.2.1' }), {
    src: { name: '3 agents', id: null },
    dst: { name: 'name of b', id: 'b' },
  })
  assert.deepEqual(top(['src', 'srcPort'], { src: '192.0.2.0', srcPort: '443' }), {
    src: { name: 'name of b', id: 'b' },
  })
  assert.equal(top(['src'], { src: '192.0.2.9' }), undefined)
  assert.equal(top(['application'], { application: 'https' }), undefined)
})
