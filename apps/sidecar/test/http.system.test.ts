import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { eventually } from '../../../scripts/eventually.ts'
import type { Sidecar } from '../src/index.ts'
import { Calls } from '../src/local/calls.ts'
import { listenLocally } from '../src/local/local-listener.ts'
import { Notes } from '../src/notes.ts'
import { encodeResponseMessage, protocol, type ResponseMessage } from '../src/wire/http-exchange.ts'
import { problemOf } from '../src/wire/problem.ts'
import { endServer, listening, sidecar } from './sidecars.ts'
import { VirtualNetwork } from './virtual-network.ts'

const network = new VirtualNetwork()
const seen: { method: string; url: string; raw: string[]; body: string }[] = []
let executions = 0
let aborted = 0
const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex')

const local = await listening((request, response) => {
  executions++
  const url = request.url ?? ''
  response.on('close', () => (aborted += Number(!response.writableFinished)))
  if (url.startsWith('/large')) response.end(Buffer.alloc(10_000_000, 'abcdefg'))
  else if (url.startsWith('/cut')) cut(response)
  else if (url.startsWith('/events')) twentyEvents(response)
  else if (url.startsWith('/many')) manyEvents(response)
  else if (url.startsWith('/packed')) packed(request, response)
  else if (url.startsWith('/early')) response.writeHead(413).end('too much') // nothing of the request is read
  else if (url === '/moved') response.writeHead(307, movedFields(request)).end()
  else if (url.startsWith('/echo')) request.pipe(response)
  else if (url.startsWith('/longhead')) response.setHeader('x-long', 'x'.repeat(Number(url.split('?')[1]))).end()
  else if (url.startsWith('/fields')) manyFields(Number(url.split('?')[1]), response)
  else if (!url.startsWith('/hang')) digest(request, response)
})

const movedFields = ({ headers }: IncomingMessage) => ({
  location: `http://${headers.host}/moved/`,
  'set-cookie': ['a=b; Path=/'],
})

function manyFields(count: number, response: ServerResponse): void {
  for (let at = 0; at < count; at++) response.setHeader(`x-${at}`, '1')
  response.end()
}

function cut(response: ServerResponse): void {
  response.write('half')
  setTimeout(() => response.destroy(), 20)
}

function twentyEvents(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  let count = 0
  const timer = setInterval(() => {
    response.write(`: beat\n\nevent: tick\ndata: ${++count}\n\n`)
    if (count < 20) return
    clearInterval(timer)
    response.end()
  }, 10)
}

/** More than are kept, and a last one when it is wanted. */
const last = Promise.withResolvers<void>()
function manyEvents(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  for (let count = 1; count <= 600; count++) response.write(`data: ${count}\n\n`)
  void last.promise.then(() => response.end('data: last\n\n'))
}

function packed({ headers }: IncomingMessage, response: ServerResponse): void {
  const answer = JSON.stringify({ jsonrpc: '2.0', id: 1, result: 'done' })
  const isPacked = headers['accept-encoding']?.includes('gzip') === true
  response.writeHead(200, {
    'Content-Type': 'application/json',
    ...(isPacked ? { 'Content-Encoding': 'gzip' } : {}),
  })
  response.end(isPacked ? gzipSync(answer) : answer)
}

function digest(request: IncomingMessage, response: ServerResponse): void {
  const hash = createHash('sha256')
  let body = ''
  request.on('data', (part: Buffer) => {
    hash.update(part)
    if (body.length < 1000) body += part.toString('latin1')
  })
  request.on('end', () => {
    seen.push({ method: request.method!, url: request.url!, raw: request.rawHeaders, body })
    response.writeHead(
      207,
      'Many',
      [
        ['X-Answer', 'caf\u00e9'],
        ['x-twice', '1'],
        ['x-twice', '2'],
        ['X-Digest', hash.digest('hex')],
      ].flat(),
    )
    response.end(Buffer.from(`answer to ${body.slice(0, 20)}`)) // a string would have node write the fields in UTF-8
  })
}
let caller: Sidecar
let served: Sidecar
let base: string
before(async () => {
  served = await sidecar(network, 'worker', { exposed: { a2a: local.url } })
  caller = await sidecar(network, 'caller')
  base = `${caller.url}/agents/worker`
})
after(async () => {
  await Promise.all([caller.close(), served.close()])
  endServer(local.server)
})

describe('a request through two side-cars', () => {
  test('arrives with method, path, query, fields and body as they were sent', async () => {
    const answer = await fetch(`${base}/a/b%20c?x=1&y=%C3%A9`, {
      method: 'PUT',
      headers: { 'X-CamelCase': 'v1', 'x-latin': 'caf\u00e9', 'content-type': 'text/plain' },
      body: 'hello',
    })
    const last = seen.at(-1)!
    assert.deepEqual([last.method, last.url, last.body], ['PUT', '/a/b%20c?x=1&y=%C3%A9', 'hello'])
    assert.equal(last.raw[last.raw.indexOf('x-latin') + 1], 'caf\u00e9')
    assert.deepEqual([answer.status, answer.statusText, answer.headers.get('x-answer')], [207, 'Many', 'caf\u00e9'])
    assert.equal(answer.headers.get('x-twice'), '1, 2')
    assert.equal(await answer.text(), 'answer to hello')
  })
  test('arrives with a target that URLs would write otherwise, unless it leads out of what is exposed', async () => {
    const below = await sidecar(network, 'below', { exposed: { a2a: `${local.url}/one` } })
    const statusOf = async (target: string): Promise<number | undefined> => {
      const { hostname, port } = new URL(base)
      const sent = request({ hostname, port, path: `/agents/below${target}` }).end()
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      response.resume()
      await once(response, 'end')
      return response.statusCode
    }
    for (const target of ['/x?', '/x?q="y"|\\', '/"x"\\y', '/x/../y/./z', '/%7Ex/%2e%2e/y', '//host/']) {
      assert.equal(await statusOf(target), 207)
      assert.equal(seen.at(-1)!.url, `/one${target}`)
    }
    const before = executions
    for (const target of ['/x/../../admin', '/%2e%2e/admin', '/..\\admin']) assert.equal(await statusOf(target), 400)
    assert.equal(executions, before)
    await below.close()
  })
  test('keeps the case and the order of fields, and tells the local server who calls', async () => {
    const sent = request(`${base}/raw`, {
      method: 'GET',
      headers: ['Zebra', '1', 'ALPHA', '2', 'zebra', '3', 'Vagus-Agent', 'forged', 'Host', new URL(base).host],
    })
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    const { raw } = seen.at(-1)!
    assert.deepEqual(raw.slice(2, 8), ['Zebra', '1', 'ALPHA', '2', 'zebra', '3'])
    assert.equal(raw[raw.indexOf('Vagus-Agent') + 1], 'did:key:caller')
    assert.ok(!raw.includes('forged'))
  })
  test('stays on the side-car where it is redirected, and its cookies are for the same agent', async () => {
    const answer = await fetch(`${base}/moved`, { redirect: 'manual' })
    assert.equal(answer.headers.get('location'), `${base}/moved/`)
    assert.deepEqual(answer.headers.getSetCookie(), ['a=b; Path=/agents/worker'])
    const followed = await fetch(`${base}/moved`)
    assert.deepEqual([followed.url, followed.status], [`${base}/moved/`, 207])
    assert.ok(seen.at(-1)!.raw.includes('Vagus-Agent'))
  })
  test('carries a head of more than 16 KiB each way, and says how long one may be', async () => {
    const ask = (octets: number, path = 'raw'): Promise<Response> =>
      fetch(`${base}/${path}`, { headers: { 'x-long': 'x'.repeat(octets) } })
    assert.equal((await ask(60_000)).status, 207)
    assert.equal(seen.at(-1)!.raw.find((value) => value.startsWith('xxx'))?.length, 60_000)
    for (const octets of [65_500, 70_000, 500_000]) {
      const answer = await ask(octets)
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [431, 'application/problem+json'])
      const { type, detail } = (await answer.json()) as { readonly type: string; readonly detail: string }
      assert.equal(type, 'urn:vagus:problem:head-too-large')
      assert.match(detail, /65536/)
    }
    const sent = request(`${base}/longhead?60000`, { maxHeaderSize: 65_536 }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    assert.equal(response.headers['x-long']?.length, 60_000)
    const longer = await fetch(`${base}/longhead?70000`)
    assert.deepEqual([longer.status, /more than 65536 octets/.test(await longer.text())], [502, true])
  })
  test('carries a head of 1,000 fields each way, and says how many there may be', async () => {
    const ask = async (count: number, path = 'raw'): Promise<readonly [number, string]> => {
      const fields = Array.from({ length: count }, (_, at) => [`x-${at}`, '1']).flat()
      const sent = request(`${base}/${path}`, { headers: ['Host', new URL(base).host, ...fields] })
      sent.maxHeadersCount = 0
      const [response] = (await once(sent.end(), 'response')) as [IncomingMessage]
      return [response.statusCode!, await new Response(Readable.toWeb(response) as ReadableStream).text()]
    }
    assert.equal((await ask(900))[0], 207)
    for (const count of [1001, 3000]) {
      const [status, text] = await ask(count)
      assert.equal(status, 431, text)
      assert.match(text, new RegExp(`head-too-large.*the head has ${count} fields; 1000 are carried`))
    }
    assert.equal((await ask(0, 'fields?900'))[0], 200)
    const [status, text] = await ask(0, 'fields?1001')
    assert.equal(status, 502, text)
    assert.match(text, /answered with a head of 10\d\d fields; 1000 are carried/)
  })
  test('that cannot be read is answered with the reason', async () => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1').end('no HTTP\r\n\r\n')
    const text = Buffer.concat(await Array.fromAsync(socket as AsyncIterable<Buffer>)).toString()
    assert.match(text, /^HTTP\/1.1 400 Bad Request\r\n[^]*problem:bad-request/)
  })
  test('carries a body of 10 MB each way', async () => {
    const octets = randomBytes(10_000_000)
    const up = await fetch(`${base}/up`, { method: 'POST', body: octets })
    assert.equal(up.headers.get('x-digest'), sha256(octets))
    const down = new Uint8Array(await (await fetch(`${base}/large`)).arrayBuffer())
    assert.equal(sha256(down), sha256(Buffer.alloc(10_000_000, 'abcdefg')))
  })
  for (const [what, init] of [
    ['GET', {}],
    ['POST of JSON', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"model":"x"}' }],
  ] as const)
    test(`that nobody waits for any more is aborted over there (${what})`, async () => {
      const [before, begun] = [aborted, executions]
      const stop = new AbortController()
      const asked = fetch(`${base}/hang`, { ...init, signal: stop.signal })
      await eventually('it is there', () => executions === begun + 1)
      stop.abort()
      await assert.rejects(asked)
      await eventually('it is aborted', () => aborted === before + 1)
    })
  const begun = { 'much of it is there': [{}, 100_000], 'little is to come': [{ 'content-length': 10 }, 5] } as const
  for (const [what, [headers, octets]] of Object.entries(begun))
    test(`is answered before all of it was sent, where the local server does so (${what})`, async () => {
      const sent = request(`${base}/early`, { method: 'POST', headers })
      sent.on('error', () => undefined) // the rest is not wanted
      sent.write(Buffer.alloc(octets))
      const [response] = (await once(sent, 'response', { signal: AbortSignal.timeout(5000) })) as [IncomingMessage]
      const text = Buffer.concat(await Array.fromAsync(response as AsyncIterable<Buffer>)).toString()
      assert.deepEqual([response.statusCode, text], [413, 'too much'])
      sent.destroy()
    })
  test('is answered as it comes, also where it is longer than what is held on the way', async () => {
    const sent = request(`${base}/echo`, { method: 'POST' })
    const answered = once(sent, 'response', { signal: AbortSignal.timeout(20_000) })
    const hash = createHash('sha256')
    const octets = randomBytes(1_000_000)
    const upload = async (): Promise<void> => {
      for (let at = 0; at < 20; at++) if (!sent.write(octets)) await once(sent, 'drain')
      sent.end()
    }
    const [[response]] = (await Promise.all([answered, upload()])) as unknown as [[IncomingMessage]]
    for await (const part of response as AsyncIterable<Buffer>) hash.update(part)
    assert.equal(hash.digest('hex'), sha256(Buffer.concat(Array.from({ length: 20 }, () => octets))))
  })
  test('whose response is cut over there looks cut here', async () => {
    const answer = await fetch(`${base}/cut`)
    await assert.rejects(answer.text())
  })
})

describe('a stream of events', () => {
  test('comes event by event, without the comments between', async () => {
    const text = await (await fetch(`${base}/events`)).text()
    assert.equal(text, Array.from({ length: 20 }, (_, at) => `event: tick\ndata: ${at + 1}\n\n`).join(''))
  })
  test('with a key is resumed after the last event that was seen, and executed once', async () => {
    const executed = executions
    const headers = { 'idempotency-key': 'k-1' }
    const gone = new AbortController()
    const first = await fetch(`${base}/events`, { headers, signal: gone.signal })
    const reader = first.body!.getReader()
    let text = ''
    while (!text.includes('data: 5\n\n')) text += Buffer.from((await reader.read()).value ?? []).toString()
    gone.abort()
    const seenIds = [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id!)
    const rest = await (await fetch(`${base}/events`, { headers: { 'last-event-id': seenIds.at(-1)! } })).text()
    const counts = [...`${text}${rest}`.matchAll(/^data: (\d+)$/gm)].map(([, count]) => Number(count))
    assert.deepEqual(
      counts,
      Array.from({ length: 20 }, (_, at) => at + 1),
    )
    assert.equal(executions, executed + 1)
    const again = await (await fetch(`${base}/events`, { headers })).text()
    assert.equal(again.match(/^data:/gm)?.length, 20, 'a retry of the same request gets the whole response')
    assert.equal(executions, executed + 1)
  })
})

test('a stream that was asked for without a key is resumed by the id of an event', async () => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"method":"SubscribeToTask"}' }
  const stop = new AbortController()
  const reader = (await fetch(`${base}/events`, { ...init, signal: stop.signal })).body!.getReader()
  const text = Buffer.from((await reader.read()).value ?? []).toString()
  stop.abort()
  const [, id] = /^id: (.*)$/m.exec(text)!
  const rest = await (await fetch(`${base}/events`, { headers: { 'last-event-id': id! } })).text()
  assert.match(rest, /^event: tick\ndata: 20$/m)
})

describe('a stream whose beginning is not kept any more', () => {
  test('goes on when the same request comes again, which is told to ask for the rest', async () => {
    const headers = { 'idempotency-key': 'k-many' }
    const reader = (await fetch(`${base}/many`, { headers })).body!.getReader()
    let text = ''
    const readTo = async (event: string): Promise<void> => {
      while (!text.includes(`data: ${event}\n`)) {
        const { value, done } = await reader.read()
        assert.ok(!done, `it ended before ${event}`)
        text += Buffer.from(value).toString()
      }
    }
    await readTo('600')
    assert.equal((await fetch(`${base}/many`, { headers })).status, 409)
    last.resolve()
    await readTo('last')
    assert.equal(text.match(/^data:/gm)?.length, 601)
  })
})

describe('a request with an Idempotency-Key', () => {
  test('is executed once for two that come at the same time, and the newest gets the answer', async () => {
    const executed = executions
    const ask = (): Promise<string> =>
      fetch(`${base}/once`, { method: 'POST', headers: { 'idempotency-key': 'k-2' }, body: 'pay' }).then((answer) =>
        answer.text(),
      )
    const settled = await Promise.allSettled([ask(), ask()])
    assert.ok(settled.some((each) => each.status === 'fulfilled' && each.value === 'answer to pay'))
    assert.equal(await ask(), 'answer to pay')
    assert.equal(executions, executed + 1)
  })
  test('is refused for another body, also where both come at the same time', async () => {
    const ask = (body: string): Promise<string> =>
      fetch(`${base}/once`, { method: 'POST', headers: { 'idempotency-key': 'k-3' }, body }).then(async (answer) =>
        answer.ok ? answer.text() : String(answer.status),
      )
    const executed = executions
    const answers = await Promise.all([ask('pay one'), ask('pay two')])
    assert.deepEqual(answers.map((each) => each.slice(0, 13)).toSorted(), ['422', 'answer to pay'])
    assert.equal(executions, executed + 1)
  })
  test('is refused where it is too long to be held, with the reason', async () => {
    const headers = { 'idempotency-key': 'k-long', 'content-type': 'application/zip' }
    const answer = await fetch(`${base}/once`, { method: 'PUT', headers, body: Buffer.alloc(33 * 1024 * 1024) })
    const { detail } = (await answer.json()) as { detail: string }
    assert.deepEqual([answer.status, /with an Idempotency-Key has at most 33554432 octets/.test(detail)], [413, true])
  })
  test('is forgotten, once answered, for a further call where as many are kept as may be', async () => {
    const agent = network.open('busy')
    const own = { name: 'busy', agent, lookup: { find: async () => [] } }
    const busy = await listenLocally(new Calls(agent, new Notes(':memory:'), { calls: 2 }), own, 0, new Map())
    const ask = (key: string, path = 'once'): Promise<Response> =>
      fetch(`${busy.url}/agents/worker/${path}`, { method: 'POST', headers: { 'idempotency-key': key }, body: 'x' })
    for (const key of ['1', '2', '3', '4']) assert.equal(await (await ask(key)).text(), 'answer to x')
    const begun = executions
    const hanging = [ask('5', 'hang'), ask('6', 'hang')].map((each) => each.catch(() => undefined))
    await eventually('both are under way', () => executions === begun + 2)
    assert.equal((await ask('7')).status, 503)
    await busy.close()
    await Promise.all(hanging)
  })
  test('is refused where there is no room to hold it, until others are sent', async () => {
    const agent = network.open('full')
    const [found, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const connect = agent.connect.bind(agent)
    agent.connect = async (...options) => {
      looked.resolve()
      await found.promise
      return connect(...options)
    }
    const own = { name: 'full', agent, lookup: { find: async () => [] } }
    const full = await listenLocally(new Calls(agent, new Notes(':memory:'), { heldOctets: 1000 }), own, 0, new Map())
    const ask = (key: string, path = 'once'): Promise<Response> =>
      fetch(`${full.url}/agents/worker/${path}`, {
        method: 'POST',
        headers: { 'idempotency-key': key },
        body: 'x'.repeat(600),
      })
    const first = ask('1', 'events') // it is answered after its body is let go
    await looked.promise
    const refused = await ask('2')
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '2'])
    assert.match(await refused.text(), /problem:limit/)
    const short = fetch(`${full.url}/agents/worker/once`, { method: 'POST', body: 'y'.repeat(600) })
    await pause(50) // it is not held, so it is not refused meanwhile
    found.resolve()
    assert.deepEqual([(await first).status, (await short).status], [200, 207])
    assert.equal((await ask('2')).status, 207)
    assert.equal((await (await first).text()).match(/^data:/gm)?.length, 20)
    await full.close()
  })
  test('that was used with the credentials of another user is refused', async () => {
    const ask = (authorization: string): Promise<Response> =>
      fetch(`${base}/once`, { method: 'POST', headers: { 'idempotency-key': 'k-4', authorization }, body: 'pay' })
    assert.equal(await (await ask('Bearer A')).text(), 'answer to pay')
    assert.equal((await ask('Bearer B')).status, 422)
    assert.equal(await (await ask('Bearer A')).text(), 'answer to pay')
  })
  test('that was used for another request is refused', async () => {
    const answer = await fetch(`${base}/once`, { method: 'POST', headers: { 'idempotency-key': 'k-2' }, body: 'other' })
    assert.equal(answer.status, 422)
    assert.equal(((await answer.json()) as { type: string }).type, 'urn:vagus:problem:key-reused')
  })
})

describe('an A2A message that is sent again', () => {
  const ask = async (tenant: string, field: string, value: string): Promise<number> => {
    const executed = executions
    const answer = await fetch(`${base}/${tenant}/message:send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [field]: value },
      body: JSON.stringify({ message: { messageId: 'm-1', role: 'ROLE_USER', parts: [{ text: 'pay' }] } }),
    })
    assert.match(await answer.text(), /^answer to/)
    return executions - executed
  }
  test('is executed once to the same path with the same credentials, and anew else', async () => {
    assert.equal(await ask('a', 'authorization', 'Bearer A'), 1)
    assert.equal(await ask('a', 'Authorization', 'Bearer A'), 0)
    assert.equal(await ask('b', 'authorization', 'Bearer A'), 1)
    for (const field of ['authorization', 'cookie', 'x-api-key']) assert.equal(await ask('a', field, 'B'), 1)
    assert.equal(await ask('a', 'authorization', 'Bearer A'), 0)
  })
})

describe('a retry of an A2A message', () => {
  const message = { messageId: 'm-retry', role: 'ROLE_USER', parts: [{ text: 'pay' }] }
  const init = (id: number): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id, method: 'SendMessage', params: { message } }),
  })
  test('gets its own JSON-RPC id from a server that would compress', async () => {
    for (const id of [1, 2]) {
      const answer = await fetch(`${base}/packed`, init(id))
      assert.deepEqual(await answer.json(), { jsonrpc: '2.0', id, result: 'done' })
    }
  })
  test('that came and went while the agent was looked for takes nothing from the first', async () => {
    const agent = network.open('patient')
    const found = Promise.withResolvers<void>()
    const connect = agent.connect.bind(agent)
    agent.connect = async (...options) => {
      await found.promise
      return connect(...options)
    }
    const own = { name: 'patient', agent, lookup: { find: async () => [] } }
    const patient = await listenLocally(new Calls(agent, new Notes(':memory:')), own, 0, new Map())
    const ask = (signal?: AbortSignal): Promise<Response> =>
      fetch(`${patient.url}/agents/worker/once`, { ...init(1), ...(signal === undefined ? {} : { signal }) })
    const first = ask()
    await pause(50)
    await assert.rejects(ask(AbortSignal.timeout(50)))
    await pause(50)
    found.resolve()
    assert.match(await (await first).text(), /^answer to/)
    await patient.close()
  })
})

describe('a message whose answer says that it may be sent again', () => {
  const moody = network.open('moody')
  let response: readonly ResponseMessage[] = []
  moody.serve(protocol, {
    async handle(exchange) {
      for (const message of response) await exchange.send(encodeResponseMessage(message))
    },
  })
  const answering = (status: number): readonly ResponseMessage[] => [
    { type: 'begun' },
    { type: 'head', head: { status, reason: '', headers: [], exposed: '' } },
  ]
  const ask = async (messageId: string): Promise<number> => {
    const { status } = await fetch(`${caller.url}/agents/moody/message:send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: { messageId, role: 'ROLE_USER', parts: [{ text: 'pay' }] } }),
    })
    return status
  }
  for (const reason of ['server-down', 'limit', 'refused', 'too-large', 'not-exposed'] as const)
    test(`is sent again after ${reason}`, async () => {
      response = [{ type: 'problem', problem: problemOf(reason, 'not now') }]
      assert.notEqual(await ask(reason), 200)
      response = answering(200)
      assert.equal(await ask(reason), 200)
    })
  for (const status of [429, 503])
    test(`is sent again after the status ${status}`, async () => {
      response = answering(status)
      assert.equal(await ask(`m-${status}`), status)
      response = answering(200)
      assert.equal(await ask(`m-${status}`), 200)
    })
  test('is not sent again after any other answer', async () => {
    response = answering(500)
    for (let tries = 0; tries < 2; tries++) {
      assert.equal(await ask('m-500'), 500)
      response = answering(200)
    }
    response = [{ type: 'begun' }, { type: 'problem', problem: problemOf('interrupted', 'broken off') }]
    for (let tries = 0; tries < 2; tries++) {
      assert.equal(await ask('m-interrupted'), 502)
      response = answering(200)
    }
  })
})

describe('a refusal', () => {
  const refusal = async (url: string, init?: RequestInit): Promise<[number, string]> => {
    const answer = await fetch(url, init)
    assert.equal(answer.headers.get('content-type'), 'application/problem+json')
    return [answer.status, ((await answer.json()) as { type: string }).type.replace('urn:vagus:problem:', '')]
  }
  test('names its reason', async () => {
    assert.deepEqual(await refusal(`${caller.url}/agents/nobody/x`), [404, 'unknown-agent'])
    assert.deepEqual(await refusal(`${caller.url}/elsewhere`), [404, 'no-such-path'])
    assert.deepEqual(await refusal(`${caller.url}/agents/caller/x`), [404, 'not-exposed'])
    assert.deepEqual(await refusal(`${base}/x`, { headers: { 'last-event-id': 'vagus.none.3' } }), [
      404,
      'unknown-stream',
    ])
  })
  test('meets pages of other origins and names that are not ours (DNS rebinding)', async () => {
    assert.deepEqual(await refusal(`${base}/x`, { headers: { origin: 'https://evil.example' } }), [403, 'wrong-origin'])
    for (const site of ['cross-site', 'same-site'])
      assert.deepEqual(await refusal(`${base}/x`, { headers: { 'sec-fetch-site': site } }), [403, 'wrong-origin'])
  })
  test('meets every name but localhost and loopback as it is mostly written', async () => {
    const status = async (host: string): Promise<number | undefined> => {
      const sent = request(`${base}/x`, { headers: { host } })
      sent.end()
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      response.resume()
      return response.statusCode
    }
    for (const host of ['localhost', '127.0.0.1:1', '127.9.9.9', '[::1]:1']) assert.equal(await status(host), 207, host)
    for (const host of [
      'evil.example',
      '127.0.0.1.evil.example',
      '192.0.2.1',
      '0.0.0.0:1',
      '[::]',
      '[::ffff:127.0.0.1]:1',
      '[::ffff:7f00:1]',
    ])
      assert.equal(await status(host), 421, host)
  })
  test('meets browsers that would show an answer as a page of the side-car', async () => {
    for (const mode of ['navigate', 'nested-navigate']) {
      const headers = { host: new URL(base).host, 'sec-fetch-site': 'none', 'sec-fetch-mode': mode }
      const before = executions
      const sent = request(`${base}/x`, { headers })
      sent.end()
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      response.resume()
      assert.deepEqual([response.statusCode, executions], [403, before])
    }
  })
  test('meets callers without a token, where tokens are asked for', async () => {
    const strict = await sidecar(network, 'strict', {
      tokens: new Map([
        ['secret-1', 'one'],
        [`sha256:${sha256(Buffer.from('secret-2'))}`, 'two'],
      ]),
    })
    assert.deepEqual(await refusal(`${strict.url}/agents/worker/x`), [401, 'no-token'])
    assert.deepEqual(await refusal(`${strict.url}/t/wrong/agents/worker/x`), [401, 'no-token'])
    for (const token of ['secret-1', 'secret-2'])
      assert.equal((await fetch(`${strict.url}/t/${token}/agents/worker/x`)).status, 207)
    assert.equal((await fetch(`${strict.url}/agents/worker/x`, { headers: { 'vagus-token': 'secret-1' } })).status, 207)
    assert.ok(!seen.at(-1)!.raw.some((field) => field.includes('secret-1')))
    await strict.close()
  })
  test('meets callers whom the agent does not serve', async () => {
    const choosy = await sidecar(network, 'choosy', { exposed: { a2a: local.url }, allowed: ['somebody-else'] })
    assert.deepEqual(await refusal(`${caller.url}/agents/choosy/x`), [403, 'refused'])
    await choosy.close()
  })
})
