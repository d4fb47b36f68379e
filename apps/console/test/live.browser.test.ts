/** The page in Chromium on the real controller, which is fed with real datagrams: what was sent is what is shown. */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { needs } from '../../../scripts/needs.ts'
import { ensureConsole } from '../src/build.ts'
import { launch, openPage, resize, settled, violationsOf } from './browser.ts'
import { ipfixMessage } from './ipfix.ts'

const vagus = resolve(import.meta.dirname, '../../cli/src/main.ts')

const config = `
domain: two-sites
as: 64512
substrate: test
devices:
  - name: pe-1
    role: edge
    address: 127.0.0.1
    interfaces:
      - { name: eth0, index: 1, site: office }
      - { name: eth1, index: 2, site: factory }
sites:
  - { name: office, prefixes: [10.1.0.0/16, "2001:db8:1::/48"] }
  - { name: factory, prefixes: [10.2.0.0/16, "2001:db8:2::/48"] }
links:
  - { name: to-office, a: { node: pe-1, interface: eth0 }, z: { node: office }, capacity: 1000000 }
  - { name: to-factory, a: { node: pe-1, interface: eth1 }, z: { node: factory }, capacity: 2000000 }
`

/** Starts `vagus controller` and reads from what it reports where it listens. */
async function startController(home: string): Promise<{ process: ChildProcess; origin: string; flowPort: number }> {
  const file = join(home, 'vagus.yaml')
  writeFileSync(file, config)
  const options = ['--listen', '127.0.0.1:0', '--flow.listen', '127.0.0.1:0', '--home', join(home, 'state')]
  const child = spawn(process.execPath, [vagus, 'controller', '-c', file, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let report = ''
  for await (const piece of child.stderr as AsyncIterable<Buffer>) {
    report += piece.toString()
    const origin = /console: (http:\/\/\S+)/.exec(report)?.[1]
    const flowPort = /flows: udp \S+:(\d+)/.exec(report)?.[1]
    if (origin !== undefined && flowPort !== undefined) {
      child.stderr.resume()
      return { process: child, origin, flowPort: Number(flowPort) }
    }
  }
  throw new Error(`the controller did not start: ${report}`)
}

describe('the page of a controller that receives flows', { skip: needs('chromium') }, () => {
  let home: string
  let controller: Awaited<ReturnType<typeof startController>>
  let browser: Browser
  const socket = createSocket('udp4')
  let sent = 0

  /** Every second message a record of each source: 3 parts IPv4 to 1 part IPv6 by octets. */
  const send = async (): Promise<void> => {
    const records = [
      { version: 4, source: 7, octets: 60_000 },
      { version: 4, source: 8, octets: 30_000 },
      { version: 6, source: 9, octets: 30_000 },
    ] as const
    const message = ipfixMessage(records, sent, Date.now())
    sent += records.length
    await new Promise<void>((done) => socket.send(message, controller.flowPort, '127.0.0.1', () => done()))
  }

  before(async () => {
    await ensureConsole()
    home = mkdtempSync(join(tmpdir(), 'vagus-console-'))
    controller = await startController(home)
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    socket.close()
    if (controller !== undefined && controller.process.exitCode === null) {
      controller.process.kill('SIGTERM')
      await once(controller.process, 'exit')
    }
    rmSync(home, { recursive: true, force: true })
  })

  test('says what fills it while nothing arrived, then shows within seconds what was sent', async () => {
    const { page, complaints } = await openPage(browser, `${controller.origin}/#/overview?by=src`, {
      width: 1600,
      theme: 'light',
    })
    // the first half minute, unless all is slow here; never one beside the other
    const [soon, none] = ['The first figures come in some seconds', 'No flows in this window'] as const
    await page.getByText(soon).or(page.getByText(none)).first().waitFor()
    const texts = await page.locator('.state.empty strong').allTextContents()
    assert.ok(!texts.includes(soon) || !texts.includes(none), texts.join())
    if (texts.includes(soon)) {
      const traffic = page.locator('.kpi').filter({ hasText: 'traffic' })
      assert.match((await traffic.textContent()) ?? '', /–first figures soon/)
    }
    await page.getByText('vagus doctor').first().waitFor()
    assert.match((await page.locator('header').textContent()) ?? '', /two-sites.*64512.*test/)
    await send()
    // the event comes by the stream, the figures follow
    await page.getByText('pe-1 exports ipfix').waitFor()
    const rows = page.locator('table.top tbody tr')
    await page.getByText('10.1.0.7').waitFor()
    assert.equal(await rows.count(), 3)
    assert.match((await rows.first().textContent()) ?? '', /^10\.1\.0\.7.*50.0\u202f%$/)
    await page.getByText('2001:db8:1::9').waitFor()
    assert.match((await page.locator('section[aria-label="IPv6 share"] .lead').textContent()) ?? '', /^25.0%/)
    const cells = await page.locator('table.matrix tbody td:not(.sum)').allTextContents()
    assert.equal(cells.filter((text) => text !== '0').length, 1)
    assert.deepEqual(await violationsOf(page), [])
    assert.deepEqual(complaints, [])
    await page.context().close()
  })

  test('every page shows the controller without a complaint, wide and narrow, light and dark', async () => {
    await send()
    const { page, complaints } = await openPage(browser, `${controller.origin}/#/overview`, {
      width: 1440,
      theme: 'dark',
    })
    for (const name of ['Overview', 'Traffic', 'Links', 'Devices', 'Agents', 'Events']) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.getByRole('heading', { level: 1, name }).waitFor()
      for (const { width, theme } of [
        { width: 1440, theme: 'dark' },
        { width: 400, theme: 'light' },
      ] as const) {
        await page.emulateMedia({ colorScheme: theme })
        await resize(page, width)
        await settled(page)
        assert.equal(await page.locator('.state.failed').count(), 0, name)
        assert.deepEqual(await violationsOf(page), [], `${name} ${width}`)
      }
    }
    assert.deepEqual(complaints, [])
    await page.context().close()
  })

  test('the controller sends the page under a policy without unsafe-inline', async () => {
    const response = await fetch(`${controller.origin}/`)
    const policy = response.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.doesNotMatch(policy, /unsafe/)
  })

  test('when it is stopped the page keeps what it has and says how old it is', async () => {
    const { page } = await openPage(browser, `${controller.origin}/#/overview?by=src`, { width: 1440, theme: 'light' })
    await page.getByText('10.1.0.7').waitFor()
    controller.process.kill('SIGTERM')
    await once(controller.process, 'exit')
    await page.getByText('The controller cannot be reached').first().waitFor()
    assert.equal(await page.getByText('10.1.0.7').count(), 1)
    await page.context().close()
  })
})
