import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Agent, Connection } from '@vagus/agent'
import { type AnyMetric, prometheusText } from '@vagus/signals'
import { processMetrics } from '../../../../packages/observability/src/process-metrics.ts'
import { AgentMeters } from '../../src/observed/agent-metrics.ts'
import { CallMeters } from '../../src/observed/call-meters.ts'

const connection = {
  how: 'handshake',
  isSilent: false,
  streamCount: 2,
  paths: () => [{ kind: 'relay', primary: true }],
  events: async function* () {
    yield { event: 'gap', milliseconds: 300 }
    yield { event: 'path.switched', from: { kind: 'udp' }, to: { kind: 'relay' } }
  },
} as unknown as Connection // what is counted of it
const agent = {
  connected: () => [connection],
  exchanges: () => [],
  connections: async function* () {
    yield connection
  },
} as unknown as Agent

const meters = new AgentMeters(agent)
const calls = new CallMeters()
calls.count({ side: 'caller', protocol: 'mcp', outcome: '2xx', seconds: 0.02 })
await new Promise((resolve) => setImmediate(resolve))
const all: readonly AnyMetric[] = [
  ...processMetrics('1', { sent: 0, dropped: 0, waiting: 0 }),
  ...calls.metrics(),
  ...meters.metrics({ roster: { epoch: 3, issuedAt: 4000 } as never }, 10_000),
]
const text = prometheusText(all)

test('metrics of a side-car tell of its sessions, paths, gaps and roster', () => {
  for (const line of [
    'vagus_sessions{path="relay"} 1',
    'vagus_sessions{path="udp"} 0',
    'vagus_streams 2',
    'vagus_sessions_opened_total{how="handshake"} 1',
    'vagus_path_moves_total 1',
    'vagus_session_gap_seconds_bucket{le="0.25"} 0',
    'vagus_session_gap_seconds_bucket{le="0.5"} 1',
    'vagus_roster_epoch 3',
    'vagus_roster_age_seconds 6',
    'vagus_calls_total{side="caller",protocol="mcp",outcome="2xx"} 1',
    'vagus_call_seconds_bucket{side="caller",le="0.025"} 1',
  ])
    assert.ok(text.includes(`\n${line}\n`), line)
})

describe('the dashboard for Grafana', () => {
  const file = join(import.meta.dirname, '../../../../examples/grafana-side-cars.json')
  const dashboard = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[]
  }
  /** Of Prometheus itself, and of the text of a histogram. */
  const alwaysThere = ['instance', 'le']
  for (const { title, targets } of dashboard.panels)
    test(`asks for what there is: ${title}`, () => {
      for (const { expr } of targets) {
        const [name] = /vagus_\w+/.exec(expr) ?? []
        const lines = text.split('\n').filter((line) => line.match(/^\w+/)?.[0] === name)
        assert.ok(lines.length > 0, `no metric is called ${name}`)
        const [, by = ''] = /\bby \(([^)]*)\)/.exec(expr) ?? []
        for (const label of by.split(/,\s*/).filter((one) => one !== '' && !alwaysThere.includes(one)))
          assert.ok(lines[0]!.includes(`${label}="`), `${name} has no label ${label}`)
      }
    })
})
