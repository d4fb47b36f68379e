import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { configSchema, reportHoldsSeconds, sessionListSchema } from '@vagus/api'
import { type Locator, verifyDocument } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import type { ListedAgent } from '../../src/agents/agent-list.ts'
import type { HeldReport } from '../../src/agents/session-reports.ts'
import { domainOf, numberedConfig, numberingOf } from '../../src/domain/numbering.ts'
import { siteLookup } from '../../src/domain/site-lookup.ts'
import { prometheusText } from '@vagus/signals'
import { agentMetrics } from '../../src/resources/agent-metrics.ts'
import { agentListOf } from '../../src/resources/agents.ts'
import { sessionListOf } from '../../src/resources/sessions.ts'
import { documentOf } from '../support/agent-document.ts'
import { pathOf, sessionOf } from '../support/session-report.ts'

const now = Date.UTC(2026, 10, 26)
const exp = now / 1000 + 60

const config = configSchema.parse({
  sites: [
    { name: 'office', prefixes: ['10.1.0.0/16', '2001:db8:1::/48'] },
    { name: 'lab', prefixes: ['10.1.7.0/24'] },
    { name: 'routers', kind: 'infrastructure', prefixes: ['10.0.0.0/24'] },
  ],
})
const numbered = numberedConfig(config)
const siteOf = siteLookup(
  domainOf(numbered, numberingOf({ devices: [], sites: ['gone'], applications: [] }, numbered)),
  config,
)

const memberOf = (): undefined => undefined
const movingOf = (): undefined => undefined

function agent(...locators: Omit<Locator, 'sequence'>[]): ListedAgent {
  const document = documentOf('a', 1, now, { locators: locators.map((one) => ({ sequence: 1, ...one })) })
  const read = verifyDocument(document, now, identityCrypto)
  assert.ok(read.type === 'verified')
  return { name: 'a', document, seenAt: now, presence: 'published', quietSince: now, identity: read.identity }
}
const at = (...addresses: string[]): ListedAgent => agent({ network: 'lan', exp, addresses })

describe('the site of an agent', () => {
  const rows: readonly [string, ListedAgent, string | null][] = [
    ['is that with the longest prefix', at('udp://10.1.7.2:7601'), 'lab'],
    ['follows an IPv6 address', at('tcp://[2001:db8:1::5]:7601'), 'office'],
    [
      'follows the first direct address',
      at('relay://did:key:z6MkA/10', 'ws://10.1.0.1/vagus', 'udp://10.1.7.2:7601'),
      'office',
    ],
    ['passes over a host that is a name', at('wss://a.example/vagus', 'udp://10.1.0.1:7601'), 'office'],
    [
      'follows no locator that has ended',
      agent({ network: 'lan', exp: now / 1000, addresses: ['udp://10.1.0.1:7601'] }),
      null,
    ],
    ['passes over its own loopback', at('udp://127.0.0.1:7601', 'udp://[::1]:7601', 'udp://10.1.0.1:7601'), 'office'],
    ['is none when no prefix holds it', at('udp://192.0.2.1:7601', 'udp://10.1.0.1:7601'), null],
    ['is none for what is no address', at('udp://1.2.3:7601'), null],
    ['is none for our infrastructure', at('udp://10.0.0.1:7601'), null],
    ['is none without a locator', agent(), null],
  ]
  for (const [title, one, site] of rows) {
    test(title, () => assert.equal(agentListOf([one], {}, { now, siteOf, memberOf, movingOf }).items[0]?.site, site))
  }
})

const report = (name: string, sessions: HeldReport['sessions'], more = 0): HeldReport => ({
  agent: `did:${name}`,
  at: now,
  receivedAt: now,
  sessions,
  more,
})
const reports = [
  report('b', [
    sessionOf('did:a', now, { role: 'responder', paths: [pathOf('tcp', '10.1.0.1:9')] }),
    sessionOf('did:z', now, { role: 'responder', paths: [] }),
  ]),
  report('a', [sessionOf('did:c', now, { paths: [pathOf('relay', 'did:gate/1')] }), sessionOf('did:b', now)], 4),
]

test('an agent that told of its sessions is silent when it does no longer; one that never did, or ended, is not', () => {
  const here = at('udp://10.1.0.1:7601')
  const rows: readonly [ListedAgent, string][] = [
    [here, 'reachable'],
    [{ ...here, presence: 'told' }, 'silent'],
    [{ ...here, presence: 'told', quietSince: now + 1 }, 'reachable'],
    [{ ...here, presence: 'ended' }, 'away'],
    [{ ...agent(), presence: 'told' }, 'away'],
    [{ ...agent(), presence: 'told', quietSince: now + 1 }, 'reachable'], // a gateway has no address, and is there
  ]
  const later = now + reportHoldsSeconds * 1000
  for (const [one, state] of rows)
    assert.equal(agentListOf([one], {}, { now: later, siteOf, memberOf, movingOf }).items[0]?.state, state)
})

describe('a list of agents with a claim', () => {
  const made = (name: string, claims: { readonly role?: string; readonly skills?: readonly string[] }, more = {}) => {
    const read = verifyDocument(documentOf(name, 1, now, claims), now, identityCrypto)
    assert.ok(read.type === 'verified')
    return {
      ...at('udp://10.1.0.1:7601'),
      name,
      identity: { ...read.identity, locators: here.identity.locators },
      ...more,
    }
  }
  const here = at('udp://10.1.0.1:7601')
  const all = [
    made('a', { skills: ['report.write'], role: 'desk' }, { presence: 'ended' }),
    made('b', { skills: ['report.write', 'calc'] }),
    made('c', { skills: ['report'] }),
    made('d', { skills: ['report.write'] }, { presence: 'told', quietSince: now - reportHoldsSeconds * 1000 }),
    made('e', { skills: ['report.write'] }),
  ]
  const listed = (query: Parameters<typeof agentListOf>[1]) => {
    const { items, more } = agentListOf(all, query, { now, siteOf, memberOf, movingOf })
    return [items.map(({ name }) => name).join(''), more]
  }

  test('has those that make it, by name', () => {
    assert.deepEqual(listed({}), ['abcde', 0])
    assert.deepEqual(listed({ skill: 'report.write' }), ['abde', 0])
    assert.deepEqual(listed({ skill: 'report' }), ['c', 0])
    assert.deepEqual(listed({ skill: 'report.write', role: 'worker' }), ['bde', 0])
    assert.deepEqual(listed({ role: 'nobody' }), ['', 0])
  })
  test('has at most so many, the reachable ones first, and says how many are left out', () => {
    assert.deepEqual(listed({ skill: 'report.write', n: 2 }), ['be', 2])
    assert.deepEqual(listed({ skill: 'report.write', n: 3 }), ['bed', 1])
    assert.deepEqual(listed({ skill: 'report.write', n: 9 }), ['beda', 0])
  })
})

test('metrics count agents by state, and each pair with a session once, by the path that the initiator tells', () => {
  const quiet: ListedAgent = { ...at('udp://10.1.0.1:7601'), presence: 'told', quietSince: now - 60_000 }
  const text = prometheusText(agentMetrics([at('udp://10.1.0.1:7601'), quiet, agent()], reports, now))
  const figures = [...text.matchAll(/^(vagus_.*)$/gm)].map(([, line]) => line)
  assert.deepEqual(figures, [
    'vagus_agents{state="reachable"} 1',
    'vagus_agents{state="silent"} 1',
    'vagus_agents{state="away"} 1',
    'vagus_sessions{path="udp"} 1',
    'vagus_sessions{path="tcp"} 0',
    'vagus_sessions{path="ws"} 0',
    'vagus_sessions{path="relay"} 1',
    'vagus_sessions{path="none"} 1',
  ])
})

describe('the list of sessions', () => {
  const nameOf = (id: string): string | undefined => (id === 'did:z' ? undefined : id.slice('did:'.length))
  const pairs = (agent?: string, peer?: string) => {
    const { items, more } = sessionListSchema.parse(sessionListOf(reports, { agent, peer }, nameOf))
    return [...items.map((one) => `${one.agent.name}>${one.peer.name ?? one.peer.id}`), more]
  }

  test('goes by agent and peer, with the names of those that are listed', () => {
    assert.deepEqual(pairs(), ['a>b', 'a>c', 'b>a', 'b>did:z', 4])
    assert.equal(
      sessionListOf(reports, { agent: undefined, peer: undefined }, nameOf).items[0]?.toldAt,
      new Date(now).toISOString(),
    )
  })

  test('is of one agent, of one peer, or of both', () => {
    assert.deepEqual(pairs('did:b'), ['b>a', 'b>did:z', 0])
    assert.deepEqual(pairs(undefined, 'did:b'), ['a>b', 4])
    assert.deepEqual(pairs('did:b', 'did:a'), ['b>a', 0])
  })
})
