import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceListText } from '../src/commands/device-ls.ts'
import { exporterListText } from '../src/commands/exporter-ls.ts'
import { statusText } from '../src/commands/status.ts'
import { loadCell } from '../src/load-cell.ts'
import { noPaint, type Paint } from '../src/paint.ts'
import { deviceList, exporterList, status } from './samples.ts'

const paint: Paint = { ...noPaint, warn: (text) => `warn(${text})`, bad: (text) => `bad(${text})` }

const drawn = (utilisation: number | null): string => {
  const cell = loadCell(utilisation, paint)
  return typeof cell === 'string' ? cell : cell.paint(cell.text)
}

test('a load is marked from 80 % and painted as bad from 90 %, as on the page', () => {
  assert.deepEqual([null, 0.79, 0.85, 0.92].map(drawn), ['–', '79.0 %', 'warn(! 85.0 %)', 'bad(! 92.0 %)'])
})

test('the same loss is painted alike of devices, of exporters and of all', () => {
  const canvas = { columns: 200, paint, detail: 'plain' } as const
  const [device, exporter] = [deviceList.items[0]!, exporterList.items[0]!]
  const grades = [
    [0.0005, ''],
    [0.005, 'warn'],
    [0.01, 'bad'],
  ] as const
  for (const [share, grade] of grades) {
    const texts = [
      deviceListText({ ...deviceList, items: [{ ...device, lostShare: share }] }, canvas),
      exporterListText({ ...exporterList, items: [{ ...exporter, lost: { ...exporter.lost, share } }] }, canvas),
      statusText(
        { ...status, quality: [], flows: { ...status.flows, lost: share * 1e6, records: 1e6 - share * 1e6 } },
        canvas,
      ),
    ]
    const painted = /(\w*)\( *(?:[<.\d]+ %|[\d,]+ lost)/
    for (const text of texts) assert.equal(painted.exec(text)?.[1] ?? '', grade, text)
  }
})
