import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EventList, FlowTop, Status } from '@vagus/api'
import { until } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { type ControllerProcess, newFolder, startProcess } from './support/controller-process.ts'
import { dataSets, message, templateSet } from './support/ipfix.ts'

const flowsADatagram = 20

const anyOctet = (): number => Math.floor(Math.random() * 256)
const anyAddress = (): string => `10.${anyOctet()}.${anyOctet()}.${anyOctet()}`

/** Datagrams of one exporter, numbered on from `sent` flows that are not alike: what is, takes no room in the log. */
function datagrams(count: number, sent: number): readonly Uint8Array[] {
  const at = Date.now()
  return Array.from({ length: count }, (_, index) => {
    const flows = Array.from({ length: flowsADatagram }, () => ({
      src: anyAddress(),
      dst: anyAddress(),
      octets: Math.floor(Math.random() * 2 ** 31),
      end: at - Math.floor(Math.random() * 60_000),
    }))
    return message(sent + index * flowsADatagram, at, dataSets(flows))
  })
}

/** A home on a disk of its own that has 2 MB left, and the script that starts a controller there. */
function smallDisk(folder: string): { readonly home: string; readonly within: string } {
  const home = join(folder, 'home')
  mkdirSync(home)
  const mount = `mount -t tmpfs -o size=24m none "$0" && head -c 22m /dev/zero > "$0/filler"`
  return { home, within: `exec unshare -rm sh -ec '${mount}; exec "$@"' ${home} "$@"` }
}

async function storeEventsOf(controller: ControllerProcess): Promise<EventList['items']> {
  return (await controller.json<EventList>('/v1/events?topics=store')).items
}
const eventsOf = async (controller: ControllerProcess): Promise<readonly string[]> =>
  (await storeEventsOf(controller)).map(({ event }) => event)

/** Sends flows until the disk is full, and some more. */
async function fill(controller: ControllerProcess, localPort: number): Promise<void> {
  await controller.send([message(0, Date.now(), templateSet())], localPort)
  let sent = 0
  for (let burst = 0; burst < 100 && !(await eventsOf(controller)).includes('store.disk-full'); burst++) {
    await controller.send(datagrams(250, sent), localPort)
    sent += 250 * flowsADatagram
  }
  await until(
    () => eventsOf(controller),
    (names) => names.includes('store.disk-full'),
  )
}

test(
  'records that a full disk does not take at the end are told, and the exit code is 1',
  { skip: needs('netns') },
  async () => {
    const folder = newFolder('')
    const controller = await startProcess(folder.folder, 0, smallDisk(folder.folder).within)
    try {
      await fill(controller, 45_736)
    } finally {
      const code = await controller.end('SIGTERM')
      folder.remove()
      assert.equal(code, 1)
      assert.match(controller.lines.join('\n'), /[1-9]\d* received records were given up at the end/)
    }
  },
)

test('a full disk is told, survived, and told to be over', { skip: needs('netns') }, async () => {
  const folder = newFolder('')
  const { home, within } = smallDisk(folder.folder)
  const controller = await startProcess(folder.folder, 0, within)
  try {
    await fill(controller, 45_735)
    const status = await controller.json<Status>('/v1/status')
    assert.equal(status.store.state, 'disk-full')
    assert.equal(status.ready, false)
    const { disk } = status.store
    assert.equal(disk?.folder, home)
    assert.ok(disk.freeOctets < 1e6, String(disk.freeOctets))
    assert.equal(status.flows.lastAt !== null, true)
    // It says how many records no answer has yet, and since when; answers end there.
    assert.ok(status.store.waiting > 0)
    const [told] = (await storeEventsOf(controller)).filter(({ event }) => event === 'store.disk-full')
    assert.ok(Number(told?.fields['waiting']) > 0)
    const { store } = await until(
      () => controller.json<Status>('/v1/status'),
      ({ store: { lagSeconds } }) => lagSeconds > 2,
    )
    const top = await controller.json<FlowTop>('/v1/flows/top?by=exporter&last=30m')
    assert.ok(Date.parse(top.window.to) <= Date.now() - store.lagSeconds * 1000)
    const lag = /^vagus_store_lag_seconds (.+)$/m.exec(await (await fetch(`${controller.base}/metrics`)).text())
    assert.ok(Number(lag?.[1]) > 2)

    rmSync(`/proc/${controller.pid}/root${join(home, 'filler')}`)
    await until(
      () => eventsOf(controller),
      (names) => names.includes('store.recovered'),
    )
    await until(
      () => controller.json<Status>('/v1/status'),
      ({ ready, store: { state, waiting, lagSeconds } }) => ready && state === 'ok' && waiting === 0 && lagSeconds < 2,
    )
  } finally {
    await controller.end('SIGTERM')
    folder.remove()
  }
})
