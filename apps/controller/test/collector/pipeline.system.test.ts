/** What comes of datagrams, with a log in a folder. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseAddress } from '@vagus/address'
import type { TrafficTotals } from '@vagus/analytics'
import { openFlowLog } from '@vagus/store'
import { Pipeline } from '../../src/collector/pipeline.ts'
import { dataSets, message, templateSet } from '../support/ipfix.ts'

const domain = {
  domain: { devices: [], sites: [], links: [], applications: [] },
  samplingRates: new Map<string, number>(),
  agentOf: new Map<string, string>(),
}
const from = { address: parseAddress('192.0.2.1'), port: 4739 }
const second = 1000
const hour = 3_600_000
const t0 = 1_700_000_000_000

test('the live window is kept until the domain is another one', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-pipeline-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const log = openFlowLog({ folder }, t0)
  t.after(() => log.close(t0))
  const pipeline = new Pipeline(domain, log, undefined, t0)
  const now = t0 + 300 * second
  const seconds = (): number => (pipeline.answer({ kind: 'totals', seconds: 60 }, now) as TrafficTotals).window.seconds
  pipeline.setDomain({ ...structuredClone(domain), agentOf: new Map([['192.0.2.9', '192.0.2.1']]) }, now)
  assert.equal(seconds(), 60)
  const applications = [{ name: 'dns', ports: [53], protocol: 'any' as const }]
  pipeline.setDomain({ ...domain, domain: { ...domain.domain, applications } }, now)
  assert.equal(seconds(), 5)
})

test('live figures go on when a clock that was an hour ahead is set right, and no exporter is blamed', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-pipeline-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const log = openFlowLog({ folder }, t0 + hour)
  t.after(() => log.close(t0))
  const pipeline = new Pipeline(domain, log, undefined, t0 + hour)
  let sent = 0
  /** A flow of 100 octets a second; `ahead` is by how much our clock is. */
  const run = (seconds: number, ahead: number): void => {
    for (const stop = sent + seconds; sent < stop; sent++) {
      const at = t0 + sent * second
      const flow = { src: '10.0.0.1', dst: '10.0.0.2', octets: 100, end: at }
      const octets = message(sent, at, templateSet(), dataSets([flow]))
      const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
      const { length } = octets
      pipeline.receive({ octets, view, memory: undefined, at: 0, end: length, each: length }, from, at + ahead)
      pipeline.tick(at + ahead)
      while (pipeline.catchUp() === 'done');
    }
  }
  run(20, hour)
  assert.equal(pipeline.collector.exporters()[0]!.clockBehind, hour)
  run(60, 0)
  const [exporter] = pipeline.collector.exporters()
  assert.deepEqual([exporter!.clockBehind, exporter!.isClockWrong], [0, false])
  const now = t0 + sent * second
  const totals = pipeline.answer({ kind: 'totals', seconds: 20 }, now) as TrafficTotals
  assert.deepEqual([totals.window.seconds, totals.octets], [20, 2000])
  assert.equal(pipeline.late, 0)
})
