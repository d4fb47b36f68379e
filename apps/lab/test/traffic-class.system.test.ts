import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { ActuationPlan, ActuationReceipt, DeviceAgent, LinkTelemetryList } from '@vagus/api/telemetry'
import { eventually } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { faultOf, labFault, type LabUp, labUp, shellCommand } from '../src/index.ts'

const run = promisify(execFile)
const main = resolve(import.meta.dirname, '../../cli/src/main.ts')
const prefix = '10.18.0.0/16'

/** What the neighbour AS has of a prefix, by the address that told it. */
interface Paths {
  readonly paths?: readonly { readonly metric?: number; readonly peer: { readonly peerId: string } }[]
}

describe('traffic classes beside real FRR routers', { skip: needs('netns', 'frr') }, () => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-class-'))
  let lab: LabUp

  before(async () => {
    const programs = ['controller', 'devices'] as const
    // Everything is asked over Unix sockets; the port is one that nobody looks at.
    lab = await labUp({ topology: 'small', mode: 'attached', home, listen: '127.0.0.1:17908', programs })
    await eventually('both agents have their sessions', async () => {
      const agents = await Promise.all(['pe-1', 'pe-2'].map((name) => ask<DeviceAgent>(socketOf(name), '/v1/agent')))
      return agents.every(({ sessions }) => sessions.every(({ state }) => state === 'established'))
    })
  })
  after(async () => {
    await lab.down()
    rmSync(home, { recursive: true, force: true })
  })

  const socketOf = (device: string): string => join(lab.folder, 'devices', `${device}.sock`)
  const vagus = async <Resource>(words: readonly string[], device: string): Promise<Resource> => {
    const where = ['--socket', socketOf(device), '--controller', `unix:${join(lab.folder, 'controller.sock')}`]
    const { stdout } = await run(process.execPath, [main, ...words, ...where, '--json'])
    return JSON.parse(stdout) as Resource
  }
  /** MED by neighbour, as the router of the neighbour AS has it. */
  const toldBy = async (address: string): Promise<number | undefined> => {
    const vtysh = ['vtysh', '-c', `show bgp ipv4 unicast ${prefix} json`]
    const [file, ...words] = await shellCommand('tr-1', vtysh, { name: 'small', home })
    const { paths = [] } = JSON.parse((await run(file, words)).stdout) as Paths
    return paths.find(({ peer }) => peer.peerId === address)?.metric
  }
  const [pe1, pe2] = ['10.1.0.4', '10.1.0.6'] as const
  const med = (link: string, number: number, ...more: readonly string[]): readonly string[] => [
    'bgp',
    'med',
    prefix,
    '--link',
    link,
    '--class',
    String(number),
    '--owner',
    'test',
    ...more,
  ]

  test('what an agent measures is known to the other', async () => {
    await eventually('each knows the other', async () => {
      const lists = await Promise.all(
        ['pe-1', 'pe-2'].map((name) => ask<LinkTelemetryList>(socketOf(name), '/v1/telemetry/links')),
      )
      return lists.every(({ items }, at) => items.length === 3 && items[0]!.device === (at === 0 ? 'pe-2' : 'pe-1'))
    })
  })

  test('a plan changes nothing; done, the neighbour has it on that link alone, and undone the baseline', async () => {
    const plan = await vagus<ActuationPlan>(med('pe-1-tr-1', 1, '--dry-run'), 'pe-1')
    assert.deepEqual([plan.class.med, plan.before[0]!.med, await toldBy(pe1)], [10, 100, 100])
    const receipt = await vagus<ActuationReceipt>(med('pe-1-tr-1', 1), 'pe-1')
    assert.deepEqual([receipt.before[0]!.med, receipt.after[0]!.med], [100, 10])
    assert.notEqual(receipt.verifiedAfterMs, null)
    assert.deepEqual([await toldBy(pe1), await toldBy(pe2)], [10, 100])
    await vagus(['bgp', 'undo', receipt.actuation.id, '--device', 'pe-1', '--owner', 'test'], 'pe-1')
    await eventually('the baseline is back', async () => (await toldBy(pe1)) === 100)
  })

  test('a class of one router is none of its fellow, whose interfaces have the same numbers', async () => {
    const receipt = await vagus<ActuationReceipt>(med('pe-2-tr-1', 6), 'pe-2')
    assert.deepEqual([await toldBy(pe1), await toldBy(pe2)], [100, 1000])
    const beside = await vagus<ActuationReceipt>(med('pe-1-tr-1', 2), 'pe-1')
    assert.deepEqual([beside.after[0]!.med, await toldBy(pe1), await toldBy(pe2)], [50, 50, 1000])
    await vagus(['bgp', 'undo', receipt.actuation.id, '--device', 'pe-2', '--owner', 'test'], 'pe-2')
    await vagus(['bgp', 'undo', beside.actuation.id, '--device', 'pe-1', '--owner', 'test'], 'pe-1')
  })

  test('without the controller agents hear each other through their routers, and with it again as before', async () => {
    const isHeard = async (): Promise<boolean> => {
      const { items } = await ask<LinkTelemetryList>(socketOf('pe-1'), '/v1/telemetry/links')
      return items.length === 3 && items.every(({ device }) => device === 'pe-2')
    }
    const carried = async (): Promise<string> => {
      const [file, ...words] = await shellCommand('pe-1', ['vtysh', '-c', 'show bgp ipv4 unicast'], { home })
      return (await run(file, words)).stdout
    }
    assert.doesNotMatch(await carried(), /100\.6[4-9]\./)
    const { undo } = await labFault(faultOf(['kill', 'controller']), { home })
    await eventually(
      'links through the routers',
      async () => (await isHeard()) && /100\.6[4-9]\./.test(await carried()),
    )
    await labFault(faultOf(undo!), { home })
    await eventually('links as before', async () => (await isHeard()) && !/100\.6[4-9]\./.test(await carried()))
  })

  test('an agent that is killed leaves nothing behind', async () => {
    await vagus(med('pe-1-tr-1', 1), 'pe-1')
    await eventually('the class', async () => (await toldBy(pe1)) === 10)
    process.kill(processWith(socketOf('pe-1')), 'SIGKILL')
    await eventually('the baseline is back', async () => (await toldBy(pe1)) === 100)
  })
})

/** Waits thirty seconds: the hold time, a controller that starts, and other tests beside this one. */
function ask<Resource>(socketPath: string, path: string): Promise<Resource> {
  return new Promise((resolved, reject) => {
    const asked = request({ socketPath, path }, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () => resolved(JSON.parse(text) as Resource))
    })
    asked.once('error', reject)
    asked.end()
  })
}

/** The process of the agent whose control socket is at `socket`. */
function processWith(socket: string): number {
  for (const path of globSync('/proc/[0-9]*/cmdline')) {
    try {
      const words = readFileSync(path, 'utf8').split('\0')
      if (words.includes(socket) && words.includes('device')) return Number(path.split('/')[2])
    } catch {
      // it ended meanwhile
    }
  }
  return assert.fail(`no process has ${socket}`)
}
