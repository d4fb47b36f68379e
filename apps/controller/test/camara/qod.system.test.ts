/** A session of a real controller, with the agents of four routers over real sessions and a sink that listens. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Lookup } from '@vagus/agent'
import type { AgentResource } from '@vagus/api'
import { profilesPath, qodPath, type SessionInfo } from '@vagus/api/camara'
import type { LineList, LineQuote } from '@vagus/api/lines'
import { eventually } from '../../../../scripts/eventually.ts'
import { newSeeds } from '../../../../packages/agent/test/identities.ts'
import { diamond } from '../lines/diamond.ts'
import { type ControllerProcess, newFolder, startProcess } from '../support/controller-process.ts'
import { LineResponder } from '../support/line-responder.ts'
import { idOfSeeds } from '../support/med-responder.ts'

const token = '0123456789abcdef'.repeat(4)
const seeds = ['r1', 'r2', 'r3', 'r4'].map((name) => newSeeds(name))
const { agent, lines, devices, sites, links } = diamond(seeds.map(idOfSeeds))
const folder = newFolder('')
const told: { readonly authorization: string | undefined; readonly type: string | undefined; readonly body: string }[] =
  []
const sink = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => void (body += chunk.toString()))
  request.on('end', () => {
    told.push({ authorization: request.headers.authorization, type: request.headers['content-type'], body })
    response.writeHead(told.length === 1 ? 500 : 204).end() // the first is told again
  })
})
let controller: ControllerProcess
let routers: readonly LineResponder[]
let sinkPort: number

/** At the controller of the moment. */
const lookup: Lookup = {
  find: async (name) => {
    const response = await fetch(`${controller.base}/v1/agents/${encodeURIComponent(name)}`)
    return response.ok ? [{ document: ((await response.json()) as AgentResource).document }] : []
  },
}

async function send(method: string, path: string, body?: unknown) {
  const response = await fetch(controller.base + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'x-correlator': 'test-1' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  assert.equal(response.headers.get('x-correlator'), 'test-1')
  return { status: response.status, answer: (text === '' ? undefined : JSON.parse(text)) as SessionInfo }
}

const areConnected = async (): Promise<boolean> => {
  const order = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 1e6, for: '1h' }
  const response = await fetch(`${controller.base}/v1/line-quotes`, { method: 'POST', body: JSON.stringify(order) })
  const { considered } = (await response.json()) as LineQuote
  return considered.length === 2 && considered.every(({ problem }) => problem === null)
}
const statuses = (): readonly (string | undefined)[] =>
  told.map(({ body }) => (JSON.parse(body) as { data: { qosStatus: string } }).data.qosStatus)

before(async () => {
  sink.listen(0, '127.0.0.1')
  await once(sink, 'listening')
  sinkPort = (sink.address() as AddressInfo).port
  const tokenFile = join(folder.folder, 'acme.token')
  writeFileSync(tokenFile, token, { mode: 0o600 })
  const camara = {
    profiles: [{ name: 'QOS_M', rate: 8_000_000 }],
    consumers: [{ name: 'acme', tokenFile }],
    sinks: [`127.0.0.1:${sinkPort}`],
  }
  folder.write(JSON.stringify({ agent, lines, camara, devices, sites, links }))
  controller = await startProcess(folder.folder)
  const own = await controller.json<AgentResource>('/v1/agents/controller')
  routers = await Promise.all(
    seeds.map((one, at) => LineResponder.open({ name: `r${at + 1}`, steeredBy: own.id, lookup, seeds: one })),
  )
  await eventually('all agents are connected', areConnected)
})
after(async () => {
  await Promise.all(routers.map((router) => router.close()))
  await controller.end('SIGKILL')
  sink.close()
  folder.remove()
})

describe('quality on demand of a real controller', { timeout: 120_000 }, () => {
  test('is there at the routers, told to the sink, kept over kill -9, and gone when it is deleted', async () => {
    const device = { ipv4Address: { publicAddress: '10.1.0.5', privateAddress: '10.1.0.5' } }
    const { status, answer } = await send('POST', `${qodPath}/sessions`, {
      device,
      applicationServer: { ipv4Address: '10.2.0.0/24' },
      qosProfile: 'QOS_M',
      duration: 600,
      sink: `http://127.0.0.1:${sinkPort}/hook`,
      sinkCredential: {
        credentialType: 'ACCESSTOKEN',
        accessToken: 'for-the-sink',
        accessTokenExpiresUtc: new Date(Date.now() + 3_600_000).toISOString(),
        accessTokenType: 'bearer',
      },
    })
    assert.deepEqual([status, answer.qosStatus], [201, 'REQUESTED'])
    const path = `${qodPath}/sessions/${answer.sessionId}`
    const isAvailable = async (): Promise<boolean> => (await send('GET', path)).answer.qosStatus === 'AVAILABLE'
    await eventually('it is AVAILABLE', isAvailable)
    assert.deepEqual(
      routers.map(({ inForce }) => inForce.length),
      [2, 1, 0, 2],
    )
    const { items } = await controller.json<LineList>('/v1/lines')
    assert.deepEqual(items[0]?.flow, { from: ['10.1.0.5/32'], to: ['10.2.0.0/24'] })
    await eventually('the sink was told twice, as it failed once', () => told.length === 2)
    assert.deepEqual(statuses(), ['AVAILABLE', 'AVAILABLE'])
    assert.deepEqual(told[1], {
      ...told[0],
      authorization: 'Bearer for-the-sink',
      type: 'application/cloudevents+json',
    })
    await controller.end('SIGKILL')
    controller = await startProcess(folder.folder)
    assert.ok(await isAvailable())
    assert.equal((await send('DELETE', path)).status, 204)
    assert.equal((await send('GET', path)).status, 404)
    await eventually('the sink was told of the end', () => statuses().at(-1) === 'UNAVAILABLE')
    await eventually('no router has anything', () => routers.every(({ inForce }) => inForce.length === 0))
    assert.equal((await send('GET', `${profilesPath}/qos-profiles/QOS_M`)).status, 200)
  })
})
