/** What strangers hold of a server that asks nothing of those who connect. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { eventually } from '../../../../scripts/eventually.ts'
import { needs } from '../../../../scripts/needs.ts'
import { type HttpListener, type ListenerOptions, listenHttp } from '../../src/local/http-listener.ts'

const limits = { host: '127.0.0.1', port: 0, maxConnections: 64, requestWithin: 2000, headWithin: 200 }

async function listening(t: TestContext, more: Partial<ListenerOptions> = {}): Promise<HttpListener> {
  const server = await listenHttp(async (_, response) => void response.end('served'), { ...limits, ...more })
  t.after(() => server.close())
  return server
}

function connected({ port }: HttpListener, said = ''): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume().write(said)
  return socket
}

const isOver = (socket: Socket): boolean => socket.readableEnded || socket.destroyed
/** Well below the half minute that Node lets pass between two looks. */
const soon = { seconds: 15 }

describe('a connection that is held for nothing', () => {
  test('ends where its head does not come', async (t) => {
    const server = await listening(t)
    const held = [connected(server), connected(server, 'GET / HTTP/1.1\r\nHost: x\r\n')]
    await eventually('both are closed', () => held.every(isOver), soon)
  })

  test('ends where its handshake does not come', { skip: needs('openssl') }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-listener-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    const options = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=x'
    execFileSync('openssl', [...options.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' })
    const server = await listening(t, { tls: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') } })
    const held = connected(server)
    await eventually('it is closed', () => isOver(held), soon)
  })

  test('is not all that there are: one host has its share', async (t) => {
    const server = await listening(t, { maxFromOne: 4, headWithin: 2000 })
    const held = Array.from({ length: 5 }, () => connected(server))
    await eventually('the fifth is closed', () => held.filter(isOver).length === 1, { seconds: 1.5 })
    held.find((socket) => !isOver(socket))!.destroy()
    const answered = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${server.port}/`)).ok
    await eventually('there is room again', answered, { seconds: 1.5 })
  })
})
