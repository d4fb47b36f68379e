/** The manifests and the compose file of `deploy/`, read. */
import { readFileSync } from 'node:fs'
import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.js'
import type { Container, PodSpec } from 'kubernetes-types/core/v1.js'
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js'
import { parse, parseAllDocuments } from 'yaml'

export const folder = 'deploy/kubernetes'

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}

export const kustomization = parse(readFileSync(`${folder}/kustomization.yaml`, 'utf8')) as {
  readonly resources: readonly string[]
  readonly configMapGenerator: readonly { readonly name: string; readonly files: readonly string[] }[]
  readonly images: readonly { readonly name: string; readonly newTag: string }[]
}

const manifestsOf = (file: string): readonly Manifest[] =>
  parseAllDocuments(readFileSync(`${folder}/${file}`, 'utf8')).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]!
    return document.toJS() as Manifest
  })

export const manifests: readonly Manifest[] = kustomization.resources.flatMap(manifestsOf)

export const isWorkload = (one: Manifest): one is (StatefulSet | Deployment) & Manifest =>
  one.kind === 'StatefulSet' || one.kind === 'Deployment'

/** @throws where there is none of that name */
export function workload(name: string): { readonly spec: PodSpec; readonly claims: readonly string[] } {
  const found = manifests.filter(isWorkload).find(({ metadata }) => metadata.name === name)!
  const spec = found.spec!.template.spec!
  const templates = found.kind === 'StatefulSet' ? (found as StatefulSet).spec!.volumeClaimTemplates : undefined
  return { spec, claims: (templates ?? []).map(({ metadata }) => metadata!.name!) }
}

export const containersOf = ({ initContainers = [], containers }: PodSpec): readonly Container[] => [
  ...initContainers,
  ...containers,
]

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, null>>
}

interface ComposeService {
  readonly image: string
  readonly command: readonly string[]
  readonly read_only: boolean
  readonly volumes: readonly string[]
  readonly healthcheck: { readonly test: readonly string[] }
  readonly depends_on?: Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string>>
}

export const compose = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as Compose
