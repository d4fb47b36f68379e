import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { text } from 'node:stream/consumers'
import type { ExportQuery, Patience } from '@vagus/store'
import { parseEndpoint } from '@vagus/address'
import { eventually, until } from '../../../../scripts/eventually.ts'
import type { View } from '../../src/domain/view.ts'
import type { Backend } from '../../src/http/backend.ts'
import { serveHttp } from '../../src/http/serve.ts'
import { exportOf } from '../../src/resources/export.ts'
import { appOver } from '../support/app-over.ts'

const window = { milliseconds: 1000, to: 2000 }

/** A view of a store that writes as `exportParquet` says. */
function viewOf(
  draftFolder: string,
  exportParquet: (query: ExportQuery, patience: Patience) => Promise<{ octets: number }>,
): View {
  return {
    now: () => 2000,
    domain: { sites: [], devices: [], links: [], applications: [] },
    addressOf: () => undefined,
    store: { draftFolder, exportParquet, stats: async () => ({ completeTo: 2000 }) },
  } as unknown as View
}

/** Never done, until it is called off. */
const endless = async (_: ExportQuery, { signal }: Patience): Promise<never> => {
  if (!signal!.aborted) await once(signal!, 'abort')
  throw new Error('called off')
}

test('an export that nobody waits for is called off, and leaves neither its place taken nor files', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const gone = new AbortController()
  const abandoned = [1, 2].map(() => exportOf(viewOf(folder, endless), window, gone.signal))
  const alive = new AbortController().signal
  await assert.rejects(exportOf(viewOf(folder, endless), window, alive), /2 exports are already running/)
  await until(
    async () => readdirSync(folder).length,
    (drafts) => drafts === 2,
  )
  gone.abort('Client connection prematurely closed.')
  const calledOff = { name: 'StoreError', message: /the client has gone/ }
  await Promise.all(abandoned.map((each) => assert.rejects(each, calledOff)))
  assert.deepEqual(readdirSync(folder), [])
  const write = async ({ path }: ExportQuery): Promise<{ octets: number }> => {
    writeFileSync(path, 'PAR1')
    return { octets: 4 }
  }
  const { octets, stream } = await exportOf(viewOf(folder, write), window, alive)
  assert.deepEqual([octets, await text(stream), readdirSync(folder)], [4, 'PAR1', []])
})

test('a HEAD for an export writes none', async () => {
  const exportFlows = async () => assert.fail('an export was written')
  const app = appOver({ exportFlows }, { now: () => 2000 })
  const init = { method: 'HEAD', headers: { host: 'localhost' } }
  const answer = await app.request('/v1/flows/export?last=1s', init)
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'application/vnd.apache.parquet'])
})

test('an export whose folder is not there takes no place', async () => {
  const { signal } = new AbortController()
  for (let asked = 0; asked < 3; asked++) {
    await assert.rejects(exportOf(viewOf('/nowhere', endless), window, signal), { code: 'ENOENT' })
  }
})

test('a client that goes away while its export is written calls it off', async (t) => {
  const asked = Promise.withResolvers<AbortSignal>()
  const exportFlows: Backend['exportFlows'] = (_window, signal) => {
    asked.resolve(signal)
    return new Promise(() => undefined)
  }
  const app = appOver({ exportFlows }, { now: () => 2000 })
  const server = await serveHttp(app.fetch, { kind: 'tcp', address: '127.0.0.1', port: 0 })
  t.after(() => server.stop())
  const client = new AbortController()
  const { port } = parseEndpoint(server.address, 1)
  const answer = fetch(`http://127.0.0.1:${port}/v1/flows/export`, { signal: client.signal })
  const signal = await asked.promise
  client.abort()
  await assert.rejects(answer)
  await until(async () => signal.aborted, Boolean)
})

test('an export has its place until it is sent: read to its end, or given up by its reader', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const write = async ({ path }: ExportQuery): Promise<{ octets: number }> => {
    writeFileSync(path, new Uint8Array(1_000_000))
    return { octets: 1_000_000 }
  }
  const { signal } = new AbortController()
  const ask = async () => exportOf(viewOf(folder, write), window, signal)
  const [first, second] = [await ask(), await ask()]
  await assert.rejects(ask(), /2 exports are already running/)
  await text(first.stream)
  const again = async () => eventually('there is a place', ask)
  const third = await again()
  await assert.rejects(ask(), /2 exports are already running/)
  await Promise.all([second, third].map(async ({ stream }) => stream.cancel()))
  await (await again()).stream.cancel()
})
