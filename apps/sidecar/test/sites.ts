/** Network namespaces with one cable between each two of them, and `vagus run` in each: sites that share no host. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Started, started, vagus } from './started.ts'

export class Site {
  readonly address: string
  readonly #network: readonly string[]
  readonly #home: string
  readonly #documents: string

  constructor(holder: number, address: string, folder: string) {
    this.address = address
    this.#network = ['--target', String(holder), '--user', '--preserve-credentials', '--net']
    this.#home = join(folder, address)
    this.#documents = join(folder, 'documents')
  }

  command(...command: readonly string[]): void {
    execFileSync('nsenter', [...this.#network, '--', ...command], { stdio: ['ignore', 'ignore', 'inherit'] })
  }

  /** Keys of its own, and the documents that others handed out. */
  run(name: string, ...args: readonly string[]): Started {
    const command = [vagus, 'run', '--name', name, '--home', this.#home, '--lookup', this.#documents, ...args]
    return this.start(process.execPath, ...command)
  }

  start(...command: readonly string[]): Started {
    return started('nsenter', [...this.#network, '--pid', '--', ...command], { VAGUS_CONTROLLER: '' })
  }

  /** Gives the document of an agent of this site to everybody. */
  handOut(name: string): void {
    copyFileSync(join(this.#home, 'agents', name, 'document.jws'), join(this.#documents, `${name}.jws`))
  }
}

/** Two sites, `10.9.0.1` and `10.9.0.2`; `close` ends everything in them. */
export async function twoSites(): Promise<{ readonly sites: readonly [Site, Site]; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-sites-'))
  mkdirSync(join(folder, 'documents'))
  const hold = 'echo ready; exec sleep infinity'
  // A namespace of processes of its own for all of it: when its first process goes, so does everything.
  const first = started('unshare', ['-Urnpf', '--kill-child', 'sh', '-c', hold], {})
  await first.says(/ready/)
  const one = new Site(childOf(first), '10.9.0.1', folder)
  const second = one.start('unshare', '-n', 'sh', '-c', hold)
  await second.says(/ready/)
  const holder = childOf(second)
  const two = new Site(holder, '10.9.0.2', folder)
  for (const site of [one, two]) site.command('ip', 'link', 'set', 'lo', 'up')
  one.command('ip', 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', String(holder))
  for (const site of [one, two]) {
    site.command('ip', 'addr', 'add', `${site.address}/24`, 'dev', 'cable')
    site.command('ip', 'link', 'set', 'cable', 'up')
  }
  return {
    sites: [one, two],
    async close() {
      process.kill(childOf(first), 'SIGKILL')
      await first.exit
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What unshare and nsenter start in a new namespace of processes is their child. */
const childOf = ({ child }: Started): number =>
  Number(execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' }).trim())
