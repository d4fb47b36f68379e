/** Starts the routers of the scenario `wired`, the agents beside them, and what keeps the robot's address. @module */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DeviceAgent } from '@vagus/api/telemetry'
import { Keyring } from '@vagus/keyring'
import { daemonFolder } from '../../frr/daemon-folder.ts'
import { vagus } from '../../inside/programs.ts'
import { agentAddress, accessLink, type EdgeName, mobileBlock, routerId, softwareOf } from '../network.ts'
import { bgpConfig, birdConfig, birdPolicy } from '../routers.ts'
import { ask } from './ask.ts'
import { type Place, until } from './place.ts'

/** The agent whose address moves. */
const agent = 'robot'
/** More than the scenario has: here moves are wanted. */
const moves = 1000

const controlOf = ({ folder }: Place, edge: EdgeName): string => join(folder, `${edge}.sock`)
const homeOf = ({ folder }: Place): string => join(folder, 'home')
export const keeperOf = (place: Place): string => join(homeOf(place), 'addresses', `${agent}.sock`)

export async function startRouters(place: Place, edges: readonly EdgeName[]): Promise<void> {
  await Promise.all((['core', ...edges] as const).map((router) => startRouter(place, router)))
}

async function startRouter(place: Place, router: 'core' | EdgeName): Promise<void> {
  const folder = join(place.folder, router)
  if (router !== 'core' && softwareOf(router) === 'bird') {
    const [socket, policy] = [join(folder, 'bird.ctl'), join(folder, 'vagus.conf')]
    writeFileSync(join(folder, 'bird.conf'), birdConfig(router, policy))
    writeFileSync(policy, await birdPolicy(socket, policy))
    const words = ['-f', '-c', join(folder, 'bird.conf'), '-s', socket]
    place.start(`${router}.bird`, router, ['bird', ...words])
    return until(`${router} does not answer`, () => expectFile(socket))
  }
  writeFileSync(join(folder, 'zebra.conf'), `hostname ${router}\n`)
  writeFileSync(join(folder, 'bgpd.conf'), bgpConfig(router))
  for (const [daemon, socket] of [
    ['zebra', 'zserv.api'],
    ['bgpd', 'bgpd.vty'],
  ] as const) {
    const words = ['-u', 'root', '-g', 'root', '-f', `/run/frr/${daemon}.conf`, '-P', '0', '--log', 'stdout']
    // Else zebra changes an IPv6 route by deleting the old one first, and packets between the two have none.
    const replace = daemon === 'zebra' ? ['--v6-rr-semantics'] : []
    place.start(`${router}.${daemon}`, router, [join(daemonFolder, daemon), ...words, ...replace])
    await until(`${router}.${daemon} does not listen`, () => expectFile(join(folder, socket)))
  }
}

/** The agents beside edges. */
export interface Devices {
  /** What the routers are. */
  readonly routers: readonly string[]
  /** Kills one with signal 9, and starts it again at once, as a service manager does. Settles when it has started. */
  readonly kill: (edge: EdgeName) => Promise<void>
}

export async function startDevices(place: Place, edges: readonly EdgeName[]): Promise<Devices> {
  const robot = new Keyring(join(homeOf(place), 'agents')).create(
    agent,
    { role: agent, skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 86_400 },
    Date.now(),
  )
  const { id } = robot.identity
  const running = new Map(edges.map((edge) => [edge, startDevice(place, edge, id)]))
  const routers = await Promise.all(edges.map((edge) => readyDevice(place, edge)))
  return {
    routers,
    async kill(edge) {
      const child = running.get(edge)!
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
      running.set(edge, startDevice(place, edge, id))
    },
  }
}

function startDevice(place: Place, edge: EdgeName, id: string): ChildProcess {
  const folder = join(place.folder, edge)
  const bird = ['--router-at', join(folder, 'bird.ctl'), '--policy-file', join(folder, 'vagus.conf')]
  return place.start(`${edge}.device`, edge, [
    ...vagus,
    ...`device --name ${edge} --agent ${routerId(edge)} --collector 127.0.0.1:6343`.split(' '),
    ...`--router ${softwareOf(edge)} --local-address ${agentAddress} --control ${controlOf(place, edge)}`.split(' '),
    ...(softwareOf(edge) === 'bird' ? bird : []),
    ...`--mobile ${mobileBlock} --mobile-links ${accessLink} --mobile-agents ${id} --mobile-moves ${moves}`.split(' '),
  ])
}

async function readyDevice(place: Place, edge: EdgeName): Promise<string> {
  const socket = controlOf(place, edge)
  return until(`hosts cannot attach to ${edge}`, async () => {
    const { addresses, router } = await ask<DeviceAgent>(socket, 'GET', '/v1/agent')
    if (addresses === undefined || addresses.problem !== null || addresses.links.some(({ state }) => state === 'down'))
      throw new Error(JSON.stringify(addresses))
    return `${edge} ${router.software}`
  })
}

export function startKeeper(place: Place): void {
  const words = `address attach ${agent} --home ${homeOf(place)} --block ${mobileBlock}`.split(' ')
  place.start('robot.keeper', 'robot', [...vagus, ...words])
}

function expectFile(path: string): void {
  if (!existsSync(path)) throw new Error(`there is no ${path}`)
}
