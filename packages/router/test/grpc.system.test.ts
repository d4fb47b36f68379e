import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { after, describe, test } from 'node:test'
import { RouterError } from '../src/errors.ts'
import { GrpcClient } from '../src/gobgp/grpc.ts'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

describe('gRPC', () => {
  const server: Http2Server = createServer()
  server.on('stream', (stream, headers) => {
    const type = { ':status': 200, 'content-type': 'application/grpc' }
    if (headers[':path'] === '/a.Service/Refuse') {
      stream.respond({ ...type, 'grpc-status': '5', 'grpc-message': 'not%20there' }, { endStream: true })
      return
    }
    stream.respond(type, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.on('data', (part: Buffer) => stream.write(Buffer.concat([part, part]))) // two messages
    stream.on('end', () => stream.end())
  })
  after(() => server.close())

  test('a stream of answers, and what is refused', async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = new GrpcClient(`127.0.0.1:${(server.address() as AddressInfo).port}`, 'a.Service')
    const answers = await client.call('Echo', hex('010203'))
    assert.deepEqual(
      answers.map((answer) => Buffer.from(answer).toString('hex')),
      ['010203', '010203'],
    )
    await assert.rejects(client.call('Refuse', hex('')), (error) => {
      return error instanceof RouterError && error.code === 'refused' && error.message.endsWith('Refuse: not there')
    })
    client.close()
  })

  test('nobody who listens is unreachable', async () => {
    const client = new GrpcClient('127.0.0.1:1', 'a.Service')
    await assert.rejects(client.call('Echo', hex('')), (error) => {
      return error instanceof RouterError && error.code === 'unreachable'
    })
  })
})
