import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import {
  deviceListSchema,
  eventListSchema,
  exporterListSchema,
  flowTopSchema,
  ipv6ShareSchema,
  linkListSchema,
  linkLoadSchema,
  matrixSchema,
  statusSchema,
  trafficSeriesSchema,
} from '@vagus/api'
import { eventually, until } from '../../../scripts/eventually.ts'
import { type Ended, ended, start, vagus } from './started.ts'

const octets = 60_000
const packets = 50

/** One NetFlow version 5 datagram with one record, office (interface 3) to the internet (interface 2). */
function netflow5(sequence: number, now: number): Uint8Array {
  const datagram = new Uint8Array(24 + 48)
  const view = new DataView(datagram.buffer)
  const upMilliseconds = 3_600_000
  view.setUint16(0, 5)
  view.setUint16(2, 1)
  view.setUint32(4, upMilliseconds)
  view.setUint32(8, Math.floor(now / 1000))
  view.setUint32(12, (now % 1000) * 1_000_000)
  view.setUint32(16, sequence)
  datagram.set([198, 51, 100, 7], 24)
  datagram.set([203, 0, 113, 9], 28)
  view.setUint16(36, 3)
  view.setUint16(38, 2)
  view.setUint32(40, packets)
  view.setUint32(44, octets)
  // First and last packet in the same millisecond: what lies before the controller's start would not count.
  view.setUint32(48, upMilliseconds)
  view.setUint32(52, upMilliseconds)
  view.setUint16(56, 50_000)
  view.setUint16(58, 443)
  view.setUint8(62, 6)
  return datagram
}

const config = (socket: string): string => `
domain: test
listen: 'unix:${socket}'
flow: { listen: ['127.0.0.1:0'] }
devices:
  - name: edge-1
    role: edge
    address: 127.0.0.1
    samplingRate: 1
    interfaces: [{ name: eth0, index: 2, site: internet }, { name: eth1, index: 3, site: office }]
sites:
  - { name: office, prefixes: [198.51.100.0/24] }
  - { name: internet, kind: neighbour, prefixes: [0.0.0.0/0, '::/0'] }
links:
  - { name: uplink, a: { node: edge-1, interface: eth0 }, z: { node: internet }, capacity: 1000000 }
applications:
  - { name: https, ports: [443] }
`

/** A slice of time is in the live window once it is complete. */
const patience = { seconds: 60 } as const

/** A controller as an operator starts it, and the port that it receives flows on. */
async function startController(folder: string): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = start(process.execPath, [
    'controller',
    '-c',
    join(folder, 'vagus.yaml'),
    '--home',
    join(folder, 'home'),
  ])
  let said = ''
  const port = await new Promise<number>((resolve, reject) => {
    child.stderr!.on('data', (octets: Buffer) => {
      said += octets.toString()
      const [, port] = /flows: udp 127\.0\.0\.1:(\d+)/.exec(said) ?? []
      if (port !== undefined) resolve(Number(port))
    })
    child.once('exit', (code) => reject(new Error(`the controller ended with ${code}: ${said}`)))
  })
  return { child, port }
}

/** Ends what hangs; a machine that is busy with other tests is slow, and that is no failure. */
const longest = 300_000

describe('beside a running controller', { timeout: longest }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-cli-'))
  const socket = join(folder, 'c.sock')
  const controller = { VAGUS_CONTROLLER: `unix:${socket}` }
  const asked = (...args: readonly string[]): Promise<Ended> => vagus(args, controller)
  let running: Awaited<ReturnType<typeof startController>>
  let sent = 0

  async function send(): Promise<void> {
    const out = createSocket('udp4')
    for (let count = 0; count < 10; count++) {
      const datagram = netflow5(sent++, Date.now())
      await new Promise((resolve) => out.send(datagram, running.port, '127.0.0.1', resolve))
    }
    out.close()
  }

  before(async () => {
    writeFileSync(join(folder, 'vagus.yaml'), config(socket))
    running = await startController(folder)
    await send()
    await until(
      () => asked('status', '--json'),
      ({ out }) => out !== '' && statusSchema.parse(JSON.parse(out)).flows.records >= 10,
      patience,
    )
  })
  after(() => {
    running.child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })

  const resources = [
    { line: 'status', schema: statusSchema },
    { line: 'flow top', schema: flowTopSchema },
    { line: 'flow series', schema: trafficSeriesSchema },
    { line: 'matrix', schema: matrixSchema },
    { line: 'link ls', schema: linkListSchema },
    { line: 'link show uplink', schema: linkLoadSchema },
    { line: 'device ls', schema: deviceListSchema },
    { line: 'exporter ls', schema: exporterListSchema },
    { line: 'ipv6 share', schema: ipv6ShareSchema },
    { line: 'events', schema: eventListSchema },
  ]
  for (const { line, schema } of resources) {
    test(`vagus ${line} --json prints the resource of the contract`, async () => {
      const { exit, out, err } = await asked(...line.split(' '), '--json')
      assert.equal(err, '')
      assert.equal(exit, 0)
      schema.parse(JSON.parse(out))
    })
    test(`vagus ${line} prints a table that fits 100 columns`, async () => {
      const { exit, out, err } = await vagus(line.split(' '), { ...controller, COLUMNS: '100' })
      assert.equal(err, '')
      assert.equal(exit, 0)
      assert.notEqual(out.trim(), '')
      for (const each of out.split('\n')) assert.ok(Array.from(each).length <= 100, each)
    })
  }
  test('flow top adds up what was sent, by the dimensions asked for', async () => {
    const line = ['flow', 'top', '--by', 'src,application', '-n', '3', '--last', '5m', '--json']
    const { items, by } = await until(
      async () => flowTopSchema.parse(JSON.parse((await asked(...line)).out)),
      ({ total }) => total.octets >= sent * octets,
      patience,
    )
    assert.deepEqual(by, ['src', 'application'])
    assert.equal(items[0]?.key['src'], '198.51.100.7')
    assert.equal(items[0].key['application'], 'https')
    assert.equal(items[0].octets, sent * octets)
    assert.equal(items[0].packets, sent * packets)
  })
  test('flow export writes a Parquet file and leaves no draft', async () => {
    const file = join(folder, 'flows.parquet')
    const { exit, out, err } = await asked('flow', 'export', file, '--last', '1h')
    assert.equal(err, '')
    assert.equal(exit, 0)
    assert.match(out, /flows\.parquet: /)
    assert.equal(readFileSync(file, 'latin1').slice(0, 4), 'PAR1')
    assert.equal(existsSync(`${file}.unfinished`), false)
  })
  test('the matrix has it from office to internet, once', async () => {
    const { names, bitsPerSecond, window, total } = await until(
      async () => matrixSchema.parse(JSON.parse((await asked('matrix', '--last', '5m', '--json')).out)),
      ({ total, window }) => total * window.seconds > sent * octets * 8 - 1,
      patience,
    )
    const rate = bitsPerSecond[names.indexOf('office')]![names.indexOf('internet')]!
    assert.ok(Math.abs(rate * window.seconds - sent * octets * 8) < 1, `${rate} b/s over ${window.seconds} s`)
    assert.ok(Math.abs(total - rate) < 1)
  })
  test('a question that the controller refuses ends with 2 and its words', async () => {
    const { exit, err } = await asked('flow', 'top', '--filter', 'nonsense')
    assert.equal(exit, 2)
    assert.match(err, /filter/)
  })
  test('a link that is not there ends with 2 and says where the names are', async () => {
    const { exit, err } = await asked('link', 'show', 'nope')
    assert.equal(exit, 2)
    assert.match(err, /nope[^]*vagus link ls/)
  })
  test('doctor knows the controller, and that NetFlow 5 hides IPv6', async () => {
    await send() // an exporter that has fallen silent meanwhile is told as that
    const { out } = await asked('doctor', '--json')
    const { items } = JSON.parse(out) as { items: { check: string; state: string; found: string }[] }
    assert.equal(items.find(({ check }) => check === 'controller')?.state, 'ok')
    assert.match(items.find(({ check }) => check === 'API address')!.found, /unix:/)
    assert.ok(
      items.some(({ found }) => /IPv6/.test(found)),
      JSON.stringify(items),
    )
  })
  test('doctor --security says who approves, and nothing of the machine', async () => {
    const { out } = await asked('doctor', '--security', '--json')
    const { items } = JSON.parse(out) as { items: { check: string; state: string; found: string }[] }
    assert.match(items.find(({ check }) => check === 'acting')?.found ?? '', /a person approves/)
    assert.equal(items.find(({ check }) => check === 'API address')?.state, 'ok')
    assert.ok(items.some(({ check }) => check === 'record'))
    assert.ok(!items.some(({ check }) => check === 'disk' || check === 'exporters'))
  })
  test('version names both ends', async () => {
    assert.match((await asked('version')).out, /^vagus {7}0\.1\.0\n.*\ncontroller {2}0\.1\.0\n$/)
  })
  test('agent rm shows the key of the operator, and has it only with the home of the controller', async () => {
    const denied = await asked('agent', 'rm', 'nobody', '--home', join(folder, 'other'))
    assert.equal(denied.exit, 4)
    assert.match(denied.err, /the key of the operator: .*other\/operator\.key does not\s+exist\n {2}on the host/)
    const elsewhere = await vagus(['agent', 'rm', 'nobody', '--controller', 'http://192.0.2.1:7600'])
    assert.equal(elsewhere.exit, 4)
    assert.match(elsewhere.err, /http:\/\/192\.0\.2\.1:7600 is not on this host/)
    const known = await asked('agent', 'rm', 'nobody', '--home', join(folder, 'home'))
    assert.equal(known.exit, 2)
    assert.match(known.err, /there is no agent "nobody"/)
  })
  test('a second controller on the same socket ends with 1 and says what helps', async () => {
    const { exit, err } = await vagus([
      'controller',
      '-c',
      join(folder, 'vagus.yaml'),
      '--home',
      join(folder, 'second'),
    ])
    assert.equal(exit, 1)
    assert.match(err, /\n {2}another controller\?/)
  })

  test('events -f goes on after the controller was killed and started again, with nothing twice', async (t) => {
    const child = start(process.execPath, ['events', '-f', '--json'], controller)
    t.after(() => child.kill('SIGKILL')) // a failure must not leave it, and us waiting for it
    const end = ended(child)
    let isOver = false
    void end.then(() => (isOver = true))
    const ids = (text: string): number[] =>
      text.split('\n').flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { id: number }).id]))
    let out = ''
    child.stdout!.on('data', (octets: Buffer) => (out += octets.toString()))
    // as long as it follows: between its attempts are up to 15 s, and how long a start takes, the machine says
    const printed = async (what: string, found: () => boolean): Promise<void> => {
      for (; !found(); await pause(50)) if (isOver) assert.fail(`it ended before ${what}: ${(await end).err}`)
    }
    await printed('the past', () => out.includes('controller.started'))
    running.child.kill('SIGKILL')
    await new Promise((resolve) => running.child.once('exit', resolve))
    running = await startController(folder)
    const starts = (): number => out.split('controller.started').length - 1
    await printed('the new start', () => starts() === 2)
    child.kill('SIGINT')
    const { exit, err } = await end
    assert.equal(exit, 130)
    assert.match(err, /connection lost .*\n(.*\n)*.*connected again/)
    const seen = ids(out)
    assert.deepEqual(
      seen,
      [...new Set(seen)].sort((a, b) => a - b),
    )
  })
  test('SIGTERM ends the controller in order, with 0', async () => {
    const exited = new Promise((resolve) => running.child.once('exit', resolve))
    running.child.kill('SIGTERM')
    assert.equal(await exited, 0)
    assert.equal((await asked('status')).exit, 3)
  })

  test('SIGTERM while it starts ends it in order too', async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-start-'))
    t.after(() => rmSync(home, { recursive: true, force: true }))
    const options = ['--home', join(home, 'state'), '--listen', '127.0.0.1:0', '--flow.listen', '127.0.0.1:0']
    const child = start(process.execPath, ['controller', ...options])
    t.after(() => child.kill('SIGKILL'))
    const end = ended(child)
    await eventually('it begins', () => existsSync(join(home, 'state')), { ...patience, every: 5 })
    child.kill('SIGTERM')
    assert.equal((await end).exit, 0)
  })
})
