/**
 * The image of the vagus command for containers: one index of all processors as an archive of an OCI image layout, which
 * `docker load`, `podman load` and `skopeo copy oci-archive:` take. Made without an engine of containers; the octets are the
 * same whenever it is built from one commit by the same Node on the same kind of processor.
 * @module
 */
import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Bill } from '../bill-of-materials.ts'
import { copyrightText } from '../debian/copyright.ts'
import { checkLibraries } from '../debian/libraries.ts'
import { write } from '../files.ts'
import { type Architecture, documents, home, placeProgram, type Program, sourceDate } from '../tree.ts'
import { type Manifest, readManifest } from '../workspaces.ts'
import { placeBase, state, user } from './base.ts'
import { configOf, labelsOf, type Source } from './config.ts'
import { fetchPackages } from './debian-packages.ts'
import { type Compression, type Descriptor, Layout, mediaTypes, pathOf } from './layout.ts'
import { type Kind, namesBelow, namesOf, type Settled, tarOf } from './tar.ts'

interface Build extends Omit<Program, 'architecture'> {
  readonly architectures: readonly Architecture[]
  /** Of what it is made. */
  readonly bill: Bill
  /** The folder of the file. */
  readonly target: string
  readonly compression: Compression
}

/** The file. @throws where a package of Debian or npm cannot be had */
export async function buildImage({ architectures, target, compression, bill, ...program }: Build): Promise<string> {
  const manifest = readManifest('package.json')
  const source: Source = { manifest, at: sourceDate(), revision: revision() }
  const layout = new Layout(join(program.aside, 'image'))
  const images: Image[] = []
  for (const architecture of architectures)
    images.push(await addImage({ ...program, architecture }, { layout, source, compression, bill }))
  index(layout, images, source)
  const file = join(target, `vagus-${manifest.version}.oci.tar`)
  const names = namesBelow(layout.folder)
  const settle = (_: string, kind: Kind): Settled => ({ mode: kind === 'folder' ? 0o755 : 0o644, owner: 0 })
  await pipeline(Readable.from(tarOf({ root: layout.folder, names, at: source.at, settle })), createWriteStream(file))
  rmSync(layout.folder, { recursive: true })
  return file
}

interface Image {
  readonly architecture: Architecture
  readonly manifest: Descriptor
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
}

interface Into {
  readonly layout: Layout
  readonly source: Source
  readonly compression: Compression
  readonly bill: Bill
}

/** What changes least comes first: who has an older version fetches the last layer only. */
const layers = [
  { title: 'libraries of Debian', isIn: (name: string) => !name.startsWith(home) && !isOurs(name) },
  { title: 'Node', isIn: (name: string) => name === `${home}/bin/node` },
  { title: 'packages of npm', isIn: (name: string) => name.startsWith(`${home}/node_modules/`) },
  { title: 'Vagus', isIn: (name: string) => isOurs(name) },
] as const

const isOurs = (name: string): boolean =>
  name.startsWith('usr/bin/') ||
  name.startsWith(`${documents}/`) ||
  (name.startsWith(`${home}/`) && !/^(bin\/node$|node_modules(\/|$))/.test(name.slice(home.length + 1)))

async function addImage(program: Program, { layout, source, compression, bill }: Into): Promise<Image> {
  const { architecture, aside } = program
  const root = join(aside, `root-${architecture}`)
  placeBase(fetchPackages(architecture), root)
  write(root, `${documents}/copyright`, copyrightText(placeProgram(program, root)))
  write(root, `${documents}/vagus.cdx.json`, `${JSON.stringify(bill, null, 2)}\n`)
  const entry = `${home}/bin/vagus.mjs` // no shell: the kernel starts it by its first line
  write(root, entry, readFileSync(join(root, entry), 'utf8').replace(/^#!.*/, `#!/${home}/bin/node`), 0o755)
  link(`/${entry}`, root, 'usr/bin/vagus')
  link(`/${home}/bin/node`, root, 'usr/bin/node') // for programs of agents
  checkLibraries(join(root, home))
  const names = namesBelow(root)
  const made = await Promise.all(
    layers.map(({ isIn }) => layout.layer({ root, names: namesOf(names, isIn), at: source.at, settle }, compression)),
  )
  rmSync(root, { recursive: true })
  const titled = made.map((layer, at) => ({ ...layer, title: layers[at]!.title }))
  const config = layout.json(mediaTypes.config, configOf({ ...source, architecture, layers: titled }))
  const plain = made.map(({ descriptor }) => descriptor)
  const manifest = layout.json(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config,
    layers: plain,
    annotations: labelsOf(source),
  })
  return { architecture, manifest, config, layers: plain }
}

function link(target: string, root: string, name: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  symlinkSync(target, join(root, name))
}

/** Modes and owners that no umask made. Only the state is the user's, and of nobody else. */
function settle(name: string, kind: Kind): Settled {
  if (name === state) return { mode: 0o700, owner: user }
  if (name === 'tmp') return { mode: 0o1777, owner: 0 }
  if (kind === 'link') return { mode: 0o777, owner: 0 }
  const isProgram = kind === 'program' || programs.test(name)
  return { mode: kind === 'folder' || isProgram ? 0o755 : 0o644, owner: 0 }
}

const programs = new RegExp(`^${home}/bin/`)

/**
 * `index.json` for whoever knows the specification. `manifest.json` for a Docker without containerd's store, which knows one
 * image for each name: there the processor is part of it.
 */
function index(layout: Layout, images: readonly Image[], source: Source): void {
  const { version }: Manifest = source.manifest
  const manifests = images.map(({ architecture, manifest }) => ({
    ...manifest,
    platform: { architecture, os: 'linux' as const, ...(architecture === 'arm64' && { variant: 'v8' }) },
  }))
  const annotations = labelsOf(source)
  const all = layout.json(mediaTypes.index, { schemaVersion: 2, mediaType: mediaTypes.index, manifests, annotations })
  const named = {
    'org.opencontainers.image.ref.name': version,
    'io.containerd.image.name': `docker.io/library/vagus:${version}`,
  }
  layout.top('index.json', {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [{ ...all, annotations: named }],
  })
  const legacy = images.map(({ architecture, config, layers: parts }) => ({
    Config: pathOf(config),
    RepoTags: [`vagus:${version}-${architecture}`],
    Layers: parts.map(pathOf),
  }))
  layout.top('manifest.json', legacy)
}

function revision(): string | undefined {
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
