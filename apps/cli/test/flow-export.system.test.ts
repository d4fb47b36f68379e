import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { keptSinceHeader } from '@vagus/api'
import { registry } from '../src/registry.ts'
import { run } from '../src/run.ts'
import { recorded } from './surroundings.ts'

/** Exports to `name` in a folder of its own, from what answers like a controller. */
async function exported(t: TestContext, name: string, answer: RequestListener, options: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-export-'))
  const socket = join(folder, 'c.sock')
  let asked = 0
  const server = createServer((request, response) => {
    asked++
    answer(request, response)
  }).listen(socket)
  t.after(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  await new Promise((resolve) => server.once('listening', resolve))
  writeFileSync(join(folder, 'plain'), '')
  const around = recorded()
  const words = ['flow', 'export', join(folder, name), '--controller', `unix:${socket}`, ...options]
  const exit = await run(registry, words, around)
  return { exit, ...around.written, asked, folder, files: readdirSync(folder).sort() }
}

const file: RequestListener = (_, response) => response.end('PAR1')

describe('flow export', () => {
  test('writes what comes, and leaves no draft', async (t) => {
    const { exit, folder, files } = await exported(t, 'x.parquet', file)
    assert.equal(exit, 0)
    assert.deepEqual(files, ['c.sock', 'plain', 'x.parquet'])
    assert.equal(readFileSync(join(folder, 'x.parquet'), 'utf8'), 'PAR1')
  })
  test('says since when the records of the window are kept', async (t) => {
    const { exit, err } = await exported(t, 'x.parquet', (_, response) =>
      response.writeHead(200, { [keptSinceHeader]: '2026-11-02T12:00:00.000Z' }).end('PAR1'),
    )
    assert.equal(exit, 0)
    assert.match(err, /^only from 2026-11-02 12:00:00Z on: what came before is no longer kept\n$/)
  })
  for (const [name, says] of [
    ['nowhere/x.parquet', /there is no folder .*nowhere\n {2}mkdir -p/],
    ['.', /is a folder\n {2}name a file in it: .*flows\.parquet/],
    ['plain/x.parquet', /plain is not a folder/],
  ] as const)
    test(`refuses ${name} before anybody is asked`, async (t) => {
      const { exit, err, asked } = await exported(t, name, file)
      assert.equal(exit, 2)
      assert.match(err, says)
      assert.equal(asked, 0)
    })
  test('asks for a time of the past, and refuses half of one before anybody is asked', async (t) => {
    let asked: string | undefined
    const keep: RequestListener = ({ url }, response) => {
      asked = url
      response.end('PAR1')
    }
    const window = (...options: string[]) => exported(t, 'x.parquet', keep, options)
    const to = await window('--to', '2026-11-27 03:00')
    assert.deepEqual(
      [to.exit, to.err, to.asked],
      [2, 'vagus: "--to" needs "--from" as well\n  write: --from TIME --to TIME\n', 0],
    )
    const both = await window('--last', '1h', '--from', '2026-11-27 03:00')
    assert.deepEqual([both.exit, both.asked], [2, 0])
    assert.match(both.err, /"--last" cannot be combined with "--from" and "--to"/)
    await window('--from', '2026-11-27T03:00:00+01:00')
    assert.equal(asked, '/v1/flows/export?from=2026-11-27T02%3A00%3A00.000Z')
    await window()
    assert.equal(asked, '/v1/flows/export')
  })
  test('leaves nothing where the controller refuses, and passes on why', async (t) => {
    const { exit, err, files } = await exported(t, 'x.parquet', (_, response) =>
      response.writeHead(503).end('{"title":"Not available now","detail":"2 exports run already"}'),
    )
    assert.equal(exit, 1)
    assert.match(err, /2 exports run already/)
    assert.deepEqual(files, ['c.sock', 'plain'])
  })
})
