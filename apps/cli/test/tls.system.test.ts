/** Controllers with TLS and a certificate from an authority of one's own: behind a proxy, below a path; and members of a fleet. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { type Controller, loadConfigText, startController } from '@vagus/controller'
import { Keyring } from '@vagus/keyring'
import { runSidecar } from '@vagus/sidecar'
import { eventually } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { joinFleetWith } from '../src/controller-fleet.ts'
import { ended, start, vagus } from './started.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-tls-'))
after(() => rmSync(folder, { recursive: true }))
const file = (name: string): string => join(folder, name)
const openssl = (line: string): void =>
  void execFileSync('openssl', line.split(' '), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })

/** Of localhost, and of the authority. */
function makeCertificates(): void {
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
  openssl(`req -x509 ${key} -keyout ca.key -out ca.pem -subj /CN=ca -days 2`)
  openssl(`req ${key} -keyout s.key -out s.csr -subj /CN=localhost`)
  writeFileSync(file('s.ext'), 'subjectAltName=DNS:localhost')
  openssl('x509 -req -in s.csr -CA ca.pem -CAkey ca.key -days 2 -extfile s.ext -out s.pem')
  chmodSync(file('s.key'), 0o600)
}

describe('a controller behind TLS and a path', { skip: needs('openssl'), timeout: 300_000 }, () => {
  const event = { id: 7, time: '2026-01-01T00:00:00Z', event: 'link.down', severity: 'bad', subject: 'a', fields: {} }
  let server: ReturnType<typeof createServer>
  let port = 0

  before(async () => {
    makeCertificates()
    server = createServer(
      { key: readFileSync(file('s.key')), cert: readFileSync(file('s.pem')) },
      (request, response) => {
        const path = request.url!.replace(/\?.*/, '')
        if (path === '/vagus/v1/links')
          response.end(JSON.stringify({ apiVersion: 'vagus/v1', kind: 'LinkList', items: [] }))
        else if (path !== '/vagus/v1/events') response.writeHead(404).end()
        else if (request.headers.accept === 'text/event-stream')
          response
            .writeHead(200, { 'content-type': 'text/event-stream' })
            .write(`id: 7\ndata: ${JSON.stringify(event)}\n\n`)
        else response.end(JSON.stringify({ apiVersion: 'vagus/v1', kind: 'EventList', items: [], last: 6 }))
      },
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  after(() => {
    server.close()
    server.closeAllConnections()
  })

  const at = (host = 'localhost'): string[] => ['--controller', `https://${host}:${port}/vagus/`]
  const trusted = () => ({ NODE_EXTRA_CA_CERTS: file('ca.pem') })

  test('is asked, and followed', async () => {
    const { exit, out, err } = await vagus(['link', 'ls', '--json', ...at()], trusted())
    assert.deepEqual([exit, JSON.parse(out).kind], [0, 'LinkList'], err)
    const child = start(process.execPath, ['events', '-f', '--json', ...at()], trusted())
    child.stdout!.once('data', () => child.kill('SIGINT'))
    const followed = await ended(child)
    assert.match(followed.out, /"id":7/, followed.err)
  })
  test('and a certificate that is not believed is named, with what to do', async () => {
    const unknown = await vagus(['link', 'ls', ...at()])
    assert.equal(unknown.exit, 3)
    assert.match(unknown.err, /not from an authority that is known here\n {2}set NODE_EXTRA_CA_CERTS/)
    const other = await vagus(['link', 'ls', ...at('127.0.0.1')], trusted())
    assert.match(other.err, /its certificate is for another name\n/)
  })
})

describe('a controller of a fleet, with TLS and operators', { skip: needs('openssl'), timeout: 120_000 }, () => {
  const kind = { role: 'agent', skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 86_400 }
  const home = file('home')
  const keyringOf = (name: string): Keyring => new Keyring(join(folder, name, 'agents'))
  const policies = 'permit (principal in Role::"reader", action, resource);'
  const told: string[] = []
  const stop = new AbortController()
  const sides: Promise<unknown>[] = []
  let controller: Controller | undefined
  let base = ''
  let owner: ReturnType<Keyring['create']>['identity']['id']

  before(async () => {
    makeCertificates()
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(file('ca.pem'), 'utf8')])
    mkdirSync(home, { mode: 0o700 })
    owner = keyringOf('hq').create('acme', kind, Date.now()).identity.id
    const ids = Object.entries({ network: home, asker: file('asker'), thief: file('thief') }).map(
      ([name, at]) => new Keyring(join(at, 'agents')).create(name, kind, Date.now()).identity.id,
    )
    const config = {
      listen: '127.0.0.1:0',
      tls: { cert: file('s.pem'), key: file('s.key') },
      flow: { listen: ['127.0.0.1:0'] },
      operators: {},
      access: { owners: [{ name: 'acme', id: owner }] },
      fleet: { owner: 'acme', listen: ['udp://127.0.0.1:0'] },
    }
    controller = await startController(loadConfigText(JSON.stringify(config), { environment: { VAGUS_HOME: home } }), {
      version: '0',
      joinFleet: joinFleetWith(undefined),
      report: (line) => void told.push(line),
    })
    base = controller.address.replace('127.0.0.1', 'localhost')
    const members = ['network', 'asker', 'thief'].map((name, at) => ({
      id: ids[at]!,
      name,
      roles: name === 'asker' ? ['reader'] : [],
    }))
    const { jws } = keyringOf('hq').signRoster('acme', () => ({ members, policies }), Date.now())
    const headers = { 'content-type': 'application/jose' }
    const published = await fetch(`${base}/v1/rosters/${owner}`, { method: 'PUT', body: jws, headers })
    assert.ok(published.ok, await published.text())
  })
  after(async () => {
    stop.abort()
    await Promise.all(sides)
    await controller?.stop()
  })

  /** Where a member calls others, by a side-car that asks the controller over HTTPS. */
  function joined(name: string): Promise<string> {
    const serving = Promise.withResolvers<string>()
    const side = runSidecar({
      keyring: keyringOf(name),
      name,
      owner,
      exposed: {},
      whenServing: serving.resolve,
      listen: ['udp://127.0.0.1:0'],
      controller: base,
      folders: [],
      relays: [],
      allowed: [],
      port: 0,
      tokens: new Map(),
      program: [],
      environment: {},
      report: (line) => void told.push(line),
      signal: stop.signal,
    })
    side.catch(serving.reject)
    sides.push(side)
    return serving.promise
  }
  async function statusFor(name: string): Promise<unknown> {
    const client = new Client({ name, version: '1' })
    await client.connect(new StreamableHTTPClientTransport(new URL(`${await joined(name)}network/mcp`)))
    try {
      return (await client.callTool({ name: 'network_status', arguments: {} })).structuredContent
    } finally {
      await client.close()
    }
  }

  test('is found by its members: its own side-car asks over a socket in its home', async () => {
    const { mode } = statSync(join(home, 'api.sock'))
    assert.equal(mode & 0o170000, 0o140000)
    await eventually(
      () => `the network is listed\n${told.join('\n')}`,
      async () => (await fetch(`${base}/v1/agents/network`)).ok,
    )
    assert.equal((await fetch(`${base}/v1/status`)).status, 401)
  })
  test('answers those whom the roster lets, which its side-car has by that socket, and nobody else', async () => {
    assert.partialDeepStrictEqual(await statusFor('asker'), { domain: 'default' })
    await assert.rejects(statusFor('thief'), /no policy permits thief/)
  })
})
