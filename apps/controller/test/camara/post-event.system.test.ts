/** Sinks that answer as none should, over real sockets. */
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { postEvent } from '../../src/camara/post-event.ts'
import { Sinks } from '../../src/camara/sinks.ts'

for (const [what, answer, told] of [
  ['takes it', 'HTTP/1.1 204 No Content\r\n\r\n', 'taken'],
  [
    'speaks another protocol from now on',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
    /^the sink closed the connection without an answer$/,
  ],
  ['is gone', 'HTTP/1.1 410 Gone\r\n\r\n', /410/],
  [
    'sends the consumer elsewhere',
    'HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\n\r\n',
    /^the sink answered 307$/,
  ],
  ['hangs up', '', /socket hang up/],
] as const)
  test(`a sink that ${what} is done with at once`, async (t) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => (answer === '' ? socket.destroy() : socket.write(answer)))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close())
    const { port } = server.address() as { readonly port: number }
    const asked = { url: `http://127.0.0.1:${port}/`, token: undefined, json: '{}' }
    const posted = postEvent(new Sinks([`127.0.0.1:${port}`]), asked).then(
      () => 'taken',
      (error: Error) => error.message,
    )
    const found = await Promise.race([
      posted,
      new Promise<string>((resolve) => setTimeout(resolve, 30_000, 'nothing').unref()),
    ])
    if (typeof told === 'string') assert.equal(found, told)
    else assert.match(found, told)
  })
