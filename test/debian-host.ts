/**
 * A Debian host to install packages on: this one's files below overlays, in namespaces of its own, so that the real dpkg
 * runs over its real database and nothing of it is left afterwards.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Folders in which packages write. */
const folders = ['usr', 'etc', 'var'] as const

const setUp = `set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 none "$1"
cd "$1"
for folder in ${folders.join(' ')}; do
  mkdir -p upper/$folder work/$folder root/$folder
  mount -t overlay -o lowerdir=/$folder,upperdir=upper/$folder,workdir=work/$folder none root/$folder
done
for folder in proc dev run tmp root sys; do mkdir -p root/$folder; done
for link in bin sbin lib lib64; do [ -L /$link ] && ln -s usr/$link root/$link; done
mkdir -p root/packages
mount --bind "$2" root/packages
mount -t proc proc root/proc
mount --rbind /dev root/dev
mount -t tmpfs none root/run
chmod 1777 root/tmp
ip link set lo up
echo ready
exec chroot root sleep infinity
`

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export class DebianHost {
  readonly #holder: ChildProcess
  readonly #folder: string

  private constructor(holder: ChildProcess, folder: string) {
    this.#holder = holder
    this.#folder = folder
  }

  /** `packages`: a folder that the host sees as /packages. @throws with what the kernel refused */
  static async start(packages: string): Promise<DebianHost> {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-debian-'))
    const inside = ['--mount', '--net', '--pid', '--fork', '--kill-child', 'sh', '-c', setUp, 'sh', folder, packages]
    const holder = spawn('unshare', inside, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    holder.stderr.on('data', (octets: Buffer) => (said += octets.toString()))
    await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')])
    if (holder.exitCode !== null) throw new Error(`no host: ${said}`)
    return new DebianHost(holder, folder)
  }

  /** The words that run others in it, as root. */
  get entered(): readonly [string, ...string[]] {
    const { pid } = this.#holder
    const inside = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return ['nsenter', '--target', inside, '--mount', '--net', '--pid', '--root', '--wd', '--', ...clean]
  }

  run(...words: readonly string[]): Ran {
    const [program, ...before] = this.entered
    return spawnSync(program, [...before, ...words], { encoding: 'utf8' })
  }

  /** Files that are new here or have changed, and new folders, such as `usr/bin/vagus`. */
  changed(): readonly string[] {
    const outside = ['--target', String(this.#holder.pid), '--mount', '--']
    // A character device stands for a file that is gone.
    const find = ['find', join(this.#folder, 'upper'), '-mindepth', '2', '!', '-type', 'c', '-printf', '%y %P\\n']
    const { stdout } = spawnSync('nsenter', [...outside, ...find], { encoding: 'utf8' })
    return stdout
      .split('\n')
      .filter((line) => line !== '' && !(line.startsWith('d ') && existsSync(`/${line.slice(2)}`)))
      .map((line) => line.slice(2))
      .sort()
  }

  async end(): Promise<void> {
    this.#holder.kill('SIGKILL')
    if (this.#holder.exitCode === null && this.#holder.signalCode === null) await once(this.#holder, 'exit')
    rmSync(this.#folder, { recursive: true })
  }
}

/** What dpkg and a shell of root have, and nothing of this process's. */
const clean = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'DEBIAN_FRONTEND=noninteractive']
