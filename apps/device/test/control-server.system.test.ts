import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parsePrefix } from '@vagus/address'
import { checkControlPath, refuseSecondAgent, startControlServer } from '../src/control-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-control-'))
const path = join(folder, 'agent.sock')
await refuseSecondAgent(path)
const server = await startControlServer(
  path,
  new Map([['POST /prefix', async () => ({ status: 200, body: parsePrefix('nonsense') })]]),
)
after(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const statusOf = (method: string, target: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const sent = request({ socketPath: path, method, path: target }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
    sent.end()
  })

test('a second agent is refused at the socket of one that answers', async () => {
  await assert.rejects(refuseSecondAgent(path), /another agent answers at .*--control PATH/)
})

test('a control socket that cannot be is refused with its folder, before anything waits', () => {
  checkControlPath(join(folder, 'new', 'er', 'agent.sock'))
  for (const wrong of ['/proc/x', join(path, 'x')]) {
    assert.throws(
      () => checkControlPath(join(wrong, 'agent.sock')),
      (error) => error instanceof RangeError && error.message.includes(`which ${wrong} is not: `),
    )
  }
})

test('what is wrong with the question is 400, not 500', async () => {
  assert.equal(await statusOf('POST', '/prefix'), 400)
  assert.equal(await statusOf('GET', '//['), 400)
  assert.equal(await statusOf('GET', '/nothing'), 404)
})
