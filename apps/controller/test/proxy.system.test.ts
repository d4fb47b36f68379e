/** The server block of docs/50-configuration.md in a real nginx, before a real controller. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { type ControllerProcess, newFolder, startProcess } from './support/controller-process.ts'
import { freePort } from '../../../scripts/free-port.ts'

const page = readFileSync(new URL('../../../docs/50-configuration.md', import.meta.url), 'utf8')

describe('behind nginx as the page has it', { skip: needs('nginx', 'openssl'), timeout: 120_000 }, () => {
  const state = newFolder('hosts: [vagus.example]\n')
  const folder = mkdtempSync(join(tmpdir(), 'vagus-nginx-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')] as const
  let controller: ControllerProcess
  let nginx: ReturnType<typeof spawn>
  let port = 0

  before(async () => {
    const made = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=vagus.example'
    execFileSync('openssl', ['req', '-x509', ...made.split(' '), '-keyout', key, '-out', certificate], {
      stdio: 'ignore',
    })
    controller = await startProcess(state.folder)
    port = await freePort()
    const [, block] = /```nginx\n([^]*?)```/.exec(page)!
    const server = block!
      .replace('443 ssl', `127.0.0.1:${port} ssl`)
      .replace(/ssl_certificate \S+;/, `ssl_certificate ${certificate};`)
      .replace(/ssl_certificate_key \S+;/, `ssl_certificate_key ${key};`)
      .replace('192.0.2.0/24', '127.0.0.1')
      .replace('http://127.0.0.1:7600', controller.base)
      .replace(/(location )\/( \{[^]*?)(proxy_pass \S+);([^]*?\})/, '$&\n$1/vagus/$2$3/;$4')
    const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder};`)
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/pid; events {} http { access_log off; ${places.join(' ')} ${server} }`,
    )
    nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'log')], {
      stdio: 'ignore',
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
    })
    const log = (): string => readFileSync(join(folder, 'log'), 'utf8')
    await eventually(log, () => ask('/healthz'), { seconds: 60 })
  })
  after(async () => {
    nginx.kill('SIGKILL')
    await controller.end('SIGKILL')
    state.remove()
    rmSync(folder, { recursive: true })
  })

  const ask = async (path: string, method = 'GET', more = {}, body = ''): Promise<IncomingMessage> => {
    const headers = { host: 'vagus.example', ...more }
    const trust = { ca: readFileSync(certificate), servername: 'vagus.example' }
    const sent = request({ host: '127.0.0.1', port, path, method, headers, ...trust, agent: false }).end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return response
  }

  test('the API answers to the name of the proxy', async () => {
    const response = await ask('/v1/status')
    assert.equal(response.statusCode, 200, await text(response))
    const other = await ask('/v1/status', 'GET', { host: 'other.example' })
    assert.equal(other.statusCode, 421)
    other.destroy()
  })
  test('events come as they happen', async () => {
    const response = await ask('/v1/events', 'GET', { accept: 'text/event-stream', 'last-event-id': '0' })
    const [first] = (await once(response, 'data')) as [Buffer]
    assert.match(first.toString(), /controller\.started/)
    response.destroy()
  })
  test('AI agents ask over MCP, also from a page of the proxy, and below a path', async () => {
    const call = { name: 'network_status', arguments: {} }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call })
    const types = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const octets = { 'content-length': String(Buffer.byteLength(body)) }
    for (const path of ['/mcp', '/vagus/mcp']) {
      const response = await ask(path, 'POST', { ...types, ...octets, origin: 'https://vagus.example' }, body)
      const answer = await text(response)
      assert.equal(response.statusCode, 200, answer)
      assert.match(answer, /"structuredContent":\{"domain":"default"/)
    }
    const stranger = await ask('/mcp', 'POST', { ...types, ...octets, origin: 'https://other.example' }, body)
    assert.equal(stranger.statusCode, 403)
    stranger.destroy()
  })
  test('nobody takes agents off the list', async () => {
    const response = await ask('/v1/agents/writer', 'DELETE')
    assert.equal(response.statusCode, 403)
    response.destroy()
  })
})
