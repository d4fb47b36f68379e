/** Telemetry and traffic classes in a lab of FRR routers: how soon others know, how soon packets move, what is lost. @module */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActuationReceipt, LinkTelemetryList } from '@vagus/api/telemetry'
import { labUp, shellCommand } from '@vagus/lab'
import { ask, beginning, quiet, type Received, Script, until } from './script.ts'

export interface LabFigures {
  /** Milliseconds from the first packet of a change until every other agent has it. */
  readonly calm: readonly number[]
  readonly congested: readonly number[]
  /** Milliseconds from the request until packets come in over the new link. */
  readonly moves: readonly number[]
  /** In the network; `overflowed`: at the receiver's own socket, when the machine was too busy for it. */
  readonly lost: number
  readonly overflowed: number
  readonly sent: number
  readonly late: number
  readonly wrongMeds: number
  /** Milliseconds until the neighbour is told the baseline again. */
  readonly undone: number
  readonly afterKill: number
  readonly holdTime: number
}

const here = (name: string): string => resolve(import.meta.dirname, name)
const prefix = '10.18.0.0/16'
const receiver = { address: '10.18.0.1', port: 9000 }
const source = '198.18.0.1'
const rate = 2000
const octets = 200

export async function labFigures(moves: number, progress: (line: string) => void): Promise<LabFigures> {
  const home = mkdtempSync(join(tmpdir(), 'vagus-telemetry-'))
  const which = { name: 'small', home }
  const running: Script[] = []
  const lab = await labUp({
    topology: 'small',
    mode: 'attached',
    home,
    listen: '127.0.0.1:17902',
    programs: ['controller', 'devices'],
  })
  try {
    const agent = (name: string): string => join(lab.folder, 'devices', `${name}.sock`)
    const start = async (node: string, file: string, ...words: readonly string[]): Promise<Script> => {
      const command = await shellCommand(node, [process.execPath, here(file), ...words], which)
      const script = new Script(spawn(command[0], command.slice(1)))
      running.push(script)
      return script
    }
    for (const name of ['pe-1', 'pe-2']) {
      await until(`${name} answers`, async () => (await links(agent(name))).items.length >= 3)
    }
    progress('the agents hear of each other')

    const seen = await start('pe-2', 'watch-interface.ts', 'eth2', '200')
    await seen.line()
    /** `size` octets a datagram, 2,000 of them a second, for as long as it takes to be known and then a pause. */
    const changes = async (size: number, count: number): Promise<number[]> => {
      const delays: number[] = []
      for (let round = 0; round < count; round++) {
        await Promise.all([sleep(1500), quiet(seen)])
        const { in: before, capacity } = linkIn(await links(agent('pe-1')))
        const sender = await start(
          'tr-1',
          'udp-sender.ts',
          source,
          receiver.address,
          '9000',
          String(rate),
          '1.5',
          String(size),
        )
        const began = beginning(seen)
        await until(
          'the change is known',
          async () => linkIn(await links(agent('pe-1'))).in - before >= 0.05 * capacity,
        )
        delays.push(performance.timeOrigin + performance.now() - (await began))
        await sender.ended
      }
      return delays
    }
    const sink = await start('dc-east', 'udp-receiver.ts', receiver.address, String(receiver.port))
    await sink.line()
    // All of it comes in over pe-2's link, which is made the best one.
    await post(agent('pe-2'), 1)
    await sleep(1500)
    progress('a change of 20 %, then of 95 %')
    const calm = await changes(222, 5)
    const congested = await changes(1080, 5)
    seen.stop()
    await remove(agent('pe-2'))
    sink.stop()

    progress(`${moves} moves under ${rate} packets a second`)
    const receiverScript = await start('dc-east', 'udp-receiver.ts', receiver.address, '9001')
    await receiverScript.line()
    const watchers = await Promise.all(
      ['pe-1', 'pe-2'].map((node) => start(node, 'watch-interface.ts', 'eth2', String(2 * octets))),
    )
    for (const watcher of watchers) await watcher.line()
    await post(agent('pe-1'), 6)
    await sleep(1000)
    const sender = await start(
      'tr-1',
      'udp-sender.ts',
      source,
      receiver.address,
      '9001',
      String(rate),
      '600',
      String(octets),
    )
    await watchers[1]!.line()
    const delays: number[] = []
    let wrongMeds = 0
    for (let move = 0; move < moves; move++) {
      const number = move % 2 === 0 ? 1 : 6
      await quiet(watchers[move % 2]!)
      const began = beginning(watchers[move % 2]!)
      const from = performance.timeOrigin + performance.now()
      const receipt = await post(agent('pe-1'), number)
      if (receipt.after.some(({ med }) => med !== (number === 1 ? 10 : 1000))) wrongMeds++
      delays.push((await began) - from)
      await sleep(200)
    }
    sender.stop()
    const { sent } = JSON.parse(await sender.line()) as { sent: number }
    await sleep(500)
    receiverScript.stop()
    const { received, late, overflowed } = JSON.parse(await receiverScript.line()) as Received

    const undoAt = performance.now()
    await remove(agent('pe-1'))
    await until('the baseline is told again', async () => (await told(agent('pe-1'))) === 100)
    const undone = performance.now() - undoAt
    await post(agent('pe-1'), 1)
    progress('kill -9 of the agent')
    const { killed, afterKill } = await kill(which, agent('pe-1'))
    if (!killed) throw new Error('the agent was not found')
    return {
      calm,
      congested,
      moves: delays,
      lost: sent - received - overflowed,
      overflowed,
      sent,
      late,
      wrongMeds,
      undone,
      afterKill,
      holdTime: 9000,
    }
  } finally {
    for (const { child } of running) child.kill('SIGKILL')
    await lab.down()
    rmSync(home, { recursive: true, force: true })
  }
}

const links = (socket: string): Promise<LinkTelemetryList> => ask(socket, 'GET', '/v1/telemetry/links')
/** What pe-2's link to tr-1 takes in, as another agent knows it. */
const linkIn = (list: LinkTelemetryList): { readonly in: number; readonly capacity: number } =>
  list.items.find(({ device, interface: name }) => device === 'pe-2' && name === 'eth2') ?? {
    in: 0,
    capacity: Infinity,
  }

const asked = (number: number) => ({ owner: 'bench', prefix, interface: 'eth2', class: number, seconds: 600 })
const post = (socket: string, number: number): Promise<ActuationReceipt> =>
  ask(socket, 'POST', '/v1/bgp/actuations', asked(number))
async function remove(socket: string): Promise<void> {
  const { active } = await ask<{ active: { id: string }[] }>(socket, 'GET', '/v1/bgp/actuations')
  for (const { id } of active)
    await ask(socket, 'DELETE', `/v1/bgp/actuations?id=${encodeURIComponent(id)}&owner=bench`)
}
async function told(socket: string): Promise<number | null | undefined> {
  const { before } = await ask<{ before: { med: number | null }[] }>(socket, 'POST', '/v1/bgp/plan', asked(1))
  return before[0]?.med
}

/** Kills the agent that listens at the socket, and waits until the neighbour has the baseline. */
async function kill(
  which: { name: string; home: string },
  socket: string,
): Promise<{ killed: boolean; afterKill: number }> {
  const { stdout } = spawnSync('pgrep', ['-f', `device --name pe-1 .*${socket}`], { encoding: 'utf8' })
  const pid = Number(stdout.trim().split('\n')[0])
  const command = await shellCommand('tr-1', ['vtysh', '-c', `show bgp ipv4 unicast ${prefix} json`], which)
  const med = (): number | undefined => {
    const answer = spawnSync(command[0], command.slice(1), { encoding: 'utf8' }).stdout
    const { paths } = JSON.parse(answer) as { paths: { metric: number; nexthops: { ip: string }[] }[] }
    return paths.find(({ metric }) => metric === 10)?.metric
  }
  await until('the neighbour has the class', async () => med() === 10)
  const killed = pid > 0 && process.kill(pid, 'SIGKILL')
  const at = performance.now()
  await until('the baseline is back', async () => med() === undefined)
  return { killed, afterKill: performance.now() - at }
}
