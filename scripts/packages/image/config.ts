/** What an engine is told of the image: how it starts, as whom, and of what it is made (image-spec 1.1, config.md). @module */
import type { Architecture } from '../tree.ts'
import type { Manifest } from '../workspaces.ts'
import { certificates, state, user } from './base.ts'
import type { Layer } from './layout.ts'

export interface Source {
  readonly manifest: Manifest
  /** Seconds since 1970, of the commit. */
  readonly at: number
  /** The commit; undefined outside of a checkout. */
  readonly revision: string | undefined
}

interface About extends Source {
  readonly architecture: Architecture
  readonly layers: readonly (Layer & { readonly title: string })[]
}

/** Keys of the specification (annotations.md). */
export function labelsOf({ manifest, at, revision }: Source): Readonly<Record<string, string>> {
  const labels = {
    title: 'vagus',
    description: manifest.description,
    version: manifest.version,
    licenses: manifest.license,
    created: dateOf(at),
    ...(revision !== undefined && { revision }),
  }
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [`org.opencontainers.image.${name}`, value]))
}

export const configOf = ({ architecture, layers, ...source }: About): object => ({
  created: dateOf(source.at),
  architecture,
  ...(architecture === 'arm64' && { variant: 'v8' }),
  os: 'linux',
  config: {
    User: `${user}:${user}`,
    Env: [
      'PATH=/usr/local/bin:/usr/bin:/bin',
      `HOME=/${state}`,
      `VAGUS_HOME=/${state}`,
      `SSL_CERT_FILE=/${certificates}`,
    ],
    Entrypoint: ['/usr/bin/vagus'],
    Cmd: ['--help'],
    WorkingDir: `/${state}`,
    Volumes: { [`/${state}`]: {} },
    StopSignal: 'SIGTERM',
    Labels: labelsOf(source),
  },
  rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  history: layers.map(({ title }) => ({ created: dateOf(source.at), created_by: 'npm run package', comment: title })),
})

const dateOf = (at: number): string => new Date(at * 1000).toISOString()
