import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { eventually, until } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { labList, labMove, labUp, type LabUp, type Move, shellCommand } from '../src/index.ts'

const run = promisify(execFile)
const fixture = (name: string): string => resolve(import.meta.dirname, 'fixtures', name)
const port = '7007'

describe('an agent between two access networks', { skip: needs('netns', 'frr') }, () => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-lab-'))
  let lab: LabUp
  let address: string

  before(async () => {
    lab = await labUp({ topology: 'roam', mode: 'attached', home, programs: [] })
    address = lab.agents.find(({ name }) => name === 'writer')!.networks[0]!.addresses.v4
    const [file, ...args] = await shellCommand('writer', [process.execPath, fixture('echo.ts'), port], { home })
    await once(spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] }).stdout, 'data')
  })
  after(async () => {
    await lab?.down()
    rmSync(home, { recursive: true, force: true })
  })

  const on = async (...command: readonly string[]): Promise<string> => {
    const [file, ...args] = await shellCommand('reader', command, { home })
    return (await run(file, args)).stdout
  }
  /** Those that came back, shortest first. */
  const roundTrips = async (count: number): Promise<readonly number[]> => {
    const output = await on(process.execPath, fixture('round-trips.ts'), address, port, String(count))
    const took = JSON.parse(output) as readonly (number | null)[]
    return took.filter((each) => each !== null).sort((a, b) => a - b)
  }
  /**
   * Of `count`, none comes back sooner than `least` milliseconds, and some come little later. A busy machine delays most of
   * them, at times all, and then others are sent: that some are not delayed shows that the emulator waits no longer than
   * it should.
   */
  const assertRoundTrip = async (least: number, count: number): Promise<void> => {
    const most = least + 10
    const isTelling = (took: readonly number[]): boolean => took.length < count || took[0]! < least || took[4]! < most
    const took = await until(() => roundTrips(count), isTelling)
    assert.ok(took.length === count && took[0]! >= least, `${took.length} of ${count}, the quickest in ${took[0]} ms`)
  }
  const move = (network: string, how: Move['how']) => labMove({ agent: 'reader', network, how }, { home })
  const networks = async () => (await labList({ home }))[0]!.agents.find(({ name }) => name === 'reader')!

  test('begins on the first, at its round trip of 40 ms: none is faster, and some take little longer', async () => {
    assert.deepEqual(
      (await networks()).networks.map(({ name, site, state }) => [name, site, state]),
      [
        ['wifi', 'office', 'attached'],
        ['5g', 'field', 'detached'],
      ],
    )
    await assertRoundTrip(40, 50)
  })

  test('reaches the rest of the network over IPv6, too', async () => {
    const { v6 } = lab.agents.find(({ name }) => name === 'writer')!.networks[0]!.addresses
    const program = `require('node:net').connect(1, '${v6}').on('error', ({ code }) => console.log(code))`
    assert.equal((await on(process.execPath, '-e', program)).trim(), 'ECONNREFUSED')
  })

  test('has both networks for a while when a move is planned, then the new one alone at 60 ms', async (t) => {
    const moving = move('5g', 'planned')
    const statesOf = async () => (await networks()).networks.map(({ state }) => state)
    const seen: string[] = []
    const look = setInterval(() => void statesOf().then((states) => seen.push(states.join(' '))), 50)
    t.after(() => clearInterval(look))
    const { from, to, how } = await moving
    assert.deepEqual({ from, to, how }, { from: 'wifi', to: '5g', how: 'planned' })
    assert.ok(seen.includes('attached attached'), seen.join(', '))
    await eventually('it has the new one alone', async () => (await statesOf()).join() === 'detached,attached')
    await assertRoundTrip(60, 25)
  })

  test('keeps a dead interface that looks alive when the network goes suddenly', async () => {
    await move('wifi', 'sudden')
    assert.deepEqual(
      (await networks()).networks.map(({ state }) => state),
      ['attached', 'dead'],
    )
    assert.match(await on('cat', '/sys/class/net/5g/carrier'), /1/)
    const { networks: both } = await networks()
    const from = both.find(({ name }) => name === '5g')!.addresses.v4
    const program = `const s = require('node:dgram').createSocket('udp4').on('message', () => console.log('alive')).bind(0, '${from}', () => s.send('0000', ${port}, '${address}')); setTimeout(() => s.close(), 300)`
    assert.equal(await on(process.execPath, '-e', program), '')
    assert.equal((await roundTrips(5)).length, 5)
  })

  test('makes moves that are asked for at once one after the other, and is on one network then', async () => {
    const made = await Promise.all([move('5g', 'planned'), move('wifi', 'planned'), move('5g', 'sudden')])
    assert.deepEqual(
      made.map(({ from, to }) => [from, to]),
      [
        ['wifi', '5g'],
        ['5g', 'wifi'],
        ['wifi', '5g'],
      ],
    )
    const statesOf = async () => (await networks()).networks.map(({ state }) => state)
    await eventually('it is on that alone', async () => (await statesOf()).join() === 'detached,attached')
    assert.equal((await networks()).network, '5g')
  })

  test('moves again after a move that failed because the process of the link was gone', async () => {
    process.kill(linkProcess(), 'SIGKILL') // of wifi
    await assert.rejects(move('wifi', 'planned'), /the emulated link wifi does not answer: .*; it restarts by itself/)
    const { network, networks: both } = await networks()
    assert.deepEqual([network, ...both.map(({ state }) => state)], ['5g', 'detached', 'attached'])
    assert.equal(both[0]!.fates, null)
    const again = async (): Promise<string> => (await move('wifi', 'planned')).from
    await eventually('it moves again', async () => (await again()) === '5g', { seconds: 15, every: 500 })
    assert.equal((await roundTrips(5)).length, 5)
  })

  /** Of the first access network, seen from outside. */
  function linkProcess(): number {
    const textOf = (pid: string, file: string): string => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, 'utf8')
      } catch {
        return '' // it has ended
      }
    }
    const parentOf = (pid: string): string => textOf(pid, 'stat').replace(/.*\) \S+ (\d+).*/s, '$1')
    const isOurs = (pid: string): boolean => textOf(pid, 'cmdline').includes('"agentSide":"x1a"')
    return Number(
      readdirSync('/proc').find((pid) => isOurs(pid) && textOf(parentOf(pid), 'cmdline').includes(lab.folder)),
    )
  }

  test('has counts of what became of the packets of each way', async () => {
    const fatesOf = async () => (await networks()).networks.map(({ fates }) => fates!)
    const [before] = await fatesOf()
    await roundTrips(10)
    const [after] = await fatesOf()
    assert.ok(after!.up.carried >= before!.up.carried + 10 && after!.down.carried >= before!.down.carried + 10)
    assert.deepEqual([after!.up.lost, after!.down.full], [0, 0])
  })

  test('cannot go where it has no network, or is already', async () => {
    await assert.rejects(move('lte', 'planned'), /reader has no network "lte"; there are wifi, 5g/)
    await assert.rejects(move('wifi', 'planned'), /reader is already on wifi/)
    await assert.rejects(
      labMove({ agent: 'nobody', network: '5g', how: 'planned' }, { home }),
      /there are reader, writer/,
    )
  })
})
