/**
 * What goes wrong with collecting, done to the lab named small: an exporter stops, somebody sends garbage, a NetFlow v5
 * exporter is pointed at the controller, a link is unplugged, the disk is full. Each is told by name, and after each the
 * matrix has traffic between all sites.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { Event, EventList, EventName, ExporterList, LinkList, Matrix, Status } from '@vagus/api'
import { until } from '../scripts/eventually.ts'
import { needs } from '../scripts/needs.ts'

const run = promisify(execFile)
const home = mkdtempSync(join(tmpdir(), 'vagus-faults-'))
const listen = '127.0.0.1:7692'
const api = `http://${listen}`
const env = { ...process.env, VAGUS_HOME: home, VAGUS_CONTROLLER: api }

async function vagus(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['apps/cli/src/main.ts', ...args], { env })
  return stdout
}
const get = async <T>(path: string): Promise<T> => (await fetch(`${api}${path}`)).json() as Promise<T>

/** Reads events from now on: the first of `name` about `subject` that has come or comes. */
async function eventReader(): Promise<(name: EventName, subject?: string) => Promise<Event>> {
  const past = (await get<EventList>('/v1/events?limit=1')).items.at(-1)?.id ?? 0
  return async (name, subject) => {
    const isWanted = (event: Event): boolean =>
      event.event === name && (subject === undefined || event.subject === subject)
    const { items } = await until(
      () => get<EventList>(`/v1/events?after=${past}&limit=1000`),
      ({ items }) => items.some(isWanted),
    )
    return items.find(isWanted)!
  }
}

/** Soon every pair of sites has traffic in ten seconds, and next to nothing of all is without a place. */
async function assertMatrixFlows(): Promise<void> {
  await until(
    () => get<Matrix>('/v1/matrix?last=10s&cells=measured'),
    ({ bitsPerSecond, unresolved, total }) =>
      unresolved < total / 100 &&
      bitsPerSecond.every((row, source) => row.every((rate, sink) => source === sink || rate > 0)),
  )
}

describe('a user breaks what can break', { skip: needs('netns', 'frr', 'softflowd'), timeout: 180_000 }, () => {
  before(async () => {
    // Little traffic: what is told of a fault does not depend on how much there is.
    await vagus('lab', 'up', '--topology', 'small', '--load', '20', '--detach', '--listen', listen)
    await assertMatrixFlows()
  })
  after(async () => {
    await vagus('lab', 'down').catch(() => undefined)
    rmSync(home, { recursive: true, force: true })
  })

  test('garbage is counted and told once, with its sender and the octet where it went wrong', async () => {
    const event = await eventReader()
    const garbage = "for i in 1 2 3 4 5; do printf '\\377\\377garbage' > /dev/udp/10.255.0.1/4739; done"
    await vagus('lab', 'shell', 'pe-2', '--', 'bash', '-c', garbage)
    // An IPFIX message whose template set ends beyond it.
    const cut =
      "printf '\\0\\012\\0\\024\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\002\\0\\377' | cat > /dev/udp/10.255.0.1/4739"
    await vagus('lab', 'shell', 'controller', '--', 'bash', '-c', cut)
    const { fields } = await event('exporter.malformed', 'pe-2')
    assert.match(String(fields['problem']), /^octet 0: version 65535/)
    const messages = await until(
      () => get<ExporterList>('/v1/exporters'),
      ({ items }) => items.some(({ malformed }) => malformed === 1),
    )
    assert.equal(messages.items.find(({ malformed }) => malformed === 1)?.device, null)
    await assertMatrixFlows()
  })

  test('a NetFlow v5 exporter is told as unknown and as blind for IPv6, and changes no figure', async () => {
    const event = await eventReader()
    // Beside the controller, which is no configured device; what it sees is the exports of the others.
    const softflowd = 'softflowd -d -v 5 -i management -n 10.255.0.1:2055 -t maxlife=1 -t expint=1'
    const files = '-p /run/lab/v5.pid -c /run/lab/v5.ctl'
    const running = vagus('lab', 'shell', 'controller', '--', 'sh', '-c', `${softflowd} ${files}`).catch(
      () => undefined,
    )
    const unknown = await event('exporter.unknown')
    const blind = await event('exporter.no-ipv6', unknown.subject)
    assert.deepEqual([unknown.fields['protocol'], blind.fields['protocol']], ['netflow5', 'netflow5'])
    const { items } = await until(
      () => get<ExporterList>('/v1/exporters'),
      (list) => list.items.some(({ protocol, records }) => protocol === 'netflow5' && records > 0),
    )
    const v5 = items.find(({ protocol }) => protocol === 'netflow5')
    assert.deepEqual([v5?.sampling?.rate, v5?.device, v5?.malformed], [1, null, 0])
    await assertMatrixFlows()
    const { traffic } = await get<Status>('/v1/status')
    assert.ok(traffic.coverage! < 1.05, `more than the counters saw: ${traffic.coverage}`)
    await vagus('lab', 'shell', 'controller', '--', 'softflowctl', '-c', '/run/lab/v5.ctl', 'exit')
    await running
  })

  test('an unplugged link is told when it goes and when it comes back', async () => {
    const event = await eventReader()
    await vagus('lab', 'fault', 'link-down', 'pe-1-tr-1', '--for', '6s')
    const down = await event('link.down', 'pe-1-tr-1')
    assert.equal(down.severity, 'error')
    const { items } = await get<LinkList>('/v1/links')
    assert.deepEqual(
      items.filter(({ state }) => state === 'down').map(({ name }) => name),
      ['pe-1-tr-1'],
    )
    const up = await event('link.up', 'pe-1-tr-1')
    assert.ok(Number(up.fields['seconds']) >= 4, JSON.stringify(up))
    await assertMatrixFlows()
  })

  test('a full disk is told and survived, and nothing is given up when it has room again', async () => {
    const event = await eventReader()
    await vagus('lab', 'fault', 'fill-disk')
    assert.equal((await event('store.disk-full')).severity, 'error')
    assert.equal((await get<Status>('/v1/status')).store.state, 'disk-full')
    await assertMatrixFlows()
    await vagus('lab', 'fault', 'free-disk')
    assert.equal((await event('store.recovered')).fields['dropped'], 0)
    await until(
      () => get<Status>('/v1/status'),
      ({ store, ready }) => ready && store.state === 'ok',
    )
    await assertMatrixFlows()
  })

  test('an exporter that stops is told as silent while the others go on, and as back when it exports again', async () => {
    const event = await eventReader()
    await vagus('lab', 'fault', 'stop-exporter', 'pe-1')
    const silent = await event('exporter.silent', 'pe-1')
    assert.ok(Number(silent.fields['seconds']) >= 15)
    const { bitsPerSecond, names } = await get<Matrix>('/v1/matrix?last=10s&cells=measured')
    assert.ok(bitsPerSecond[names.indexOf('dc-east')]![names.indexOf('office')]! > 0)
    const { devices, quality } = await get<Status>('/v1/status')
    assert.deepEqual([devices.exporting, devices.silent], [1, 1])
    assert.ok(quality.some(({ severity, subject }) => severity === 'error' && subject === 'pe-1'))
    await vagus('lab', 'fault', 'start-exporter', 'pe-1')
    await event('exporter.resumed', 'pe-1')
    await assertMatrixFlows()
  })

  test('afterwards all is as before', async () => {
    const status = await get<Status>('/v1/status')
    assert.deepEqual([status.ready, status.devices.exporting, status.links.down], [true, 2, 0])
    assert.deepEqual(
      status.quality.filter(({ severity }) => severity === 'error'),
      [],
    )
  })
})
