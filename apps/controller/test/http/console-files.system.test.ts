import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Hono } from 'hono'
import { consoleFiles } from '../../src/http/console-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-console-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const app = new Hono().use(consoleFiles(join(folder, 'dist')))
const get = async (path: string, accept = '*/*'): Promise<Response> => app.request(path, { headers: { accept } })

describe('the console', () => {
  test('that is not built yet is told how to build', async () => {
    assert.equal((await get('/')).status, 503)
    assert.match(await (await get('/map', 'text/html')).text(), /npx vagus controller/)
    assert.equal((await get('/assets/index.js')).status, 404)
  })

  test('is served as soon as it is built, and what has a hash in its name stays with the browser', async () => {
    mkdirSync(join(folder, 'dist/assets'), { recursive: true })
    writeFileSync(join(folder, 'dist/index.html'), '<!doctype html>')
    writeFileSync(join(folder, 'dist/assets/index-Ab12Cd34.js'), 'export {}')
    const page = await get('/')
    assert.deepEqual([page.status, page.headers.get('cache-control')], [200, 'no-cache'])
    const script = await get('/assets/index-Ab12Cd34.js')
    assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8')
    assert.match(script.headers.get('cache-control')!, /immutable/)
  })

  test('is its page at every address of the page, below whatever path of a proxy, and nothing outside its folder', async () => {
    writeFileSync(join(folder, 'secret'), 'secret')
    assert.equal(await (await get('/links', 'text/html')).text(), '<!doctype html>')
    const below = await get('/links/pe-1-p-1', 'text/html')
    assert.deepEqual([below.status, below.headers.get('location')], [302, '../'])
    assert.equal((await get('/links/pe-1-p-1')).status, 404)
    assert.equal((await get('/missing.js', 'text/html')).status, 404)
    for (const path of ['/../secret', '/%2e%2e/secret', '/..%2fsecret']) {
      assert.doesNotMatch(await (await get(path, 'text/html')).text(), /secret/)
    }
  })
})
