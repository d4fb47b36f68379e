import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { after, describe, test } from 'node:test'
import { encodeRequestHead, encodeResponseMessage, protocol, type ResponseMessage } from '../src/wire/http-exchange.ts'
import type { HeaderFields } from '../src/wire/header-fields.ts'
import { sidecar } from './sidecars.ts'
import { VirtualNetwork } from './virtual-network.ts'

const network = new VirtualNetwork()
/** What each connection to the local server brought. */
const brought: string[] = []
const local = createServer((socket) => {
  const at = brought.push('') - 1
  const answer = (): unknown => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  let due = setTimeout(answer, 5000)
  socket.on('error', () => undefined)
  socket.on('data', (octets) => {
    brought[at] += octets.toString('latin1')
    clearTimeout(due)
    due = setTimeout(answer, 100) // when nothing more comes
  })
}).listen(0, '127.0.0.1')
await once(local, 'listening')
const worker = await sidecar(network, 'worker', {
  exposed: { a2a: `http://127.0.0.1:${(local.address() as AddressInfo).port}` },
})
const caller = await sidecar(network, 'caller')
const stranger = network.open('stranger')
let response: readonly ResponseMessage[] = []
stranger.serve(protocol, {
  async handle(exchange) {
    for (const message of response) await exchange.send(encodeResponseMessage(message))
  },
})
after(async () => {
  await Promise.all([worker.close(), caller.close()])
  local.close()
})

const second = 'GET /second HTTP/1.1\r\nHost: x\r\nVagus-Agent: did:key:forged\r\n\r\n'

/** What the local server sees of a request whose head no honest side-car writes. */
async function seenOf(headers: HeaderFields, method = 'POST', body = second): Promise<string> {
  const from = brought.length
  const head = encodeRequestHead({ method, target: '/x', headers, speech: 'http' })
  const exchange = await stranger.call('worker', { protocol, head })
  if (body !== '') await exchange.send(Buffer.from(body))
  await exchange.end()
  await exchange.over
  return brought.slice(from).join('')
}

describe('a peer that writes its own request (RFC 9112 §11.2)', () => {
  test('does not get a second one behind its content', async () => {
    assert.doesNotMatch(await seenOf([['Content-Length', '3']]), /second/)
    assert.doesNotMatch(await seenOf([['Content-Length', '0']]), /second/)
    assert.equal(
      await seenOf([
        ['Content-Length', '3'],
        ['Content-Length', '90'],
      ]),
      '',
    )
    assert.equal(await seenOf([['Content-Length', '3, 90']]), '')
  })
  test('does not say how its content is framed', async () => {
    for (const method of ['GET', 'POST']) {
      const seen = await seenOf([['Transfer-Encoding', 'identity']], method)
      assert.match(seen, /\r\nTransfer-Encoding: chunked\r\n(.+\r\n)*\r\n[0-9a-f]+\r\nGET \/second/)
    }
    const both = [
      ['Content-Length', String(second.length)],
      ['Transfer-Encoding', 'chunked'],
    ] as const
    assert.doesNotMatch(await seenOf(both), /chunked/)
  })
  test('sends no field of the connection, and none that names the caller', async () => {
    const fields = [
      ['Host', 'elsewhere'],
      ['Connection', 'Vagus-Agent, X-Own'],
      ['X-Own', '1'],
      ['Upgrade', 'websocket'],
      ['Vagus_Agent', 'did:key:forged'],
    ] as const
    const seen = await seenOf(fields, 'GET', '')
    assert.doesNotMatch(seen, /elsewhere|X-Own|Upgrade|forged/)
    assert.match(seen, /\r\nVagus-Agent: did:key:stranger\r\n/)
    assert.equal(await seenOf([], 'CONNECT', ''), '')
  })
})

test('a peer cannot have more held than its part, however many requests it begins and does not end', async () => {
  const headers = [['Content-Type', 'application/json']] as const
  const head = encodeRequestHead({ method: 'POST', target: '/message:send', headers, speech: 'a2a' })
  const megabytes = Buffer.alloc(12 * 2 ** 20)
  const begun = await Promise.all(Array.from({ length: 6 }, () => stranger.call('worker', { protocol, head })))
  for (const exchange of begun) await exchange.send(megabytes)
  const { value } = await begun.at(-1)!.messages().next()
  assert.match(Buffer.from(value!.octets).toString(), /problem:limit/)
  for (const exchange of begun) exchange.cancel('enough')
  const { value: first } = await (
    await stranger.call('worker', { protocol, head, id: 'after' }).then(async (exchange) => {
      await exchange.send(Buffer.from('{}'))
      await exchange.end()
      return exchange
    })
  )
    .messages()
    .next()
  assert.equal(first!.octets[0], 1, 'the local server gets it')
})

/** All that a program gets over its connection. */
async function answerOf(headers: HeaderFields, ...bodies: readonly string[]): Promise<string> {
  const head = { status: 200, reason: 'OK', headers, exposed: '' }
  response = [{ type: 'head', head }, ...bodies.map((body) => ({ type: 'body', octets: Buffer.from(body) }) as const)]
  const socket = connect(Number(new URL(caller.url).port), '127.0.0.1')
  let text = ''
  socket.on('data', (octets) => (text += octets.toString('latin1')))
  socket.write('GET /agents/stranger/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  await Promise.race([once(socket, 'close'), new Promise((resolve) => setTimeout(resolve, 300))])
  socket.destroy()
  return text
}

describe('a peer that writes its own response (RFC 9112 §11.1)', () => {
  test('does not answer what the program asks next', async () => {
    const next = 'HTTP/1.1 200 OK\r\n\r\n'
    assert.doesNotMatch(await answerOf([['Content-Length', '2']], 'ok', next), /ok.*HTTP/)
    const both = [
      ['Content-Length', '2'],
      ['Transfer-Encoding', 'chunked'],
    ] as const
    assert.doesNotMatch(await answerOf(both, 'ok', next), /chunked|ok.*HTTP/)
    assert.match(
      await answerOf(
        [
          ['Content-Length', '2'],
          ['Content-Length', '3'],
        ],
        'ok',
      ),
      /^HTTP\/1.1 502 /,
    )
  })
  test('does not keep the connection of the program', async () => {
    const fields = [
      ['Connection', 'keep-alive'],
      ['Keep-Alive', 'timeout=1000'],
      ['Upgrade', 'h2c'],
    ] as const
    assert.doesNotMatch(await answerOf(fields, 'ok'), /1000|h2c/)
  })
})
