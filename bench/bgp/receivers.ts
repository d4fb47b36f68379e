/** The speakers that take the table: each at 10.9.1.1 in AS 65002, with no forwarding table to fill. @module */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { v8Threads } from '../../apps/cli/src/v8-threads.ts'

export interface Receiver {
  /** Processes whose memory counts. */
  pids(): readonly number[]
  /** Routes in its table, best ones chosen. */
  routes(): Promise<number>
  /**
   * Milliseconds for which the main thread was held up at worst, and for which it itself used the processor between two
   * looks at worst; undefined for others than ours.
   */
  stall?(): { readonly stall: number; readonly ownWork: number }
  resetStall?(): void
  stop(): void
}

const quiet = { stdio: 'ignore' } as const
const output = (command: string, ...args: readonly string[]): string =>
  spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 }).stdout ?? ''
const numberIn = (pattern: RegExp, text: string): number => Number(pattern.exec(text)?.[1] ?? 0)

async function appears(what: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !what(); tries++) await sleep(25)
}

function childrenOf(pid: number): readonly number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  const direct = list === '' ? [] : list.split(' ').map(Number)
  return [pid, ...direct.flatMap(childrenOf)]
}

const daemon = (child: ChildProcess, routes: () => number): Receiver => ({
  pids: () => childrenOf(child.pid!),
  routes: () => Promise.resolve(routes()),
  stop: () => {
    for (const pid of childrenOf(child.pid!).toReversed()) process.kill(pid, 'SIGKILL')
  },
})

export const receivers: Readonly<Record<string, (folder: string) => Promise<Receiver>>> = {
  vagus: () => ours('best'),
  'vagus, Adj-RIB-In alone': () => ours('adj-in'),
  async bird(folder) {
    const [config, control] = [join(folder, 'bird.conf'), join(folder, 'bird.ctl')]
    writeFileSync(
      config,
      `router id 10.9.1.1; protocol device {}
protocol bgp raw { local 10.9.1.1 as 65002; neighbor 10.9.1.2 as 65001; passive; ipv4 { import all; export none; }; }\n`,
    )
    const child = spawn('bird', ['-f', '-c', config, '-s', control, '-P', join(folder, 'bird.pid')], quiet)
    await appears(() => existsSync(control))
    const count = (): string => output('birdc', '-s', control, 'show', 'protocols', 'all', 'raw')
    return daemon(child, () => numberIn(/Routes:\s+(\d+) imported/, count()))
  },
  async frr(folder) {
    const config = join(folder, 'bgpd.conf')
    writeFileSync(
      config,
      `router bgp 65002
 bgp router-id 10.9.1.1
 no bgp ebgp-requires-policy
 neighbor 10.9.1.2 remote-as 65001
 neighbor 10.9.1.2 passive\n`,
    )
    const common = ['-u', 'root', '-g', 'root', '-P', '0', '--vty_socket', folder, '-z', join(folder, 'zserv.api')]
    writeFileSync(join(folder, 'zebra.conf'), '')
    const zebra = spawn(
      '/usr/lib/frr/zebra',
      [...common, '-f', join(folder, 'zebra.conf'), '-i', join(folder, 'z.pid')],
      quiet,
    )
    await appears(() => existsSync(join(folder, 'zserv.api')))
    const child = spawn('/usr/lib/frr/bgpd', [...common, '-n', '-f', config, '-i', join(folder, 'b.pid')], quiet)
    await appears(() => existsSync(join(folder, 'bgpd.vty')))
    const summary = (): string => output('vtysh', '--vty_socket', folder, '-c', 'show bgp ipv4 unicast summary json')
    const receiver = daemon(child, () => numberIn(/"pfxRcd":(\d+)/, summary()))
    return { ...receiver, stop: () => (receiver.stop(), zebra.kill('SIGKILL')) }
  },
  async gobgp(folder) {
    const config = join(folder, 'gobgp.toml')
    writeFileSync(
      config,
      `[global.config]
as = 65002
router-id = "10.9.1.1"
local-address-list = ["10.9.1.1"]
[[neighbors]]
[neighbors.config]
neighbor-address = "10.9.1.2"
peer-as = 65001
[neighbors.transport.config]
passive-mode = true\n`,
    )
    const child = spawn('gobgpd', ['-f', config, '--api-hosts', '127.0.0.1:50051', '-l', 'error'], quiet)
    await appears(() => output('gobgp', 'neighbor').includes('10.9.1.2'))
    return daemon(child, () => numberIn(/Destination: (\d+)/, output('gobgp', 'global', 'rib', 'summary')))
  },
  async openbgpd(folder) {
    const [config, socket] = [join(folder, 'openbgpd.conf'), join(folder, 'openbgpd.sock')]
    writeFileSync(
      config,
      `AS 65002
router-id 10.9.1.1
fib-update no
socket "${socket}"
listen on 10.9.1.1
neighbor 10.9.1.2 {
 remote-as 65001
 passive
}
allow from any
allow to any\n`,
    )
    chmodSync(config, 0o600)
    const child = spawn('/usr/sbin/bgpd', ['-d', '-f', config], quiet)
    await appears(() => existsSync(socket))
    return daemon(child, () => numberIn(/(\d+) prefix entries/, output('bgpctl', '-s', socket, 'show', 'rib', 'mem')))
  },
}

async function ours(tables: 'best' | 'adj-in'): Promise<Receiver> {
  const child = fork(new URL('./ours-child.ts', import.meta.url), [tables], { execArgv: [...v8Threads()] })
  await once(child, 'message')
  let worst = { stall: 0, ownWork: 0 }
  return {
    pids: () => [child.pid!],
    async routes() {
      child.send('routes')
      const [answer] = (await once(child, 'message')) as [{ routes: number; stall: number; ownWork: number }]
      const { routes } = answer
      worst = answer
      return routes
    },
    stall: () => worst,
    resetStall: () => child.send('reset'),
    stop: () => child.kill('SIGKILL'),
  }
}
