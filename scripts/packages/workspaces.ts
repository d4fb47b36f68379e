/** The packages of this tree, and what their manifests say. @module */
import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

export type Versions = Readonly<Record<string, string>>

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly exports?: Versions
  readonly dependencies?: Versions
  readonly optionalDependencies?: Versions
  readonly peerDependencies?: Versions
  readonly peerDependenciesMeta?: object
}

export interface Workspace {
  /** From the root of the tree, such as `packages/agent`. */
  readonly folder: string
  readonly manifest: Manifest
}

export const readManifest = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8')) as Manifest

export function readWorkspaces(): ReadonlyMap<string, Workspace> {
  const files = globSync('{packages,apps}/*/package.json').sort()
  const all = files.map((file): Workspace => ({ folder: dirname(file), manifest: readManifest(file) }))
  return new Map(all.map((workspace) => [workspace.manifest.name, workspace]))
}

/** `names` and all that they need of ours, themselves included. */
export function closureOf(names: readonly string[], all: ReadonlyMap<string, Workspace>): readonly Workspace[] {
  const found = new Map<string, Workspace>()
  const visit = (name: string): void => {
    const workspace = all.get(name)
    if (workspace === undefined || found.has(name)) return
    found.set(name, workspace)
    Object.keys(workspace.manifest.dependencies ?? {}).forEach(visit)
  }
  names.forEach(visit)
  return [...found.values()]
}

/** All that `workspaces` need of others. @throws when two of them want different versions of one */
export function foreignDependencies(workspaces: readonly Workspace[]): Versions {
  const wanted = new Map<string, string>()
  for (const { manifest } of workspaces) {
    for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
      if (name.startsWith('@vagus/')) continue
      if ((wanted.get(name) ?? version) !== version)
        throw new Error(`${manifest.name} wants ${name} ${version}, another one ${wanted.get(name)!}`)
      wanted.set(name, version)
    }
  }
  return Object.fromEntries([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)))
}
