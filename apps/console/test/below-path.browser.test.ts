/** The page in Chromium behind a proxy that serves it below a path. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'
import { ensureConsole } from '../src/build.ts'
import { launch, openPage, settled } from './browser.ts'
import { FixtureServer } from './fixture-server.ts'

test('a proxy may serve the page below a path', { skip: needs('chromium') }, async (t) => {
  const server = new FixtureServer(await ensureConsole())
  const { port } = new URL(await server.listen())
  const asked: string[] = []
  const proxy = createServer((incoming, outgoing) => {
    const url = incoming.url!
    asked.push(url)
    if (!url.startsWith('/vagus/')) {
      outgoing.writeHead(404).end()
      return
    }
    const options = { port, path: url.slice('/vagus'.length), headers: incoming.headers }
    const passed = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(outgoing)
    })
    passed.on('error', () => outgoing.destroy())
    outgoing.on('close', () => passed.destroy())
    passed.end()
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const browser = await launch()
  t.after(async () => {
    await browser.close()
    proxy.close()
    proxy.closeAllConnections()
    await server.close()
  })
  const origin = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const { page, complaints } = await openPage(browser, `${origin}/vagus/#/overview`, { width: 1440, theme: 'light' })
  await settled(page)
  await page.locator('.live.live').waitFor()
  assert.ok(asked.includes('/vagus/v1/events'))
  assert.deepEqual(
    asked.filter((path) => !path.startsWith('/vagus/')),
    [],
  )
  assert.deepEqual(complaints, [])
})
