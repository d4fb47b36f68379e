import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServer as createTlsServer } from 'node:tls'
import { recordOf } from '@vagus/channel'
import { type HostRoute, listen, parseEndpointUri, RouteDialler, type RouteReceiver, trustAlso } from '../src/index.ts'
import { needs } from '../../../scripts/needs.ts'
import { openTunnel } from '../src/paths/tunnel.ts'

const opened: { destroy(): unknown }[] = []
after(() => opened.forEach((one) => one.destroy()))

async function listening(server: Server | TcpServer): Promise<number> {
  opened.push({ destroy: () => server.close() })
  server.on('connection', (socket) => opened.push(socket))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A proxy that lets CONNECT through with that name and password. */
async function openProxy(
  credentials?: string,
): Promise<{ readonly url: string; readonly connects: readonly string[] }> {
  const connects: string[] = []
  const server = createServer()
  server.on('connect', ({ url = '', headers }, client) => {
    connects.push(url)
    const given = headers['proxy-authorization']
    if (credentials !== undefined && given !== `Basic ${Buffer.from(credentials).toString('base64')}`)
      return client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n')
    const target = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.pipe(target).pipe(client)
    })
    for (const one of [client, target]) one.on('error', () => one.destroy())
    return undefined
  })
  return { url: `http://127.0.0.1:${await listening(server)}`, connects }
}

/** A proxy that answers that text, whatever it is asked; nothing: it stays silent. */
const saying = async (text: string | undefined): Promise<{ readonly url: string }> => {
  const server = createTcpServer((client) => {
    client.on('error', () => undefined)
    client.once('data', () => (text === undefined ? undefined : client.end(text)))
  })
  return { url: `http://127.0.0.1:${await listening(server)}` }
}

/** Files of a certificate that vouches for itself. */
function certificateFor(names: string): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-ca-'))
  opened.push({ destroy: () => rmSync(folder, { recursive: true }) })
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=relay -addext subjectAltName=${names}`
  execFileSync('openssl', [...words.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' })
  return { key, cert }
}

const target = { host: 'relay.example', port: 7602 }

for (const [what, answer, expected] of [
  [
    'asks for a password',
    'HTTP/1.1 407 X\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n',
    /asks for a name and a password \(407\): write http:\/\/NAME:PASSWORD@HOST:PORT/,
  ],
  [
    'asks for what is not spoken here',
    'HTTP/1.1 407 X\r\nProxy-Authenticate: Negotiate\r\n\r\n',
    /asks for Negotiate \(407\); only Basic/,
  ],
  [
    'refuses the port',
    'HTTP/1.1 403 Forbidden\r\n\r\n',
    /refuses CONNECT relay\.example:7602 \(403\); most allow port 443 only: .*wss:\/\/HOST\/PATH/,
  ],
  ['cannot reach it', 'HTTP/1.1 502 Bad Gateway\r\n\r\n', /answers CONNECT relay\.example:7602 with HTTP 502/],
  ['closes', '', /closes the connection instead of an answer/],
  ['is silent', undefined, /does not answer CONNECT relay\.example:7602 within 0\.2 s/],
] as const)
  test(`a proxy that ${what} is told in words that name it`, async () => {
    const proxy = await saying(answer)
    await assert.rejects(openTunnel(proxy, target, { within: 200 }), (error: Error) => {
      assert.match(error.message, /^the proxy 127\.0\.0\.1:\d+ /)
      assert.match(error.message, expected)
      return true
    })
  })

test('a wrong password, and a proxy that nobody is at, are told', async () => {
  const { url } = await openProxy('name:pass word')
  const withName = (pair: string): { readonly url: string } => ({ url: url.replace('//', `//${pair}@`) })
  await assert.rejects(openTunnel(withName('name:wrong'), target), /does not accept this name and password \(407\)/)
  await assert.rejects(
    openTunnel({ url: 'http://127.0.0.1:1' }, target),
    /the proxy 127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
  )
  const echo = createTcpServer((client) => client.pipe(client))
  const port = await listening(echo)
  const socket = await openTunnel(withName('name:pass%20word'), { host: '127.0.0.1', port }, { within: 300 })
  await sleep(400) // the limit is for the answer, not for what follows
  socket.write('hello')
  const [octets] = (await once(socket, 'data')) as [Buffer]
  assert.equal(octets.toString(), 'hello')
  socket.destroy()
})

test('a name and password that were refused are not tried again and again: that locks accounts', async ({ mock }) => {
  let now = performance.now()
  const { url, connects } = await openProxy('name:right')
  mock.method(performance, 'now', () => now)
  const wrong = { url: url.replace('//', '//name:wrong@') }
  const refusal = { message: `the proxy ${url.slice(7)} does not accept this name and password (407)` }
  await assert.rejects(openTunnel(wrong, target), refusal)
  await assert.rejects(openTunnel(wrong, target), { message: `${refusal.message}; it is asked again in 60 s` })
  assert.equal(connects.length, 1)
  now += 60_000
  await assert.rejects(openTunnel(wrong, target), refusal)
  now += 119_000
  await assert.rejects(openTunnel(wrong, target), { message: `${refusal.message}; it is asked again in 1 s` })
  assert.equal(connects.length, 2)
})

for (const kind of ['tcp', 'ws'] as const)
  test(`packets over ${kind} go through a proxy both ways, and the route names it`, async () => {
    const framed = (packet: Uint8Array): Uint8Array => (kind === 'tcp' ? recordOf(packet) : packet)
    const packets: { readonly route: HostRoute; readonly packet: Uint8Array }[] = []
    const came = Promise.withResolvers<void>()
    const receiver: RouteReceiver = {
      packet: (route, packet) => {
        packets.push({ route, packet: new Uint8Array(packet) })
        if (packets.length === 1) route.send(framed(packet))
        else came.resolve()
      },
      drained: () => undefined,
      closed: () => undefined,
    }
    const endpoint = await listen(`${kind}://127.0.0.1:0`, receiver)
    const { url, connects } = await openProxy()
    const port = parseEndpointUri(endpoint.uri)!.port
    // Names of this host are never asked of a proxy, so one of elsewhere is given, which this proxy takes for this host.
    const uri = parseEndpointUri(`${kind}://192.0.2.7:${port}`)!
    const route = await new RouteDialler(receiver, { url }).dial(uri)
    assert.deepEqual([route.remote, route.proxy], [uri.text, url.replace('http://', '')])
    const packet = new Uint8Array(40).fill(7)
    packet[0] = 0x40
    route.send(framed(packet))
    await came.promise
    assert.deepEqual(connects, [`192.0.2.7:${port}`])
    assert.deepEqual(
      packets.map((each) => each.packet),
      [packet, packet],
    )
    route.close()
    await endpoint.close()
  })

test(
  'a certificate of a private authority is believed once its file is named, also through a proxy',
  { skip: needs('openssl') },
  async () => {
    const { key, cert } = certificateFor('IP:192.0.2.7')
    const receiver: RouteReceiver = { packet: () => undefined, drained: () => undefined, closed: () => undefined }
    const endpoint = await listen('ws://127.0.0.1:0', receiver)
    const inner = parseEndpointUri(endpoint.uri)!.port
    const front = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (client) => {
      const socket = connect(inner, '127.0.0.1')
      client.pipe(socket).pipe(client)
      for (const one of [client, socket]) one.on('error', () => one.destroy())
    })
    const { url } = await openProxy()
    const uri = parseEndpointUri(`wss://192.0.2.7:${await listening(front)}`)!
    const dialler = new RouteDialler(receiver, { url })
    await assert.rejects(dialler.dial(uri), /self-signed certificate/)
    assert.throws(() => trustAlso(key), /has no certificate in PEM form/)
    trustAlso(cert)
    const route = await dialler.dial(uri)
    assert.equal(route.remote, uri.text)
    route.close()
    await endpoint.close()
  },
)

test('a proxy over TLS proves its own name, not that of what is behind it', { skip: needs('openssl') }, async () => {
  const { key, cert } = certificateFor('DNS:localhost,IP:127.0.0.1')
  const asked: unknown[] = []
  const proxy = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (client) => {
    asked.push(Reflect.get(client, 'servername')) // node's types do not know it yet
    client.on('error', () => undefined)
    client.once('data', () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'))
  })
  const port = await listening(proxy)
  trustAlso(cert)
  for (const host of ['localhost', '127.0.0.1'])
    for (const behind of ['relay.example', '192.0.2.7'])
      (await openTunnel({ url: `https://${host}:${port}` }, { host: behind, port: 443 })).destroy()
  assert.deepEqual(asked, ['localhost', 'localhost', false, false])
})
