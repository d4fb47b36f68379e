/**
 * Starts the routing daemons of every node, zebra first.
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { daemonFolder } from '../frr/daemon-folder.ts'
import { type Daemon, daemonsOf } from '../frr/daemons.ts'
import type { Network, Node } from '../topology/network.ts'
import { askDaemon } from './ask-daemon.ts'
import { type Holders, onNode } from './nodes.ts'
import type { Processes, Program } from './processes.ts'

/** Milliseconds that a daemon may take to listen. */
const patience = 20_000

/** Settles with what zebra says that it is, when every daemon of every node listens for vtysh. `folder` as for `makeNodes`. */
export async function startRouters(
  network: Network,
  folder: string,
  holders: Holders,
  processes: Processes,
): Promise<string> {
  await Promise.all(
    network.nodes.map(async (node) => {
      const holder = holders.get(node.name)!
      const run = join(folder, node.name, 'run')
      const [zebra, ...others] = daemonsOf(network, node)
      processes.start(programOf(node, holder, zebra!))
      await appears(join(run, 'zserv.api'))
      for (const daemon of others) processes.start(programOf(node, holder, daemon))
      for (const { name } of [zebra!, ...others]) await appears(join(run, `${name}.vty`))
    }),
  )
  const version = await askDaemon(join(folder, network.nodes[0]!.name, 'run/zebra.vty'), 'show version')
  return /^FRRouting [\w.-]+/.exec(version)?.[0] ?? 'FRRouting'
}

function programOf(node: Node, holder: number, { name }: Daemon): Program {
  // root is the only user in a user namespace; nobody needs the TCP vty (-P 0)
  const options = ['-u', 'root', '-g', 'root', '-f', `/etc/frr/${name}.conf`, '-P', '0', '--log', 'stdout']
  return {
    name: `${node.name}.${name}`,
    command: onNode(holder, [join(daemonFolder, name), ...options, '--log-level', 'notifications']),
  }
}

async function appears(path: string): Promise<void> {
  const deadline = performance.now() + patience
  while (!existsSync(path)) {
    if (performance.now() > deadline) throw new Error(`${path} did not appear within ${patience / 1000} s`)
    await sleep(5)
  }
}
