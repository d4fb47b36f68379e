import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Failure } from '../src/failure.ts'
import { proxyOfOptions } from '../src/side-car-options.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-proxy-'))
after(() => rmSync(folder, { recursive: true }))

const none = { proxy: undefined, ca: undefined }
const fails = (problem: RegExp, fix: RegExp) => (error: unknown) =>
  error instanceof Failure && problem.test(error.message) && fix.test(error.fix)

describe('--proxy and --ca', () => {
  test('name a proxy, and without them the environment does', async () => {
    assert.equal(await proxyOfOptions(none, {}), undefined)
    const environment = { HTTPS_PROXY: 'http://127.0.0.1:3128', NO_PROXY: 'corp.example, 10.0.0.0/8' }
    const told: string[] = []
    assert.deepEqual(await proxyOfOptions(none, environment, (line) => told.push(line)), {
      url: 'http://127.0.0.1:3128',
      except: ['corp.example', '10.0.0.0/8'],
    })
    assert.deepEqual(told, ['TCP and WebSockets go through the proxy 127.0.0.1:3128'])
    assert.equal(
      (await proxyOfOptions({ ...none, proxy: 'http://127.0.0.1:1' }, environment))?.url,
      'http://127.0.0.1:1',
    )
  })

  test('that are wrong are refused, with what would be right', async () => {
    const socks = proxyOfOptions({ ...none, proxy: 'socks5://h:1' }, {})
    await assert.rejects(socks, fails(/"--proxy": a proxy must be like http:/, /--proxy http:\/\/proxy\.example:3128/))
    const surroundings = proxyOfOptions(none, { https_proxy: 'socks5://h:1' })
    await assert.rejects(surroundings, fails(/"HTTPS_PROXY": /, /HTTPS_PROXY=http:\/\/proxy\.example:3128/))
    const missing = proxyOfOptions({ ...none, ca: join(folder, 'none.pem') }, {})
    await assert.rejects(missing, fails(/"--ca": ENOENT/, /PEM file/))
    writeFileSync(join(folder, 'empty.pem'), 'nothing')
    const empty = proxyOfOptions({ ...none, ca: join(folder, 'empty.pem') }, {})
    await assert.rejects(empty, fails(/"--ca": .*has no certificate in PEM form/, /PEM file/))
  })
})
