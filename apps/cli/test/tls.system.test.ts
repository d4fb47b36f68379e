/** A controller behind a proxy with TLS, below a path, with a certificate from an authority of one's own. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { ended, start, vagus } from './started.ts'

describe('a controller behind TLS and a path', { skip: needs('openssl'), timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-tls-'))
  const file = (name: string): string => join(folder, name)
  const openssl = (line: string): void =>
    void execFileSync('openssl', line.split(' '), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const event = { id: 7, time: '2026-01-01T00:00:00Z', event: 'link.down', severity: 'bad', subject: 'a', fields: {} }
  let server: ReturnType<typeof createServer>
  let port = 0

  before(async () => {
    const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
    openssl(`req -x509 ${key} -keyout ca.key -out ca.pem -subj /CN=ca -days 2`)
    openssl(`req ${key} -keyout s.key -out s.csr -subj /CN=localhost`)
    writeFileSync(file('s.ext'), 'subjectAltName=DNS:localhost')
    openssl('x509 -req -in s.csr -CA ca.pem -CAkey ca.key -days 2 -extfile s.ext -out s.pem')
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
    rmSync(folder, { recursive: true })
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
