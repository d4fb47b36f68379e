import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { addressSocket, isKept, serveAddress } from '../src/address/index.ts'

const home = mkdtempSync(join(tmpdir(), 'vagus-address-'))
const path = addressSocket(home, 'robot')
const moved: string[] = []
const keeper = {
  status: () => ({
    agent: 'robot',
    address: 'fd00:77::1',
    links: ['eth0', 'eth1'],
    attached: { link: 'eth0', edge: 'pe-1', sequence: 7, until: 1_795_637_657_902 },
  }),
  move: (to: string): void => {
    if (to !== 'eth1') throw new RangeError(`there is no link "${to}" that is up; there are: eth0, eth1`)
    moved.push(to)
  },
}

function ask(method: string, url: string, body = ''): Promise<{ readonly status: number; readonly said: Said }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: path, method, path: url }, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () => resolve({ status: response.statusCode!, said: JSON.parse(text) as Said }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
type Said = Readonly<Record<string, unknown>>

describe('the socket of a moving address', () => {
  let close: () => void
  before(async () => {
    assert.equal(await isKept(path), false)
    close = await serveAddress(path, keeper)
  })
  after(() => {
    close()
    rmSync(home, { recursive: true, force: true })
  })

  test('is for its user alone, and says that somebody is there', async () => {
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.equal(statSync(join(home, 'addresses')).mode & 0o777, 0o700)
    assert.equal(await isKept(path), true)
  })

  test('says where the address is attached', async () => {
    const { status, said } = await ask('GET', '/v1/address')
    assert.deepEqual([status, said['kind'], said['address']], [200, 'AgentAddress', 'fd00:77::1'])
    assert.deepEqual(said['attached'], {
      link: 'eth0',
      edge: 'pe-1',
      sequence: 7,
      until: new Date(1_795_637_657_902).toISOString(),
    })
  })

  test('takes a move to a link that is up, and says what else would be one', async () => {
    assert.equal((await ask('POST', '/v1/address', '{"to":"eth1"}')).status, 200)
    assert.deepEqual(moved, ['eth1'])
    for (const [body, problem] of [
      ['{"to":"eth9"}', /there is no link "eth9" that is up; there are: eth0, eth1/],
      ['{"to":7}', /a move is \{ "to": "eth1" \}/],
      ['{', /a move is/],
      ['x'.repeat(2000), /at most 1024 octets/],
    ] as const) {
      const { status, said } = await ask('POST', '/v1/address', body)
      assert.equal(status, 400)
      assert.match(String(said['detail']), problem)
    }
    for (const [method, url] of [
      ['GET', '/v1/other'],
      ['DELETE', '/v1/address'],
    ] as const)
      assert.equal((await ask(method, url)).status, 404)
  })
})
