/**
 * Makes the namespaces and links of a network, and enters them.
 * @module
 */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { agentScript } from '../kernel/agent-script.ts'
import { linkCommands } from '../kernel/links.ts'
import { nodeReady, nodeScript } from '../kernel/node-script.ts'
import { daemonsOf } from '../frr/daemons.ts'
import type { Access } from '../topology/access.ts'
import { inBandOf } from '../topology/in-band.ts'
import type { Network, Node } from '../topology/network.ts'
import { run } from './run.ts'

/** Process that holds the namespaces of each node and of each agent's host, by its name. */
export type Holders = ReadonlyMap<string, number>

/** `folder` is where each node's /etc/frr and /run/frr come from. */
export async function makeNodes(network: Network, folder: string): Promise<Holders> {
  for (const node of network.nodes) writeFrrFolders(network, node, join(folder, node.name))
  await run(['ip', '-batch', '-'], linkCommands(network))
  const joining = (site: string): readonly Access[] =>
    network.agents.flatMap(({ networks }) => networks.filter((access) => access.site === site))
  const inBand = inBandOf(network)
  const scripts = [
    ...network.nodes.map((node) => {
      return [node.name, nodeScript(node, join(folder, node.name), joining(node.name), inBand)] as const
    }),
    ...network.agents.map((agent) => [agent.name, agentScript(agent)] as const),
  ]
  return new Map(
    await Promise.all(scripts.map(async ([name, script]) => [name, await makeNode(name, script)] as const)),
  )
}

/** The command that runs `command` on the node which `holder` holds. */
export function onNode(holder: number, command: readonly string[]): readonly [string, ...string[]] {
  return ['nsenter', '--target', String(holder), '--net', '--mount', '--uts', '--', ...command]
}

function writeFrrFolders(network: Network, node: Node, folder: string): void {
  mkdirSync(join(folder, 'etc'), { recursive: true })
  mkdirSync(join(folder, 'run'), { recursive: true })
  writeFileSync(join(folder, 'etc/vtysh.conf'), `hostname ${node.name}\n`)
  for (const { name, config } of daemonsOf(network, node)) writeFileSync(join(folder, `etc/${name}.conf`), config)
}

function makeNode(name: string, script: string): Promise<number> {
  // `ip netns exec` gives it a mount namespace with its own /sys, so that /sys/class/net shows its own interfaces.
  const child = spawn('ip', ['netns', 'exec', name, 'unshare', '--uts', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let output = ''
    let errors = ''
    child.stdout.on('data', (octets: Buffer) => {
      output += octets.toString()
      if (output.includes(nodeReady)) resolve(child.pid!)
    })
    child.stderr.on('data', (octets: Buffer) => (errors += octets.toString()))
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`node ${name} was not made (exit ${code}): ${errors.trim()}`)))
  })
}
