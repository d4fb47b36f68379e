import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exporterListSchema } from '@vagus/api'
import { deviceInterfacesSchema } from '@vagus/api/counters'
import { deviceInterfacesText } from '../src/commands/device-interfaces.ts'
import { exporterListText } from '../src/commands/exporter-ls.ts'
import { noPaint } from '../src/paint.ts'

const now = '2026-11-28T12:00:00.000Z'
const canvas = { columns: 110, paint: noPaint, detail: 'plain' } as const
const asked = {
  version: '3',
  level: 'authPriv',
  place: '192.0.2.2:161',
  everySeconds: 30,
  state: 'answers',
  since: '2026-11-28T11:00:00.000Z',
  lastAt: '2026-11-28T11:59:50.000Z',
  problem: '',
  sysName: 'r2',
  upSince: '2026-11-25T12:00:00.000Z',
  missing: [],
  moved: [],
  tooFast: [],
}

test('exporter ls says where the counters of each device come from, and why one does not answer', () => {
  const list = exporterListSchema.parse({
    apiVersion: 'vagus/v1',
    kind: 'ExporterList',
    now,
    items: [],
    counters: [
      { device: 'r1', from: ['sflow'], since: '2026-11-28T10:00:00.000Z' },
      { device: 'r2', from: ['snmp'], since: '2026-11-28T11:00:00.000Z', snmp: asked },
      { device: 'r4', from: [], since: null, snmp: { ...asked, missing: ['xe-0/0/7', 'xe-0/0/8'] } },
      {
        device: 'r3',
        from: [],
        since: null,
        snmp: { ...asked, state: 'unreachable', problem: 'it knows no user "vagus": create it there' },
      },
    ],
  })
  const lines = exporterListText(list, canvas).split('\n')
  const lineOf = (device: string): string => lines.find((line) => line.startsWith(device))!
  assert.match(lineOf('r1 '), /sflow +2h +not asked/)
  assert.match(lineOf('r2 '), /snmp +1h/)
  assert.match(lineOf('r2 '), /v3 authPriv +192\.0\.2\.2:161/)
  assert.match(lineOf('r3 '), /none .*v3 authPriv unreachable/)
  assert.match(lines.at(-2)!, /^r4: it has no interface xe-0\/0\/7, xe-0\/0\/8; .*: vagus device interfaces$/)
  assert.match(lines.at(-1)!, /^r3: it knows no user "vagus": create it there$/)
})

test('device interfaces lists what a router has, and which of it vagus.yaml has', () => {
  const text = deviceInterfacesText(
    deviceInterfacesSchema.parse({
      apiVersion: 'vagus/v1',
      kind: 'DeviceInterfaces',
      device: 'r2',
      now,
      isCut: false,
      items: [
        {
          index: 501,
          name: 'xe-0/0/0',
          description: 'xe-0/0/0',
          alias: 'to transit',
          bitsPerSecond: 1e10,
          configured: 'xe-0/0/0',
        },
        { index: 502, name: 'xe-0/0/1', description: '', alias: '', bitsPerSecond: null, configured: null },
      ],
    }),
    canvas,
  )
  assert.match(text, /xe-0\/0\/0 +501 +10 Gb\/s +xe-0\/0\/0 +to transit/)
  assert.match(text, /2 interfaces · 1 in vagus\.yaml/)
})
