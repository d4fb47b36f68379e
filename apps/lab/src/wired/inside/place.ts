/** The namespaces of the scenario `wired`, and what runs in them. @module */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { compileCache } from '../../inside/programs.ts'
import { run } from '../../inside/run.ts'
import { linkCommands, nodeCommands, type NodeName, nodes, settings } from '../network.ts'

/** Milliseconds for anything that takes some moments on a machine that is not busy. */
const patience = 60_000

export class Place {
  readonly folder: string
  readonly #holders: ReadonlyMap<NodeName, number>

  private constructor(folder: string, holders: ReadonlyMap<NodeName, number>) {
    this.folder = folder
    this.#holders = holders
  }

  /** @param folder of logs, and of the files of each node */
  static async make(folder: string): Promise<Place> {
    await run(['ip', '-batch', '-'], `${linkCommands().join('\n')}\n`)
    const holders = await Promise.all(nodes.map(async (name) => [name, await holderOf(name, folder)] as const))
    return new Place(folder, new Map(holders))
  }

  /** The command that runs `command` on a node. */
  on(node: NodeName, command: readonly string[]): readonly [string, ...string[]] {
    return ['nsenter', '--target', String(this.#holders.get(node)), '--net', '--mount', '--uts', '--', ...command]
  }

  /** Its output goes to a log. Ends with the namespaces at the latest. */
  start(name: string, node: NodeName, command: readonly string[]): ChildProcess {
    const log = openSync(join(this.folder, `${name}.log`), 'a')
    const [file, ...args] = this.on(node, command)
    const child = spawn(file, args, { stdio: ['ignore', log, log], env: { ...process.env, ...compileCache } })
    closeSync(log)
    return child
  }

  /** Settles when it has written its first line. */
  async startTalking(
    node: NodeName,
    command: readonly string[],
  ): Promise<ChildProcessByStdio<Writable, Readable, null>> {
    const [file, ...args] = this.on(node, command)
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    return child
  }

  /** Commands of `ip -batch` there; none is skipped. */
  async ip(node: NodeName | 'here', commands: readonly string[]): Promise<void> {
    const words = ['ip', '-batch', '-'] as const
    await run(node === 'here' ? words : this.on(node, words), `${commands.join('\n')}\n`)
  }
}

/** A process that holds the namespaces of a node: its own /run/frr, host name and settings. */
async function holderOf(name: NodeName, folder: string): Promise<number> {
  const own = join(folder, name)
  mkdirSync(own)
  const script = `set -eu
mount --bind '${own}' /run/frr
hostname ${name}
cd /proc/sys/net
${settings(name)
  .map(([file, value]) => `echo ${value} > ${file}`)
  .join('\n')}
for file in ipv6/conf/*/accept_dad; do echo 0 > $file; done
for file in ipv6/conf/*/keep_addr_on_down ipv6/conf/*/ndisc_notify; do echo 1 > $file; done
cd /
ip -batch - <<'END'
${nodeCommands(name).join('\n')}
END
echo ready
exec sleep infinity
`
  const child = spawn('ip', ['netns', 'exec', name, 'unshare', '--uts', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  if (child.exitCode !== null) throw new Error(`${name} was not made`)
  return child.pid!
}

/** What `look` gives once it does not throw. Rejects with what was missing last. */
export async function until<Found>(problem: string, look: () => Found | Promise<Found>, every = 20): Promise<Found> {
  for (const deadline = performance.now() + patience; ; await sleep(every)) {
    try {
      return await look()
    } catch (error) {
      if (performance.now() > deadline)
        throw new Error(`${problem} within ${patience / 1000} s: ${(error as Error).message}`, { cause: error })
    }
  }
}
