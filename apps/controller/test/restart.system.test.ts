import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { EventList, ExporterList, FlowTop, Status } from '@vagus/api'
import { until } from '../../../scripts/eventually.ts'
import { dataPath, needsData } from '../../../scripts/needs.ts'
import { capturedDatagrams } from './support/capture.ts'
import { type ControllerProcess, newFolder, startProcess } from './support/controller-process.ts'
import { dataSets, message, templateSet } from './support/ipfix.ts'

const folders: { remove(): void }[] = []
const running = new Set<ControllerProcess>()
after(async () => {
  for (const controller of running) await controller.end('SIGKILL')
  for (const folder of folders) folder.remove()
})

async function start(folder: string, flowPort?: number): Promise<ControllerProcess> {
  const controller = await startProcess(folder, flowPort)
  running.add(controller)
  return controller
}

async function end(controller: ControllerProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  running.delete(controller)
  await controller.end(signal)
}

const flowsOf = (count: number, end: number) =>
  Array.from({ length: count }, (_, i) => ({ src: `10.1.0.${i + 1}`, dst: '10.2.0.1', octets: 1000, end }))
const status = (controller: ControllerProcess): Promise<Status> => controller.json<Status>('/v1/status')

test('after kill -9 every acknowledged record is there, and data without its template is understood', async () => {
  const folder = newFolder('domain: test')
  folders.push(folder)
  const localPort = 45_733
  const first = await start(folder.folder)
  const at = Date.now()
  await first.send([message(0, at, templateSet()), message(0, at, dataSets(flowsOf(20, at)))], localPort)
  await until(
    () => status(first),
    ({ flows }) => flows.records === 20,
  )
  await end(first, 'SIGKILL')

  const second = await start(folder.folder, first.flowPort)
  await second.send([message(20, Date.now(), dataSets(flowsOf(7, Date.now())))], localPort)
  const { items } = await until(
    () => second.json<ExporterList>('/v1/exporters'),
    (list) => list.items.some(({ records }) => records === 7),
  )
  assert.equal(items[0]?.parked, 0)
  await until(
    () => status(second),
    ({ store }) => store.records === 27,
  )
  const { items: events } = await second.json<EventList>('/v1/events?topics=controller,exporter')
  assert.deepEqual(
    events.map(({ id }) => id),
    events.map(({ id }) => id).sort((a, b) => a - b),
  )
  assert.equal(events.filter(({ event }) => event === 'controller.started').length, 2)
  await end(second, 'SIGTERM')

  const third = await start(folder.folder, first.flowPort)
  await until(
    () => status(third),
    ({ store }) => store.records === 27,
  )
  await end(third, 'SIGTERM')
})

const capture = 'flow/exporters/softflowd-ipfix.pcap'
test("softflowd's IPFIX gives the octets of the packets that it saw", { skip: needsData(capture) }, async () => {
  const folder = newFolder('')
  folders.push(folder)
  const controller = await start(folder.folder)
  await controller.send(capturedDatagrams(dataPath(capture)).map(({ payload }) => payload))
  const window = `from=2020-01-01T00:00:00Z&to=${new Date(Date.now() + 60_000).toISOString()}`
  const top = await until(
    () => controller.json<FlowTop>(`/v1/flows/top?by=version&${window}`),
    ({ items }) => items.length === 2,
  )
  const octets = Object.fromEntries(top.items.map((item) => [item.key['version'], item.octets]))
  assert.equal(octets['4'], 13_070_888) // packet truth
  assert.ok(Math.abs(octets['6']! / 41_040_192 - 1) < 0.005) // a flow was open when softflowd stopped
  await end(controller, 'SIGTERM')
})

test('an address that is taken is refused in one line, and nothing is left running', async () => {
  const folder = newFolder('')
  const other = newFolder('')
  folders.push(folder, other)
  const controller = await start(folder.folder)
  await assert.rejects(startProcess(other.folder, controller.flowPort), /bind to 127\.0\.0\.1 port \d+: EADDRINUSE/)
  await end(controller, 'SIGTERM')
})

test('flows of an exporter whose clock is an hour behind are in live figures and in those of the store', async () => {
  const folder = newFolder('')
  folders.push(folder)
  const controller = await start(folder.folder)
  const behind = Date.now() - 3_600_000
  await controller.send([message(0, behind, templateSet()), message(0, behind, dataSets(flowsOf(20, behind)))])
  for (const filter of ['', '&filter=version=4']) {
    const { items } = await until(
      () => controller.json<FlowTop>(`/v1/flows/top?by=version&last=1m${filter}`),
      (top) => top.items.length > 0,
      { seconds: 30 },
    )
    assert.equal(items[0]?.octets, 20_000)
  }
  const { items: events } = await controller.json<EventList>('/v1/events?topics=exporter')
  const told = events.find(({ event }) => event === 'exporter.clock')?.fields['seconds']
  assert.ok(Number(told) >= 3600 && Number(told) <= 3602, String(told)) // the header has whole seconds
  const { items } = await controller.json<ExporterList>('/v1/exporters')
  assert.equal(items[0]?.clock?.isWrong, true)
  await end(controller, 'SIGTERM')
})
