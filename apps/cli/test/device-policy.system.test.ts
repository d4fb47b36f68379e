import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { recorded } from './surroundings.ts'

test('the agent is asked at its own socket; what it refuses is said, with where to look', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-policy-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const socket = join(folder, 'a.sock')
  const asked: string[] = []
  const answered = { apiVersion: 'vagus/v1', kind: 'PolicyChange', device: 'pe-1', router: 'bird', installed: [] }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${body}`)
      const isRefused = request.method === 'DELETE' || body.includes('9')
      response.statusCode = isRefused ? 409 : 200
      const refused = { title: 'no change is pending', status: 409, detail: 'no change is pending' }
      response.end(JSON.stringify(isRefused ? refused : { ...answered, state: 'in-place', goesBackAt: null }))
    })
  }).listen(socket)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const typed = async (...words: readonly string[]) => {
    const around = recorded()
    return {
      exit: await run(registry, ['device', 'policy', 'pe-1', '--socket', socket, ...words], around),
      ...around.written,
    }
  }
  assert.equal((await typed('--apply')).out, 'pe-1: in place already; nothing was installed\n')
  await typed('--apply', '--within', '5m')
  const { out } = await typed('--confirm', '--json')
  assert.equal((JSON.parse(out) as { kind: string }).kind, 'PolicyChange')
  const refused = await typed('--revert')
  assert.deepEqual(
    [refused.exit, refused.err.replaceAll(socket, 'SOCKET')],
    [1, 'vagus: no change is pending\n  vagus device show pe-1 --socket SOCKET\n'],
  )
  const unfit = await typed('--apply', '--within', '9s')
  assert.match(
    unfit.err,
    /\n {2}vagus device policy pe-1 --socket \S+ {3}\(what it needs, and where\)\n {2}vagus device show pe-1 /,
  )
  assert.equal(asked.pop(), 'POST /v1/policy {"seconds":9}')
  assert.deepEqual(asked, [
    'POST /v1/policy {"seconds":60}',
    'POST /v1/policy {"seconds":300}',
    'POST /v1/policy/confirmation ',
    'DELETE /v1/policy ',
  ])
})
