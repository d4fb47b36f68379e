/**
 * A host that runs containers as an engine would: layers unpacked, each container by runc as the image's configuration says,
 * all of them at one bridge. Everything lives in namespaces that end with it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const setUp = `set -e
mount --make-rprivate /
mount -t proc proc /proc
mkdir -p /run/netns
mount -t tmpfs none /run/netns
ip link set lo up
ip link add br0 type bridge
ip addr add 10.77.0.254/24 dev br0
ip link set br0 up
echo ready
exec sleep infinity
`

/** What of the image's configuration starts a container (image-spec 1.1, conversion.md). */
export interface ImageConfig {
  readonly User: string
  readonly Env: readonly string[]
  readonly Entrypoint: readonly string[]
  readonly Cmd: readonly string[]
  readonly WorkingDir: string
  readonly Labels: Readonly<Record<string, string>>
}

export interface ContainerOptions {
  /** In place of `Cmd`. */
  readonly args?: readonly string[]
  /** In place of `Entrypoint`, too. */
  readonly command?: readonly string[] | undefined
  readonly env?: readonly string[]
  /** A namespace of `network`; none: one of its own with nothing in it. */
  readonly network?: string
  /** Places in the container, and the folders or files of this machine that are there. */
  readonly mounts?: Readonly<Record<string, string>>
}

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export class ContainerHost {
  readonly #holder: ChildProcess
  readonly #folder: string
  readonly #containers = new Set<Container>()

  private constructor(holder: ChildProcess, folder: string) {
    this.#holder = holder
    this.#folder = folder
  }

  /** @throws with what the kernel refused */
  static async start(): Promise<ContainerHost> {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-containers-'))
    const inside = ['--mount', '--net', '--pid', '--fork', '--kill-child', 'sh', '-c', setUp]
    const holder = spawn('unshare', inside, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    holder.stderr.on('data', (octets: Buffer) => (said += octets.toString()))
    await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')])
    if (holder.exitCode !== null) throw new Error(`no host: ${said}`)
    return new ContainerHost(holder, folder)
  }

  /** The words that run others in its namespaces. */
  get entered(): readonly [string, ...string[]] {
    const { pid } = this.#holder
    const inside = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return ['nsenter', '--target', inside, '--mount', '--net', '--pid', '--']
  }

  run(...words: readonly string[]): Ran {
    const [program, ...before] = this.entered
    return spawnSync(program, [...before, ...words], { encoding: 'utf8' })
  }

  #ip(line: string): void {
    const { status, stderr } = this.run('ip', ...line.split(' '))
    if (status !== 0) throw new Error(`ip ${line}: ${stderr}`)
  }

  /** A network namespace with one interface at the bridge. */
  network(name: string, address: string): void {
    this.#ip(`netns add ${name}`)
    this.#ip(`link add v-${name} type veth peer name eth0 netns ${name}`)
    this.#ip(`link set v-${name} master br0 up`)
    for (const line of ['link set lo up', `addr add ${address}/24 dev eth0`, 'link set eth0 up'])
      this.#ip(`-n ${name} ${line}`)
  }

  /** As of a pod that is scheduled anew. */
  move(name: string, address: string): void {
    this.#ip(`-n ${name} addr flush dev eth0`)
    this.#ip(`-n ${name} addr add ${address}/24 dev eth0`)
  }

  /** Unpacks the layers of the image of this processor, in order, from an OCI image layout. */
  unpack(layout: string): ImageConfig {
    const read = (path: string): unknown => JSON.parse(readFileSync(join(layout, path), 'utf8'))
    const blob = ({ digest }: Blob): string => `blobs/${digest.replace(':', '/')}`
    const top = read('index.json') as Index
    const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
    const index = read(blob(top.manifests[0]!)) as Index
    const manifest = read(blob(index.manifests.find((one) => one.platform?.architecture === architecture)!)) as Manifest
    mkdirSync(this.root, { recursive: true })
    for (const layer of manifest.layers) {
      const words = ['--extract', '--preserve-permissions', '--numeric-owner', '-f', join(layout, blob(layer))]
      const { status, stderr } = spawnSync('tar', [...words, '-C', this.root], { encoding: 'utf8' })
      if (status !== 0) throw new Error(`tar: ${stderr}`)
    }
    return (read(blob(manifest.config)) as { readonly config: ImageConfig }).config
  }

  get root(): string {
    return join(this.#folder, 'root')
  }

  /** `name`: of nobody else on this machine. */
  start(name: string, image: ImageConfig, options: ContainerOptions): Container {
    const bundle = join(this.#folder, name)
    mkdirSync(bundle, { recursive: true })
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(runtimeConfig(image, this.root, options)))
    const container = new Container(name, [...this.entered, 'runc', '--root', join(this.#folder, 'runc')], bundle)
    this.#containers.add(container)
    return container
  }

  async end(): Promise<void> {
    await Promise.all([...this.#containers].map((one) => one.kill('KILL')))
    this.#holder.kill('SIGKILL')
    if (this.#holder.exitCode === null && this.#holder.signalCode === null) await once(this.#holder, 'exit')
    rmSync(this.#folder, { recursive: true })
  }
}

export class Container {
  readonly #name: string
  readonly #runc: readonly string[]
  readonly #process: ChildProcess
  /** What it said so far, on both outputs. */
  said = ''

  constructor(name: string, runc: readonly string[], bundle: string) {
    this.#name = `${name}-${process.pid}`
    this.#runc = runc
    this.#process = this.#spawn('run', '--bundle', bundle, this.#name)
    for (const stream of [this.#process.stdout!, this.#process.stderr!])
      stream.on('data', (octets: Buffer) => (this.said += octets.toString()))
  }

  #spawn(...words: readonly string[]): ChildProcess {
    const [program, ...before] = this.#runc
    return spawn(program!, [...before, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  }

  /** Another process in it, as `docker exec`. */
  exec(...words: readonly string[]): Ran {
    const [program, ...before] = this.#runc
    return spawnSync(program!, [...before, 'exec', this.#name, ...words], { encoding: 'utf8' })
  }

  get exitCode(): number | null {
    return this.#process.exitCode
  }

  /** Its exit code. */
  async ended(): Promise<number | null> {
    if (this.#process.exitCode === null) await once(this.#process, 'close')
    return this.#process.exitCode
  }

  async kill(signal: 'KILL' | 'TERM'): Promise<number | null> {
    if (this.#process.exitCode !== null) return this.#process.exitCode
    await once(this.#spawn('kill', this.#name, signal), 'close')
    return this.ended()
  }
}

interface Blob {
  readonly digest: string
  readonly platform?: { readonly architecture: string }
}
interface Index {
  readonly manifests: readonly Blob[]
}
interface Manifest {
  readonly config: Blob
  readonly layers: readonly Blob[]
}

/** Nothing of the root can be written, and no capability is left, as the manifests ask for. */
function runtimeConfig(
  image: ImageConfig,
  root: string,
  { command, args, env = [], network, mounts = {} }: ContainerOptions,
): object {
  const [uid, gid] = image.User.split(':').map(Number)
  const bound = Object.entries(mounts).map(([destination, source]) => {
    if (!existsSync(source)) throw new Error(`${source} is not there`)
    return { destination, source, type: 'bind', options: ['rbind', 'nosuid', 'nodev'] }
  })
  const netns = network === undefined ? {} : { path: `/run/netns/${network}` }
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid, gid },
      args: command ?? [...image.Entrypoint, ...(args ?? image.Cmd)],
      env: [...image.Env, ...env],
      cwd: image.WorkingDir,
      noNewPrivileges: true,
      capabilities: {},
    },
    root: { path: root, readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      ...bound,
    ],
    linux: {
      namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'uts' }, { type: 'ipc' }, { type: 'network', ...netns }],
    },
  }
}
