import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EventList, Status } from '@vagus/api'
import { needs } from '../../../scripts/needs.ts'
import { newFolder, startProcess, until } from './support/controller-process.ts'
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

test('a full disk is told, survived, and told to be over', { skip: needs('netns') }, async () => {
  const folder = newFolder('')
  const home = join(folder.folder, 'home')
  mkdirSync(home)
  const full = `exec unshare -rm sh -ec 'mount -t tmpfs -o size=24m none "$0" && head -c 22m /dev/zero > "$0/filler"; exec "$@"' ${home} "$@"`
  const controller = await startProcess(folder.folder, 0, full)
  try {
    const events = async (): Promise<readonly string[]> =>
      (await controller.json<EventList>('/v1/events?topics=store')).items.map(({ event }) => event)
    const localPort = 45_735
    await controller.send([message(0, Date.now(), templateSet())], localPort)
    let sent = 0
    for (let burst = 0; burst < 100 && !(await events()).includes('store.disk-full'); burst++) {
      await controller.send(datagrams(250, sent), localPort)
      sent += 250 * flowsADatagram
    }
    await until(events, (names) => names.includes('store.disk-full'))
    const status = await controller.json<Status>('/v1/status')
    assert.equal(status.store.state, 'disk-full')
    assert.equal(status.ready, false)
    assert.equal(status.flows.lastAt !== null, true)

    rmSync(`/proc/${controller.pid}/root${join(home, 'filler')}`)
    await until(events, (names) => names.includes('store.recovered'))
    await until(
      () => controller.json<Status>('/v1/status'),
      ({ ready, store }) => ready && store.state === 'ok',
    )
  } finally {
    await controller.end('SIGTERM')
    folder.remove()
  }
})
