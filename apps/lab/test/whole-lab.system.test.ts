import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { DeviceList, Status } from '@vagus/api'
import { until } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { faultOf, labFault, labUp } from '../src/index.ts'
import type { LabUp } from '../src/index.ts'
import { operatorKeyOfLab } from '../src/outside/controller-home.ts'
import { freePort } from '../../../scripts/free-port.ts'

const skip = needs('netns', 'frr', 'softflowd')

describe('a small lab with everything', { skip }, () => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-lab-'))
  let lab: LabUp

  before(async () => {
    const listen = `127.0.0.1:${await freePort()}`
    lab = await labUp({ topology: 'small', mode: 'attached', home, listen, traffic: { load: 0.1 } })
  })
  after(async () => {
    await lab.down()
    rmSync(home, { recursive: true, force: true })
  })

  /** The first answer of the controller that `accept` accepts. */
  async function answer<Resource>(path: string, accept: (resource: Resource) => boolean): Promise<Resource> {
    const ask = async (): Promise<Resource> => (await (await fetch(`${lab.console}${path}`)).json()) as Resource
    return until(ask, accept, { seconds: 60 })
  }

  test('answers outside, and sees flows and counters of every router', async () => {
    const status = await answer<Status>('/v1/status', ({ ready, devices }) => ready && devices.exporting === 2)
    assert.deepEqual([status.domain, status.as, status.substrate], ['small', 64_512, lab.substrate])
    const { items } = await answer<DeviceList>('/v1/devices', ({ items }) => items.every(({ counters }) => counters))
    assert.deepEqual(
      items.map(({ name, protocols }) => [name, protocols]),
      [
        ['pe-1', ['ipfix']],
        ['pe-2', ['ipfix']],
      ],
    )
  })

  const areConnected = ({ items }: DeviceList): boolean =>
    items.every(({ agent }) => agent !== undefined && agent.connectedSince !== null)

  test('has agents beside its routers that negotiate, and whoever brought it up is its operator', async () => {
    await answer<DeviceList>('/v1/devices', areConnected)
    const path = `${lab.console}/v1/proposals/none-1/approval`
    const { hostname: host, port } = new URL(lab.console)
    const key = readFileSync(operatorKeyOfLab({ host, port: Number(port) }, home)!, 'utf8')
    const asked = await fetch(path, { method: 'DELETE', headers: { authorization: `Bearer ${key}` } })
    assert.deepEqual([asked.status, (await fetch(path, { method: 'DELETE' })).status], [404, 403])
  })

  test('answers no page of a stranger whose name resolves to this machine', async () => {
    const status = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const asked = request(`${lab.console}/v1/status`, { headers: { host } }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
        asked.once('error', reject)
        asked.end()
      })
    assert.deepEqual([await status('localhost:7600'), await status('evil.example:7600')], [200, 421])
  })

  test('is not answered while the controller is dead, and is again when it was restarted', async () => {
    const { undo } = await labFault(faultOf(['kill', 'controller']), { home })
    await assert.rejects(fetch(`${lab.console}/readyz`))
    await labFault(faultOf(undo!), { home })
    await answer<Status>('/v1/status', ({ ready, devices }) => ready && devices.exporting === 2)
    await answer<DeviceList>('/v1/devices', areConnected)
  })

  test('goes down with its controller in order, and leaves no file', async () => {
    await lab.down()
    assert.equal(await lab.ended, 'taken-down')
    assert.deepEqual(readdirSync(home), [])
    await assert.rejects(fetch(`${lab.console}/readyz`))
  })
})
