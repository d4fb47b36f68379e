/** A surge as a controller sees one: counters of a link, flows of who it is, and a past that an earlier run wrote down. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type SeriesReading, UnusualSeries } from '@vagus/analytics'
import { type EventList, sentenceOf } from '@vagus/api'
import { type UnusualList, unusualListSchema } from '@vagus/api/unusual'
import { openControlStore } from '@vagus/store'
import { until } from '../../../../scripts/eventually.ts'
import { type ControllerProcess, newFolder, startProcess } from '../support/controller-process.ts'
import { startDevice, type TestDevice } from '../support/device.ts'
import { dataSets, message, templateSet, type TestFlow } from '../support/ipfix.ts'

const capacity = 10_000_000
const folder = newFolder(`
domain: test
unusual: { every: 5s }
devices:
  - name: pe-1
    role: edge
    address: 127.0.0.1
    interfaces:
      - { name: eth2, index: 2, site: office }
      - { name: eth3, index: 3, site: factory }
sites:
  - { name: office, prefixes: [10.1.0.0/16] }
  - { name: factory, prefixes: [10.2.0.0/16] }
links:
  - { name: to-office, a: { node: pe-1, interface: eth2 }, z: { node: office }, capacity: ${capacity} }
`)
const stepMs = 5000
let controller: ControllerProcess
let device: TestDevice
let exporting: NodeJS.Timeout
let sequence = 0

/** Half an hour in which the office sent some 300 kbit/s, as an earlier run of the controller would have kept it. */
function writePast(): void {
  const home = join(folder.folder, 'home')
  mkdirSync(home, { mode: 0o700 })
  const series = new UnusualSeries(86_400_000 / stepMs)
  const now = Math.floor(Date.now() / stepMs)
  const least = 0.02 * capacity
  for (let step = now - 360; step < now; step++) {
    const value = 300_000 * (1 + 0.05 * Math.sin(step * 2.3))
    const link: SeriesReading = { value, compare: 'ratio', least, measured: `counters ${least}` }
    series.step(new Map([['link to-office Z→A', link]]), step * stepMs)
  }
  const control = openControlStore({ path: join(home, 'control.sqlite') })
  control.put('unusual/series', { ...series.snapshot(), step: now - 1 }, Date.now())
  control.close()
}

/** What flowed in the second before `end`: everybody a little, and one host, during the surge, much. */
function flowsOf(end: number, isSurge: boolean): readonly TestFlow[] {
  const flow = (src: string, dst: string, octets: number): TestFlow => ({ src, dst, octets, interface: 2, end })
  const everybody = Array.from({ length: 8 }, (_, host) => flow(`10.1.0.${host + 1}`, `10.2.0.${host + 1}`, 4500))
  return isSurge ? [...everybody, flow('10.1.0.99', '10.2.0.7', 500_000)] : everybody
}

/** Of a quarter of a minute at once, as routers do with long flows; then each second. */
async function startExporting(): Promise<void> {
  const send = async (flows: readonly TestFlow[]): Promise<void> => {
    const sets = sequence === 0 ? [templateSet(), dataSets(flows)] : [dataSets(flows)]
    const datagram = message(sequence, Date.now(), ...sets)
    sequence += flows.length
    await controller.send([datagram], 45_733)
  }
  const now = Date.now()
  for (let ago = 15; ago >= 0; ago--) await send(flowsOf(now - ago * 1000, ago <= 3))
  exporting = setInterval(() => void send(flowsOf(Date.now(), true)), 1000)
}

before(async () => {
  writePast()
  controller = await startProcess(folder.folder)
  // 4.3 Mbit/s in place of 300 kbit/s.
  device = startDevice('127.0.0.1', { index: 2, name: 'eth2', bitsPerSecond: 4_300_000 }, controller.flowPort)
  await startExporting()
})
after(async () => {
  clearInterval(exporting)
  device?.stop()
  await controller?.end('SIGTERM')
  folder.remove()
})

describe('a controller that knows what is usual', () => {
  test('tells of a surge once, with what was expected, since when, and who it is', async () => {
    const { items } = await until(
      () => controller.json<EventList>('/v1/events?topics=traffic'),
      (list) => list.items.length > 0,
    )
    const [told] = items
    assert.equal(told!.event, 'traffic.unusual')
    assert.equal(items.filter(({ event }) => event === 'traffic.unusual').length, 1)
    const sentence = sentenceOf(told!)
    assert.match(sentence, /^Link to-office Z→A: [34]\.\d+ Mb\/s instead of (29|30|31)\d kb\/s since /)
    assert.match(sentence, /; office → factory \(\d+ % of it\); 10\.1\.0\.99 → 10\.2\.0\.7 port 443/)
  })

  test('lists it with its figures, and which series still learn', async () => {
    const list = await controller.json<UnusualList>('/v1/unusual')
    unusualListSchema.parse(list)
    const [one] = list.items
    assert.deepEqual([one!.id, one!.ended, one!.findings[0]!.way], ['u-1', null, 'up'])
    assert.ok(one!.findings[0]!.sure > 1)
    assert.ok(list.series.learning > 0 && list.series.learning < list.series.followed)
  })
})
