import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import {
  agentListSchema,
  type AgentResource,
  agentResourceSchema,
  deviceListSchema,
  type Event,
  eventListSchema,
  type EventList,
  exporterListSchema,
  type ExporterList,
  flowTopSchema,
  type FlowTop,
  ipv6ShareSchema,
  type LinkList,
  linkListSchema,
  type LinkLoad,
  linkLoadSchema,
  matrixSchema,
  type Matrix,
  type Problem,
  type Status,
  statusSchema,
  topologySchema,
  trafficSeriesSchema,
} from '@vagus/api'
import { until } from '../../../scripts/eventually.ts'
import { documentOf } from './support/agent-document.ts'
import { type ControllerProcess, newFolder, startProcess } from './support/controller-process.ts'
import { startDevice, type TestDevice } from './support/device.ts'
import { dataSets, message, netflow5, templateSet } from './support/ipfix.ts'

const folder = newFolder(`
domain: test
as: 64512
devices:
  - name: pe-1
    role: edge
    address: 127.0.0.1
    interfaces:
      - { name: eth2, index: 2, site: office }
      - { name: eth3, index: 3, site: factory }
sites:
  - { name: office, prefixes: [10.1.0.0/16, "2001:db8:1::/48"] }
  - { name: factory, prefixes: [10.2.0.0/16, "2001:db8:2::/48"] }
links:
  - { name: pe-1-office, a: { node: pe-1, interface: eth2 }, z: { node: office }, capacity: 1000000 }
`)
let controller: ControllerProcess
let device: TestDevice
let sentAt: number
const ipfixPort = 45_731

before(async () => {
  controller = await startProcess(folder.folder)
  device = startDevice('127.0.0.1', { index: 2, name: 'eth2', bitsPerSecond: 900_000 }, controller.flowPort)
  sentAt = Date.now()
  const flows = [
    { src: '10.1.0.1', dst: '10.2.0.1', octets: 700_000, packets: 700, interface: 2, end: sentAt },
    { src: '2001:db8:1::1', dst: '2001:db8:2::1', octets: 300_000, packets: 300, interface: 2, end: sentAt },
    // The same packets as they leave by the other boundary: seen twice, counted once.
    { src: '10.1.0.1', dst: '10.2.0.1', octets: 700_000, packets: 700, interface: 3, end: sentAt },
  ]
  await controller.send([message(0, sentAt, templateSet()), message(0, sentAt, dataSets(flows))], ipfixPort)
  await controller.send([netflow5(0, { src: '10.9.0.1', dst: '10.2.0.1', octets: 1000, end: sentAt })])
  await controller.send([
    Buffer.from('nothing that anyone exports'),
    message(0, sentAt, Buffer.from('0002ffff', 'hex')),
  ])
})
after(async () => {
  device?.stop()
  await controller?.end('SIGTERM')
  folder.remove()
})

const events = async (query = ''): Promise<readonly Event[]> =>
  (await controller.json<EventList>(`/v1/events?limit=100${query}`)).items

describe('a controller that receives flows', () => {
  test('says in its status that they came, and from whom', async () => {
    const status = await until(
      () => controller.json<Status>('/v1/status'),
      ({ flows, ready }) => flows.records === 4 && ready,
    )
    statusSchema.parse(status)
    assert.deepEqual([status.domain, status.as, status.sites], ['test', 64_512, 2])
    assert.deepEqual(status.devices, { total: 1, exporting: 1, silent: 0 })
    assert.ok(status.quality.some(({ subject, problem }) => subject === 'pe-1' && /cannot carry IPv6/.test(problem)))
    const { items } = exporterListSchema.parse(await controller.json<ExporterList>('/v1/exporters'))
    const ipfix = items.find(({ protocol, port }) => protocol === 'ipfix' && port === ipfixPort)
    assert.deepEqual([ipfix?.device, ipfix?.records, ipfix?.templates], ['pe-1', 3, 2])
  })

  test('answers from the store by any dimension, each packet counted once', async () => {
    const window = `from=${new Date(sentAt - 60_000).toISOString()}&to=${new Date(sentAt + 60_000).toISOString()}`
    const top = await until(
      () => controller.json<FlowTop>(`/v1/flows/top?by=srcSite,dstSite,version&${window}`),
      ({ items }) => items.length === 2,
    )
    flowTopSchema.parse(top)
    assert.equal(top.method, 'exact')
    assert.deepEqual(
      top.items.map(({ key, octets, packets }) => ({ ...key, octets, packets })),
      [
        { srcSite: 'office', dstSite: 'factory', version: '4', octets: 700_000, packets: 700 },
        { srcSite: 'office', dstSite: 'factory', version: '6', octets: 300_000, packets: 300 },
      ],
    )
    const filtered = await controller.json<FlowTop>(`/v1/flows/top?by=dst&filter=src=2001:db8::/32&${window}`)
    assert.deepEqual(
      filtered.items.map(({ key }) => key),
      [{ dst: '2001:db8:2::1' }],
    )
    const observed = await controller.json<FlowTop>(`/v1/flows/top?by=exporter,inIf&filter=exporter=pe-1&${window}`)
    assert.deepEqual(
      observed.items.map(({ key }) => key),
      [
        { exporter: 'pe-1', inIf: '2' },
        { exporter: 'pe-1', inIf: '3' },
        { exporter: 'pe-1', inIf: '0' },
      ],
    )
  })

  test('gives single records as a Parquet file, and says what is wrong with a window', async () => {
    const window = `from=${new Date(sentAt - 60_000).toISOString()}&to=${new Date(sentAt + 60_000).toISOString()}`
    const answer = await fetch(`${controller.base}/v1/flows/export?${window}`)
    assert.equal(answer.headers.get('content-type'), 'application/vnd.apache.parquet')
    const octets = Buffer.from(await answer.arrayBuffer())
    assert.equal(octets.length, Number(answer.headers.get('content-length')))
    assert.deepEqual([octets.toString('latin1', 0, 4), octets.toString('latin1', octets.length - 4)], ['PAR1', 'PAR1'])
    for (const text of ['srcAddr', 'samplingRate', 'office', '127.0.0.1']) assert.ok(octets.includes(text), text)
    const wrong = await fetch(`${controller.base}/v1/flows/export?last=5y`)
    assert.deepEqual([wrong.status, ((await wrong.json()) as Problem).errors?.[0]?.parameter], [400, 'last'])
  })

  test('tells what it noticed: the exporter, one that cannot carry IPv6, garbage', async () => {
    const all = await until(
      () => events(),
      (items) => items.some(({ event }) => event === 'exporter.malformed'),
    )
    eventListSchema.parse({ apiVersion: 'vagus/v1', kind: 'EventList', items: all })
    assert.deepEqual(
      all.map(({ id }) => id),
      Array.from({ length: all.length }, (_, i) => i + 1),
    )
    assert.equal(all[0]?.event, 'controller.started')
    const seen = all.find(({ event, fields }) => event === 'exporter.seen' && fields['protocol'] === 'ipfix')
    assert.deepEqual([seen?.subject, seen?.fields['device'], seen?.fields['address']], ['pe-1', 'pe-1', '127.0.0.1'])
    assert.ok(all.some(({ event, subject }) => event === 'exporter.no-ipv6' && subject === 'pe-1'))
    const malformed = all.filter(({ event }) => event === 'exporter.malformed')
    assert.equal(
      malformed.reduce((sum, { fields }) => sum + Number(fields['count']), 0),
      2,
    )
    const only = await events('&topics=controller')
    assert.deepEqual(
      only.map(({ event }) => event),
      ['controller.started'],
    )
  })

  test('streams events and resumes after Last-Event-ID', async () => {
    const leave = new AbortController()
    const response = await fetch(`${controller.base}/v1/events`, {
      headers: { accept: 'text/event-stream', 'last-event-id': '1' },
      signal: leave.signal,
    })
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    let text = ''
    for await (const octets of response.body!) {
      text += Buffer.from(octets).toString()
      if (/^id: 3$/m.test(text)) break
    }
    leave.abort()
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)
    assert.deepEqual(ids.slice(0, 2), ['2', '3'])
  })

  test('shows the matrix, the tops and the IPv6 share of the last minute', async () => {
    const matrix = await until(
      () => controller.json<Matrix>('/v1/matrix?last=1m'),
      ({ total, window }) => Math.round((total * window.seconds) / 8) === 1_000_000,
      { seconds: 25 },
    )
    matrixSchema.parse(matrix)
    assert.deepEqual(matrix.names, ['office', 'factory'])
    const [[, cell]] = matrix.bitsPerSecond as [[number, number], [number, number]]
    assert.equal(Math.round((cell * matrix.window.seconds) / 8), 1_000_000)
    assert.ok(Math.abs(matrix.ipv6Share[0]![1]! - 0.3) < 1e-9)
    assert.equal(matrix.unresolved, 0)
    const six = await controller.json<Matrix>('/v1/matrix?last=1m&version=6')
    assert.equal(Math.round((six.total * six.window.seconds) / 8), 300_000)
    const top = flowTopSchema.parse(await controller.json<FlowTop>('/v1/flows/top?by=src,dst&last=1m'))
    assert.deepEqual(top.items[0]?.key, { src: '10.1.0.1', dst: '10.2.0.1' })
    const fiveTuples = await controller.json<FlowTop>('/v1/flows/top?by=src,dst,srcPort,dstPort,protocol&last=1m')
    assert.deepEqual(Object.keys(fiveTuples.items[0]!.key), ['src', 'dst', 'srcPort', 'dstPort', 'protocol'])
    assert.ok(['tcp', 'udp'].includes(fiveTuples.items[0]!.key['protocol']!), fiveTuples.items[0]!.key['protocol'])
    const share = ipv6ShareSchema.parse(await controller.json('/v1/traffic/ipv6-share?last=1m'))
    assert.equal(share.share, 0.3)
  })

  test('answers every other resource in the form that it documents', async () => {
    linkListSchema.parse(await controller.json('/v1/links'))
    linkLoadSchema.parse(await controller.json('/v1/links/pe-1-office/load'))
    ipv6ShareSchema.parse(await controller.json('/v1/traffic/ipv6-share?last=24h'))
    const { by, window } = trafficSeriesSchema.parse(await controller.json('/v1/traffic/series?filter=version=6'))
    assert.equal(by, 'application')
    assert.ok(window.seconds <= 86_400)
    matrixSchema.parse(await controller.json('/v1/matrix?last=1h&between=edges'))
    const { items } = deviceListSchema.parse(await controller.json('/v1/devices'))
    assert.deepEqual([items[0]?.state, items[0]?.counters, items[0]?.interfaces.length], ['exporting', true, 2])
    assert.deepEqual(
      topologySchema.parse(await controller.json('/v1/topology')).nodes.map(({ name, kind }) => [name, kind]),
      [
        ['pe-1', 'edge'],
        ['office', 'site'],
        ['factory', 'site'],
      ],
    )
    assert.equal((await controller.json<{ ok: boolean }>('/readyz')).ok, true)
    assert.equal((await controller.json<{ ok: boolean }>('/healthz')).ok, true)
  })

  test('sees by the counters how loaded a link is, and tells when it is congested', async () => {
    const [congested] = await until(
      () => events('&topics=link'),
      (items) => items.length > 0,
    )
    assert.deepEqual([congested?.event, congested?.subject], ['link.congested', 'pe-1-office'])
    // Rates are by when samples arrive: one that a busy machine delays bends those around it, and no others.
    assert.ok(Math.abs(Number(congested?.fields['percent']) - 90) <= 20, JSON.stringify(congested))
    const isNear = (rate: number | null | undefined, sent: number): boolean => Math.abs((rate ?? 0) / sent - 1) < 0.1
    const list = await until(
      () => controller.json<LinkList>('/v1/links'),
      ({ items: [link] }) => isNear(link?.zToA.bitsPerSecond, 900_000) && isNear(link?.aToZ.bitsPerSecond, 450_000),
    )
    assert.equal(linkListSchema.parse(list).items[0]?.state, 'up')
    const load = await until(
      () => controller.json<LinkLoad>('/v1/links/pe-1-office/load?last=1m'),
      ({ aToZ }) =>
        isNear(
          aToZ.findLast((rate) => rate !== null),
          450_000,
        ),
    )
    assert.equal(linkLoadSchema.parse(load).source, 'counters')
    assert.equal((await controller.json<Status>('/v1/status')).links.busiest?.name, 'pe-1-office')
  })

  test('tells when a link goes down and when it is up again', async () => {
    const linkEvents = async (): Promise<readonly string[]> =>
      (await events('&topics=link')).map(({ event }) => event).filter((event) => /down|up/.test(event))
    device.state = 'down'
    await until(linkEvents, (names) => names.join() === 'link.down')
    assert.equal((await controller.json<Status>('/v1/status')).links.down, 1)
    device.state = 'up'
    await until(linkEvents, (names) => names.join() === 'link.down,link.up')
    const { traffic } = await until(
      () => controller.json<Status>('/v1/status'),
      (status) => status.traffic.coverage !== null,
    )
    assert.ok(traffic.coverage! > 0)
  })

  test('gives metrics that Prometheus reads', async () => {
    const text = await (await fetch(`${controller.base}/metrics`)).text()
    for (const line of text.trimEnd().split('\n')) assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? \S+)$/)
    assert.match(text, /^vagus_flow_records_total 4$/m)
    assert.match(text, /^vagus_flow_malformed_total 2$/m)
    assert.match(text, /^vagus_exporter_records_total\{device="pe-1",.*protocol="ipfix"\} 3$/m)
  })
})

describe('the HTTP interface', () => {
  const problem = async (path: string, headers: Record<string, string> = {}): Promise<Problem> => {
    const response = await fetch(controller.base + path, { headers })
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    const body = (await response.json()) as Problem
    assert.equal(body.status, response.status)
    return body
  }

  test('refuses a query with the parameter and what would be right', async () => {
    const wrong = await problem('/v1/matrix?between=planets&lst=1m')
    assert.equal(wrong.status, 400)
    assert.deepEqual(
      wrong.errors?.map(({ parameter }) => parameter),
      ['between', 'lst'],
    )
    assert.match(wrong.errors?.[1]?.problem ?? '', /there are between, version, cells, last/)
    assert.match((await problem('/v1/flows/top?by=colour')).detail!, /there are src, dst/)
    assert.match((await problem('/v1/flows/top?filter=srcSite=moon&by=src')).detail!, /there is no srcSite "moon"/)
    assert.equal((await problem('/v1/links/nowhere/load')).status, 404)
    const limits = { srcPort: 65_535, dstAs: 4_294_967_295, protocol: 255, inIf: 4_294_967_295 }
    for (const [dimension, largest] of Object.entries(limits)) {
      const top = `/v1/flows/top?by=src&filter=${dimension}=`
      assert.equal((await fetch(`${controller.base}${top}${largest}`)).status, 200)
      const { status, detail } = await problem(`${top}${largest + 1}`)
      assert.deepEqual([status, detail?.includes(`${dimension} must be a number 0..${largest} `)], [400, true])
    }
    const early = await problem('/v1/flows/top?from=1969-12-31T00:00:00Z&to=1970-01-02T00:00:00Z')
    assert.deepEqual([early.status, early.errors?.[0]?.parameter], [400, 'from'])
    assert.equal((await problem('/v1/nothing')).status, 404)
  })

  test('refuses to be written to', async () => {
    const response = await fetch(`${controller.base}/v1/events`, { method: 'POST', body: '{}' })
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD'])
  })

  test('answers HEAD on the event stream with its headers alone, however often', async () => {
    const accept = { accept: 'text/event-stream' }
    for (let asked = 0; asked < 101; asked++) {
      const { status, headers } = await fetch(`${controller.base}/v1/events`, { method: 'HEAD', headers: accept })
      assert.deepEqual([status, headers.get('content-type')], [200, 'text/event-stream'])
    }
    const leave = new AbortController()
    const { status } = await fetch(`${controller.base}/v1/events`, { headers: accept, signal: leave.signal })
    leave.abort()
    assert.equal(status, 200)
  })

  test('describes itself: every path, every schema, and no reference that leads nowhere', async () => {
    const document = await controller.json<{
      openapi: string
      paths: Record<string, { get: { responses: Record<string, unknown> } }>
      components: { schemas: Record<string, unknown> }
    }>('/openapi.json')
    assert.equal(document.openapi, '3.1.0')
    for (const path of ['/v1/status', '/v1/links/{name}/load', '/v1/events', '/readyz']) {
      assert.ok(document.paths[path]?.get.responses['200'], path)
    }
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)]
    assert.ok(references.length > 10)
    for (const [, name] of references) assert.ok(document.components.schemas[name!], name)
  })

  test('lets a browser run nothing but the console, and says how to build it', async () => {
    const response = await fetch(`${controller.base}/`, { headers: { accept: 'text/html' } })
    assert.equal(response.status, 503)
    assert.match(response.headers.get('content-security-policy')!, /^default-src 'none'; script-src 'self';/)
    assert.match(await response.text(), /npx vagus controller/)
  })
})

test('SIGHUP reads the configuration again, and keeps the old one when the new one is wrong', async () => {
  folder.write('domain: other\nlisten: 127.0.0.1:1')
  controller.signal('SIGHUP')
  const status = await until(
    () => controller.json<Status>('/v1/status'),
    ({ devices }) => devices.total === 0,
  )
  assert.deepEqual([status.domain, status.as], ['test', 64_512]) // in use until a restart
  folder.write('domain: [')
  controller.signal('SIGHUP')
  const all = await until(
    () => events('&topics=config'),
    (items) => items.length === 2,
  )
  assert.deepEqual(
    all.map(({ event }) => event),
    ['config.reloaded', 'config.rejected'],
  )
  assert.match(String(all[1]!.fields['problem']), /vagus\.yaml:1:\d+: is not YAML/)
  folder.write('domain: *nothing')
  controller.signal('SIGHUP')
  const [, , third] = await until(
    () => events('&topics=config'),
    (items) => items.length === 3,
  )
  assert.match(String(third!.fields['problem']), /vagus\.yaml:1:9: \*nothing repeats nothing/)
  assert.equal((await controller.json<Status>('/v1/status')).devices.total, 0)
})

describe('a controller to which agents publish', () => {
  const put = async (name: string, body: string, init: RequestInit = {}) => {
    const response = await fetch(`${controller.base}/v1/agents/${name}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/jose' },
      body,
      ...init,
    })
    return { status: response.status, body: (await response.json()) as AgentResource & Problem }
  }
  const now = Date.now()

  test('takes a document with 201, a newer one with 200, and gives both back by name and by id', async () => {
    assert.equal((await put('writer', documentOf('writer', 1, now))).status, 201)
    const newer = documentOf('writer', 2, now, { rotated: true })
    const { status, body } = await put('writer', newer)
    assert.deepEqual([status, body.epoch, body.document], [200, 2, newer])
    for (const word of ['writer', body.id]) {
      const shown = await controller.json<unknown>(`/v1/agents/${encodeURIComponent(word)}`)
      assert.equal(agentResourceSchema.parse(shown).document, newer)
    }
    const { items } = agentListSchema.parse(await controller.json<unknown>('/v1/agents'))
    assert.deepEqual(
      items.map(({ name, id }) => [name, id]),
      [['writer', body.id]],
    )
  })
  test('keeps a name for whom it is, and believes no older, damaged or foreign document: 409 and 400, and says why', async () => {
    const rejects = [
      ['writer', documentOf('writer', 9, now, { first: 5 }), 409, /"writer" is did:key:/],
      ['writer', documentOf('writer', 1, now), 400, /stale|older|epoch/],
      ['other', documentOf('writer', 3, now, { first: 7 }), 400, /other/],
      ['other', 'x.y.z', 400, /malformed|no/],
    ] as const
    for (const [name, body, status, why] of rejects) {
      const answer = await put(name, body)
      assert.equal(answer.status, status, JSON.stringify(answer.body))
      assert.match(answer.body.detail!, why)
    }
  })
  test('lets only its operator take one off the list; a proxy on its host need not say that it is one', async () => {
    const raw = async (request: string): Promise<string> => {
      const socket = connect(Number(new URL(controller.base).port), '127.0.0.1').end(request)
      return (await text(socket)).split('\r\n')[0]!
    }
    const host = new URL(controller.base).host
    // As nginx has it for a plain `proxy_pass`.
    for (const [version, connection] of [
      ['1.0', 'close'],
      ['1.1', ''],
    ]) {
      const request = `DELETE /v1/agents/writer HTTP/${version}\r\nHost: ${host}\r\nConnection: ${connection}\r\n\r\n`
      assert.equal(await raw(request), 'HTTP/1.1 403 Forbidden')
    }
    const file = join(folder.folder, 'home', 'operator.key')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const headers = { authorization: `Bearer ${readFileSync(file, 'utf8')}` }
    const url = `${controller.base}/v1/agents/writer`
    assert.equal((await fetch(url, { method: 'DELETE', headers })).status, 200)
    assert.equal((await put('writer', documentOf('writer', 3, now, { rotated: true }))).status, 201)
  })
  test('takes nothing longer than a document, nothing by POST, and knows nobody else: 400, 405, 404', async () => {
    assert.equal((await put('writer', 'x'.repeat(131_073))).status, 400)
    const posted = await fetch(`${controller.base}/v1/agents/writer`, { method: 'POST', body: 'x' })
    assert.equal(posted.status, 405)
    const unknown = await fetch(`${controller.base}/v1/agents/nobody`)
    assert.equal(unknown.status, 404)
    assert.match(((await unknown.json()) as Problem).detail!, /"nobody"/)
  })
})

test('SIGTERM ends the controller in good order', async () => {
  assert.equal(await controller.end('SIGTERM'), 0)
})
