import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  bgpDiffSchema,
  bgpPeerListSchema,
  bgpRoutesSchema,
  deviceListSchema,
  exporterListSchema,
  flowTopSchema,
  linkListSchema,
  matrixSchema,
  neighbourListSchema,
  statusSchema,
} from '@vagus/api'
import { bgpRoutesText } from '../src/bgp/routes-view.ts'
import { bgpDiffText } from '../src/commands/bgp-diff.ts'
import { bgpPeersText } from '../src/commands/bgp-peers.ts'
import { deviceListText } from '../src/commands/device-ls.ts'
import { exporterListText } from '../src/commands/exporter-ls.ts'
import { flowTopText } from '../src/commands/flow-top.ts'
import { neighbourListText } from '../src/commands/grasp-ls.ts'
import { linkListText } from '../src/commands/link-ls.ts'
import { matrixText } from '../src/commands/matrix.ts'
import { statusText } from '../src/commands/status.ts'
import type { Canvas } from '../src/controller-options.ts'
import { noPaint } from '../src/paint.ts'
import {
  bgpDiff,
  bgpPeers,
  bgpRoutes,
  deviceList,
  exporterList,
  flowTop,
  linkList,
  matrix,
  neighbourList,
  status,
} from './samples.ts'

const canvas = (columns: number): Canvas => ({ columns, paint: noPaint, detail: 'plain' })
const golden = (name: string): string => readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8')

const views = [
  { name: 'status', schema: statusSchema, resource: status, draw: (on: Canvas) => statusText(status, on) },
  { name: 'matrix', schema: matrixSchema, resource: matrix, draw: (on: Canvas) => matrixText(matrix, on) },
  {
    name: 'grasp-ls',
    schema: neighbourListSchema,
    resource: neighbourList,
    draw: (on: Canvas) => neighbourListText(neighbourList, on),
  },
  { name: 'flow-top', schema: flowTopSchema, resource: flowTop, draw: (on: Canvas) => flowTopText(flowTop, on) },
  { name: 'link-ls', schema: linkListSchema, resource: linkList, draw: (on: Canvas) => linkListText(linkList, on) },
  {
    name: 'device-ls',
    schema: deviceListSchema,
    resource: deviceList,
    draw: (on: Canvas) => deviceListText(deviceList, on),
  },
  {
    name: 'exporter-ls',
    schema: exporterListSchema,
    resource: exporterList,
    draw: (on: Canvas) => exporterListText(exporterList, on),
  },
  {
    name: 'bgp-peers',
    schema: bgpPeerListSchema,
    resource: bgpPeers,
    draw: (on: Canvas) => bgpPeersText(bgpPeers, on),
  },
  { name: 'bgp-rib', schema: bgpRoutesSchema, resource: bgpRoutes, draw: (on: Canvas) => bgpRoutesText(bgpRoutes, on) },
  { name: 'bgp-diff', schema: bgpDiffSchema, resource: bgpDiff, draw: (on: Canvas) => bgpDiffText(bgpDiff, on) },
]

for (const { name, schema, resource, draw } of views) {
  describe(name, () => {
    test('is drawn from what the contract allows', () => void schema.parse(resource))
    for (const columns of [80, 100]) {
      test(`reads as the golden text at ${columns} columns, and fits`, () => {
        const drawn = draw(canvas(columns))
        assert.equal(`${drawn}\n`, golden(`${name}-${columns}`))
        for (const line of drawn.split('\n')) assert.ok(Array.from(line).length <= columns, line)
      })
    }
  })
}

describe('a matrix of many sites', () => {
  const names = Array.from({ length: 23 }, (_, at) => `site-${at}`)
  const large = {
    ...matrix,
    names,
    bitsPerSecond: names.map((_, source) => names.map((_, sink) => (source === sink ? 0 : 1e6 * (source + 1)))),
    ipv6Share: names.map(() => names.map(() => 0.5)),
  }
  test('goes into several tables, none wider than the terminal, none with a figure left out', () => {
    const drawn = matrixText({ ...large, version: '6' }, canvas(100))
    for (const line of drawn.split('\n')) assert.ok(line.length <= 100, line)
    const heads = drawn.split('\n').filter((line) => line.startsWith('FROM'))
    assert.ok(heads.length > 1)
    assert.deepEqual(heads.join(' ').match(/site-\d+/g), names)
  })
})

test('estimated tops show their error', () => {
  const estimated = { ...flowTop, method: 'space-saving' as const, items: [{ ...flowTop.items[0]!, error: 1234 }] }
  assert.match(flowTopText(estimated, canvas(100)), /±.*\n.*1\.23 kB/)
})
test('an empty table says so instead of showing a header alone', () => {
  assert.match(flowTopText({ ...flowTop, items: [] }, canvas(80)), /^no flows in this time\n/)
  assert.match(linkListText({ ...linkList, items: [] }, canvas(80)), /^no links configured\n/)
  assert.match(exporterListText({ ...exporterList, items: [] }, canvas(80)), /^no exporter/)
})
