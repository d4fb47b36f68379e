/** The list of a controller behind a proxy with TLS, below a path; who trusts its certificate is a process of its own. */
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { unknownAgent } from '@vagus/api/problem-types'
import { needs } from '../../../scripts/needs.ts'
import { controllerList } from '../src/index.ts'

describe('the list of a controller behind TLS', { skip: needs('openssl') }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-lookup-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')] as const
  const asked: string[] = []
  let server: ReturnType<typeof createServer>
  let address = ''

  before(async () => {
    const made = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=x'
    const name = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate]
    execFileSync('openssl', ['req', '-x509', ...made.split(' '), ...name], { stdio: 'ignore' })
    server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
      asked.push(`${request.method} ${request.url}`)
      if (request.method === 'GET') response.writeHead(404).end(JSON.stringify({ type: unknownAgent }))
      else response.end('{"apiVersion":"vagus/v1"}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    address = `https://localhost:${(server.address() as AddressInfo).port}/vagus/`
  })
  after(() => {
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true })
  })

  test('is published to and searched below its path', async () => {
    const script = `
      import { controllerList } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      const list = controllerList(process.argv[1])
      const { signal } = new AbortController()
      await list.publish('writer', 'a.b.c', signal)
      console.log(JSON.stringify(await list.find('boss', { signal })))`
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate }
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, address], { env })
    assert.equal(stdout, '[]\n')
    assert.deepEqual(asked, ['PUT /vagus/v1/agents/writer', 'GET /vagus/v1/agents/boss'])
  })

  test('is not believed with a certificate of somebody unknown, and that says what to do', async () => {
    const { signal } = new AbortController()
    await assert.rejects(
      controllerList(address).find('writer', { signal }),
      /no controller answers at https:.*: its certificate is not from an authority .*; set NODE_EXTRA_CA_CERTS/,
    )
  })
})
