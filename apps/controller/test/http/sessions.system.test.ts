import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  agentResourceSchema,
  type Event,
  type EventList,
  maxReportOctets,
  type Problem,
  sentenceOf,
  sessionListSchema,
} from '@vagus/api'
import { shortId } from '@vagus/api/agent-id'
import { documentOf } from '../support/agent-document.ts'
import { type ControllerProcess, newFolder, startProcess } from '../support/controller-process.ts'
import { idOf, pathOf, reportOf, sessionOf, signed } from '../support/session-report.ts'

const folder = newFolder(`
domain: test
sites:
  - { name: office, prefixes: [10.1.0.0/16] }
`)
const [writer, reader, stranger] = [idOf(1), idOf(5), idOf(9)]
let controller: ControllerProcess

before(async () => (controller = await startProcess(folder.folder)))
after(async () => {
  await controller?.end('SIGTERM')
  folder.remove()
})

const put = (path: string, body: string | ReadableStream): Promise<Response> =>
  fetch(`${controller.base}/v1/agents/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/jose' },
    body,
    ...(typeof body === 'string' ? {} : { duplex: 'half' }),
  })
/** Status, and what the problem says. */
async function told(name: string, body: string | ReadableStream): Promise<readonly [number, string]> {
  const response = await put(`${name}/sessions`, body)
  const text = await response.text()
  return [response.status, text === '' ? '' : ((JSON.parse(text) as Problem).detail ?? '')]
}
const sessions = async (query = '') => sessionListSchema.parse(await controller.json(`/v1/sessions${query}`))
const sentencesOf = async (topics: string): Promise<readonly string[]> => {
  const { items } = await controller.json<EventList>(`/v1/events?topics=${topics}`)
  return items.map((event: Event) => `${event.subject}: ${sentenceOf(event)}`)
}

describe('a controller to which agents tell of their sessions', () => {
  test('says who was listed, where, and at which site', async () => {
    const locator = { sequence: 1, exp: Math.floor(Date.now() / 1000) + 600 }
    const locators = [{ ...locator, network: 'lan', addresses: ['udp://10.1.0.1:7601'] }]
    assert.equal((await put('writer', documentOf('writer', 1, Date.now(), { locators }))).status, 201)
    assert.equal((await put('reader', documentOf('reader', 1, Date.now(), { first: 5 }))).status, 201)
    assert.equal((await put('reader', documentOf('reader', 2, Date.now(), { first: 5 }))).status, 200)
    assert.equal(agentResourceSchema.parse(await controller.json('/v1/agents/writer')).site, 'office')
    assert.equal(agentResourceSchema.parse(await controller.json('/v1/agents/reader')).site, null)
    assert.deepEqual(await sentencesOf('agent'), [
      'writer: writer (worker) has published itself, at lan',
      'reader: reader (worker) has published itself, at no address',
    ])
  })

  test('takes their reports, and shows what each end tells', async () => {
    const at = Date.now()
    const toReader = sessionOf(reader, at, { paths: [pathOf('udp', '10.1.0.9:7601')] })
    const report = reportOf(writer, at, [toReader, sessionOf(stranger, at)], 2)
    assert.deepEqual(await told('writer', signed(report, 1)), [204, ''])
    const other = reportOf(reader, at, [sessionOf(writer, at, { role: 'responder' })])
    assert.deepEqual(await told(encodeURIComponent(reader), signed(other, 5)), [204, ''])
    const { items, more } = await sessions()
    assert.deepEqual(
      items.map(({ agent, peer }) => [agent.name, peer.name, peer.id]),
      [
        ['reader', 'writer', writer],
        ['writer', null, stranger],
        ['writer', 'reader', reader],
      ],
    )
    assert.equal(more, 2)
    assert.ok(Math.abs(Date.parse(items[0]!.toldAt) - at) < 60_000)
    assert.equal((await sessions('?agent=writer&peer=reader')).items.length, 1)
    assert.equal((await sessions(`?peer=${encodeURIComponent(stranger)}`)).items.length, 1)
    assert.equal((await sessions(`?agent=${encodeURIComponent(stranger)}`)).items.length, 0)
  })

  test('tells what changed from one report to the next', async () => {
    const at = Date.now() + 1000
    const moved = sessionOf(reader, at, {
      paths: [pathOf('relay', `${stranger}/handle`)],
      gaps: { count: 1, lastMs: 1310.2, longestMs: 1310.2 },
    })
    assert.deepEqual(await told('writer', signed(reportOf(writer, at, [moved], 1), 1)), [204, ''])
    assert.deepEqual(await told('writer', signed(reportOf(writer, at + 1), 1)), [204, ''])
    assert.deepEqual(await sentencesOf('session'), [
      'writer: writer has a session with reader, over udp 10.1.0.9:7601',
      `writer: writer has a session with ${shortId(stranger)}, over udp 10.18.0.2:7601`,
      `writer: writer reaches reader over relay ${shortId(stranger)}, no longer over udp 10.1.0.9:7601`,
      'writer: writer heard nothing from reader for 1.3 s',
      'writer: The session of writer with reader has ended',
    ])
  })

  test('counts agents and pairs for Prometheus', async () => {
    const text = await (await fetch(`${controller.base}/metrics`)).text()
    assert.match(text, /^vagus_agents\{state="reachable"\} 2$/m) // `reader` is at no address, and reports
    assert.match(text, /^vagus_agents\{state="away"\} 0$/m)
    assert.match(text, /^vagus_sessions\{path="udp"\} 1$/m)
  })

  test('believes no replayed, foreign or overlong report, and says why: 400, 404', async () => {
    const at = Date.now() + 5000
    const report = signed(reportOf(writer, at), 1)
    assert.deepEqual(await told('writer', report), [204, ''])
    const rejects = [
      ['writer', report, 400, /"at" must be later than 20\d\d-.*"writer"/],
      ['writer', signed(reportOf(writer, at + 1), 5), 400, /signature.*newest document of "writer"/],
      ['reader', report, 400, /signature/],
      ['writer', signed(reportOf(writer, at + 1), 1, 'other'), 400, /vagus-sessions/],
      ['nobody', report, 404, /^there is no agent "nobody"$/],
      ['writer', 'x'.repeat(maxReportOctets + 1), 400, /at most 262144 octets, with Content-Length/],
      ['writer', new Blob([report]).stream(), 400, /with Content-Length/],
    ] as const
    for (const [name, body, status, why] of rejects) {
      const [answered, detail] = await told(name, body)
      assert.equal(answered, status, detail)
      assert.match(detail, why)
    }
  })

  test('refuses questions about strangers, unknown parameters and other methods: 404, 400, 405', async () => {
    const problem = async (path: string): Promise<readonly [number, string]> => {
      const response = await fetch(controller.base + path)
      return [response.status, ((await response.json()) as Problem).detail ?? '']
    }
    assert.deepEqual(await problem('/v1/sessions?peer=nobody'), [404, 'there is no agent "nobody"'])
    assert.equal((await problem('/v1/sessions?agent=did:key:z6MkNone'))[0], 404)
    assert.match((await problem('/v1/sessions?who=a'))[1], /there are agent, peer/)
    const [status, detail] = await problem('/v1/agents/writer/sessions')
    assert.deepEqual([status, /PUT here.*GET at \/v1\/sessions/.test(detail)], [405, true])
    const { paths } = await controller.json<{ paths: Record<string, object> }>('/openapi.json')
    assert.ok('put' in paths['/v1/agents/{name}/sessions']! && 'get' in paths['/v1/sessions']!)
  })
})
