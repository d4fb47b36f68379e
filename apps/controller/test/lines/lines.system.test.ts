/** Private lines of a controller in a process of its own, with the agents of four routers, over real sessions. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Lookup } from '@vagus/agent'
import type { AgentResource, EventList, Problem, Status } from '@vagus/api'
import { lineListSchema, type LineQuote, type LineResource } from '@vagus/api/lines'
import { publicKeyOf, verifyJws } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { eventually } from '../../../../scripts/eventually.ts'
import { newSeeds } from '../../../../packages/agent/test/identities.ts'
import { type ControllerProcess, newFolder, startProcess } from '../support/controller-process.ts'
import { LineResponder } from '../support/line-responder.ts'
import { idOfSeeds } from '../support/med-responder.ts'
import { diamond } from './diamond.ts'

const seeds = ['r1', 'r2', 'r3', 'r4'].map((name) => newSeeds(name))
const { agent, lines, devices, sites, links } = diamond(seeds.map(idOfSeeds))
const folder = newFolder(JSON.stringify({ agent, lines, devices, sites, links }))
const order = { from: 'dc-east', to: 'dc-west', bitsPerSecond: 20e6, for: '1h' }
let controller: ControllerProcess
let routers: readonly LineResponder[]

/** At the controller of the moment. */
const lookup: Lookup = {
  find: async (name) => {
    const response = await fetch(`${controller.base}/v1/agents/${encodeURIComponent(name)}`)
    return response.ok ? [{ document: ((await response.json()) as AgentResource).document }] : []
  },
}

async function send(method: string, path: string, body?: unknown, key?: string) {
  const operatorKey = readFileSync(join(folder.folder, 'home', 'operator.key'), 'utf8')
  const response = await fetch(controller.base + path, {
    method,
    headers: {
      authorization: `Bearer ${operatorKey}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, answer: (await response.json()) as LineResource & Problem }
}

const lineOf = (id: string): Promise<LineResource> => controller.json(`/v1/lines/${id}`)
const inForce = (): readonly (readonly string[])[] => routers.map((router) => router.inForce)
const heldBy = (number: number, over: 'r2' | 'r3') => {
  const end = [`hold ${number}`, `steer ${number}`]
  const [second, third] = over === 'r2' ? [[`hold ${number}`], []] : [[], [`hold ${number}`]]
  return [end, second, third, end]
}
const became = (id: string, state: LineResource['state']): Promise<LineResource> =>
  eventually(`${id} is ${state}`, async () => {
    const line = await lineOf(id)
    return line.state === state ? line : undefined
  })
const areConnected = async (): Promise<boolean> => {
  const response = await fetch(`${controller.base}/v1/line-quotes`, { method: 'POST', body: JSON.stringify(order) })
  const { considered } = (await response.json()) as LineQuote
  return considered.length === 2 && considered.every(({ problem }) => problem === null)
}

before(async () => {
  controller = await startProcess(folder.folder)
  const own = await controller.json<AgentResource>('/v1/agents/controller')
  routers = await Promise.all(
    seeds.map((one, at) => LineResponder.open({ name: `r${at + 1}`, steeredBy: own.id, lookup, seeds: one })),
  )
  await eventually('all agents are connected', areConnected)
  for (const [at, router] of routers.entries()) {
    const sent = { octets: 1278, packets: 1, dropped: 0 }
    router.tells = {
      sent: at === 1 || at === 2 ? [sent, sent] : [sent],
      probes: { sent: 9, lost: 0, p50: 90, p99: 99 },
    }
  }
})
after(async () => {
  await Promise.all(routers.map((router) => router.close()))
  await controller.end('SIGKILL')
  folder.remove()
})

describe('private lines of a real controller', { timeout: 400_000 }, () => {
  test('an order is there within seconds, at every router, and once for its key', async (t) => {
    const { status, answer } = await send('POST', '/v1/lines', order, 'first')
    assert.deepEqual([status, answer.id, answer.state], [201, 'line-1', 'setting-up'])
    const line = await became('line-1', 'active')
    assert.deepEqual(inForce(), heldBy(line.number!, 'r2'))
    t.diagnostic(`set up in ${line.setUpMs} ms`)
    const again = await send('POST', '/v1/lines', order, 'first')
    assert.deepEqual([again.status, again.answer.id], [200, 'line-1'])
    assert.deepEqual((await controller.json<Status>('/v1/status')).lines, { there: 1, coming: 0, missing: 0 })
    const { items } = await controller.json<EventList>('/v1/events?topics=line')
    assert.deepEqual(
      items.map(({ event }) => event),
      ['line.ordered', 'line.active'],
    )
  })

  test('kill -9 leaves it in force; the controller knows it again, and moves it', async () => {
    const { number } = await lineOf('line-1')
    await controller.end('SIGKILL')
    assert.deepEqual(inForce(), heldBy(number!, 'r2'))
    controller = await startProcess(folder.folder)
    assert.equal((await lineOf('line-1')).state, 'active')
    await eventually('all agents are connected again', areConnected)
    const { status, answer } = await send('PATCH', '/v1/lines/line-1', { avoid: 'r2' })
    assert.deepEqual([status, answer.moves, answer.detail], [200, 1, undefined])
    assert.deepEqual(inForce(), heldBy(answer.number!, 'r3'))
  })

  test('kill -9 in the midst of an order leaves nothing unowned: it is there when the controller is back', async () => {
    for (const wait of [0, 20, 60]) {
      const { answer } = await send('POST', '/v1/lines', { ...order, bitsPerSecond: 1e6 }, `killed-${wait}`)
      await new Promise((resolve) => setTimeout(resolve, wait))
      await controller.end('SIGKILL')
      controller = await startProcess(folder.folder)
      // Without agents it fails, and releases what it may have as soon as they are back.
      const line = await eventually(`${answer.id} is there or has failed`, async () => {
        const one = await lineOf(answer.id)
        return one.state === 'active' || one.state === 'failed' ? one : undefined
      })
      await eventually('all agents are connected again', areConnected)
      if (line.state === 'active') assert.equal((await send('DELETE', `/v1/lines/${line.id}`)).status, 200)
      const { number } = await lineOf('line-1')
      const expected = JSON.stringify(heldBy(number!, 'r3'))
      await eventually('only the first line is in force', () => JSON.stringify(inForce()) === expected)
    }
  })

  test('a router that declines is told in its words, and nothing is left at the others', async () => {
    const before = JSON.stringify(inForce())
    routers[3]!.declines = { part: 'steer', with: 'RESOURCE the table of rules is full' }
    const { answer } = await send('POST', '/v1/lines', order)
    const { because } = await became(answer.id, 'failed')
    assert.match(
      because,
      /^r4 does not take its steering of path \d+: the table of rules is full \(RESOURCE\); what was held is released$/,
    )
    assert.equal(JSON.stringify(inForce()), before)
    routers[3]!.declines = undefined
  })

  test('a router that says nothing is given up after a while, and another way is taken', async () => {
    routers[1]!.isMute = true
    const { answer } = await send('POST', '/v1/lines', order)
    const { path, number } = await became(answer.id, 'active')
    assert.equal(path?.hops[0]?.link, 'r1-r3')
    routers[1]!.isMute = false
    assert.equal((await send('DELETE', `/v1/lines/${answer.id}`)).status, 200)
    await eventually(
      'it is gone everywhere',
      () =>
        !inForce()
          .flat()
          .some((one) => one.endsWith(` ${number}`)),
    )
  })

  test('what it delivers is told in minutes, which the controller has signed', async () => {
    const line = await eventually(
      'a minute is over',
      async () => {
        const one = await lineOf('line-1')
        return one.proof === null ? undefined : one
      },
      { seconds: 130, every: 500 },
    )
    const own = await controller.json<AgentResource>('/v1/agents/controller')
    const key = publicKeyOf(own.id)
    assert.ok(key instanceof Uint8Array)
    const read = verifyJws(line.proof!, 'vagus-line-proof', key, identityCrypto)
    assert.ok(read.type === 'verified')
    const proof = JSON.parse(new TextDecoder().decode(read.payload)) as { iss: string; sub: string; minutes: object[] }
    assert.deepEqual([proof.iss, proof.sub, proof.minutes.length], [own.id, 'line-1', line.minutes.length])
    lineListSchema.parse(await controller.json('/v1/lines'))
  })

  test('a release leaves nothing, and metrics tell of it', async () => {
    assert.equal((await send('DELETE', '/v1/lines/line-1')).answer.because, 'the operator released it')
    assert.deepEqual(inForce(), [[], [], [], []])
    const metrics = await (await fetch(`${controller.base}/metrics`)).text()
    assert.match(metrics, /^vagus_lines\{state="released"\} [1-9]/m)
    assert.match(metrics, /^vagus_line_negotiations_total\{outcome="agreed"\} [1-9]/m)
  })
})
