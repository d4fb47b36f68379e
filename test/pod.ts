/** Pods of manifests on a `ContainerHost`: of what a kubelet does, all that these manifests rely on. */
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Container as ContainerSpec, PodSpec } from 'kubernetes-types/core/v1.js'
import { eventually } from '../scripts/eventually.ts'
import type { Container, ContainerHost, ImageConfig } from './container-host.ts'

interface Where {
  readonly host: ContainerHost
  readonly image: ImageConfig
  /** Of volumes: `NAME/VOLUME` outlives a pod of that name. */
  readonly volumes: string
  /** Folders of ConfigMaps, by their names. */
  readonly configMaps: Readonly<Record<string, string>>
  /** A file for /etc/hosts. */
  readonly hosts: string
}

export class Pod {
  readonly name: string
  readonly #spec: PodSpec
  readonly #where: Where
  readonly #running = new Map<string, Container>()

  constructor(name: string, spec: PodSpec, where: Where) {
    this.name = name
    this.#spec = spec
    this.#where = where
  }

  /** Side-cars first, each until its startup probe succeeds; `claims`: names of volumes that outlive the pod. */
  async start(address: string, claims: readonly string[]): Promise<void> {
    const { containers, initContainers = [], volumes = [], securityContext } = this.#spec
    const mounts = new Map<string, string>()
    for (const name of [
      ...claims,
      ...volumes.filter(({ emptyDir }) => emptyDir !== undefined).map((one) => one.name),
    ]) {
      const folder = join(this.#where.volumes, this.name, name)
      if (!claims.includes(name)) rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder, { recursive: true })
      own(folder, securityContext!.fsGroup!)
      mounts.set(name, folder)
    }
    for (const { name, configMap } of volumes)
      if (configMap !== undefined) mounts.set(name, this.#where.configMaps[configMap.name!]!)
    for (const spec of [...initContainers, ...containers]) {
      const container = this.#run(spec, mounts)
      this.#running.set(spec.name, container)
      const { path, port } = spec.startupProbe?.httpGet ?? {}
      if (path === undefined) continue
      const number = spec.ports!.find(({ name }) => name === port)!.containerPort
      await eventually(
        `${this.name}/${spec.name} answers ${path}`,
        () => {
          if (container.exitCode !== null) throw new Error(container.said)
          return this.#answers(`http://${address}:${number}${path}`)
        },
        { every: 200 },
      )
    }
  }

  /** Asked from the host, as a kubelet does. */
  #answers(url: string): boolean {
    const program = `process.exit((await fetch('${url}', { signal: AbortSignal.timeout(5000) })).ok ? 0 : 1)`
    return this.#where.host.run(process.execPath, '--input-type=module', '--eval', program).status === 0
  }

  #run(spec: ContainerSpec, mounts: ReadonlyMap<string, string>): Container {
    const { host, image, hosts } = this.#where
    const fields: Readonly<Record<string, string>> = { 'metadata.name': this.name }
    const env = Object.fromEntries(
      (spec.env ?? []).map(({ name, value, valueFrom }) => [name, value ?? fields[valueFrom!.fieldRef!.fieldPath]!]),
    )
    const expanded = spec.args?.map((word) => word.replaceAll(/\$\((\w+)\)/g, (_, name: string) => env[name]!))
    const places = (spec.volumeMounts ?? []).map(({ name, mountPath }) => [mountPath, mounts.get(name)!] as const)
    return host.start(`${this.name}-${spec.name}`, image, {
      ...(expanded && { args: expanded }),
      command: spec.command,
      env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      network: this.name,
      mounts: { ...Object.fromEntries(places), '/etc/hosts': hosts },
    })
  }

  container(name: string): Container {
    return this.#running.get(name)!
  }

  async kill(): Promise<void> {
    await Promise.all([...this.#running.values()].map((one) => one.kill('KILL')))
  }

  /** In the order of a kubelet: programs, then side-cars. The exit codes. */
  async end(): Promise<readonly (number | null)[]> {
    const codes: (number | null)[] = []
    for (const one of [...this.#running.values()].reverse()) codes.push(await one.kill('TERM'))
    return codes
  }
}

/** What a kubelet does for `fsGroup` with `fsGroupChangePolicy: OnRootMismatch` (pkg/volume/volume_linux.go). */
function own(folder: string, group: number): void {
  const wanted = 0o2770
  const { gid, mode } = statSync(folder)
  if (gid === group && (mode & wanted) === wanted) return
  for (const name of ['', ...(readdirSync(folder, { recursive: true }) as string[])]) {
    const file = join(folder, name)
    const stat = statSync(file)
    chownSync(file, stat.uid, group)
    chmodSync(file, stat.mode | (stat.isDirectory() ? wanted : 0o660))
  }
}

/** A ConfigMap as a folder. */
export function configMap(folder: string, ...files: readonly string[]): string {
  mkdirSync(folder, { recursive: true })
  for (const file of files) cpSync(file, join(folder, file.slice(file.lastIndexOf('/') + 1)))
  return folder
}
