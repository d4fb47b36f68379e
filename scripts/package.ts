/**
 * Packages for machines without this tree: `npm run package [-- FOLDER] [-- --only KIND,…]`, by default all, in `dist`.
 *
 *   command   vagus-VERSION.tgz          the vagus command with all that it starts, the console built
 *             vagus-VERSION.cdx.json     of what it is made, as CycloneDX
 *   library   lib/*.tgz                  @vagus/agent, its bindings, look-ups and keys, for programs that link them
 *   amd64     vagus_VERSION_amd64.deb    the command for Debian, with Node, units, manual page and configuration
 *   arm64     vagus_VERSION_arm64.deb    the same for the other processor; npm fetches what is made for it
 *   image     vagus-VERSION.oci.tar      the command for containers, for both processors
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { billOfMaterials } from './packages/bill-of-materials.ts'
import { partsOf, stageCommand } from './packages/command.ts'
import { buildDebian, whyNot } from './packages/debian/build.ts'
import { run } from './packages/files.ts'
import { imageBill } from './packages/image/bill.ts'
import { buildImage } from './packages/image/build.ts'
import { stageLibraries } from './packages/library.ts'
import { type Architecture, architectures } from './packages/tree.ts'
import { readManifest, readWorkspaces } from './packages/workspaces.ts'

const debian = Object.keys(architectures) as Architecture[]
const kinds: readonly string[] = ['command', 'library', ...debian, 'image']

const here = process.cwd()
process.chdir(resolve(import.meta.dirname, '..'))
const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } })
const target = resolve(here, positionals[0] ?? resolve('dist'))
const wanted = values.only?.split(',') ?? kinds
const unknown = wanted.find((kind) => !kinds.includes(kind))
if (unknown !== undefined) {
  process.stderr.write(`no package "${unknown}"; there are ${kinds.join(', ')}\n`)
  process.exit(2)
}

const workspaces = readWorkspaces()
mkdirSync(join(target, 'lib'), { recursive: true })
mkdirSync('dist', { recursive: true })
const staging = mkdtempSync(resolve('dist/.staging-')) // in the tree, where TypeScript finds the types of Node
try {
  const command = join(staging, 'vagus')
  if (wanted.some((kind) => kind !== 'library')) await stageCommand(command, workspaces)
  if (wanted.includes('command')) {
    packFolders([command], target)
    const bill = join(target, `vagus-${readManifest('package.json').version}.cdx.json`)
    writeFileSync(bill, `${JSON.stringify(billOfMaterials('.'), null, 2)}\n`)
    report(bill)
  }
  if (wanted.includes('library')) packFolders(stageLibraries(staging, workspaces), join(target, 'lib'))
  for (const architecture of debian.filter((kind) => wanted.includes(kind)))
    await pack(`.deb for ${architecture}`, () => packDebian(command, architecture))
  if (wanted.includes('image')) await pack('image', () => packImage(command))
} finally {
  rmSync(staging, { recursive: true, force: true })
}

function packFolders(folders: readonly string[], into: string): void {
  for (const file of run('npm', 'pack', '--silent', '--pack-destination', into, ...folders)
    .trim()
    .split('\n'))
    report(join(into, file))
}

/** What only another machine or the registry has is missed aloud, and is a failure where somebody asked for it. */
async function pack(what: string, make: () => Promise<string>): Promise<void> {
  try {
    const reason = whyNot()
    if (reason !== undefined) throw new Error(reason)
    process.stderr.write(`making the ${what}, which takes a minute or two\n`)
    report(await make())
  } catch (error) {
    process.stderr.write(`no ${what}: ${(error as Error).message}\n`)
    if (values.only !== undefined) process.exitCode = 1
  }
}

function packDebian(command: string, architecture: Architecture): Promise<string> {
  return buildDebian({ command, parts: partsOf(workspaces), architecture, aside: staging, target, compression: 'xz' })
}

function packImage(command: string): Promise<string> {
  const bill = imageBill(billOfMaterials('.'), debian)
  const parts = partsOf(workspaces)
  return buildImage({ command, parts, architectures: debian, aside: staging, target, bill, compression: 'best' })
}

function report(file: string): void {
  const megabytes = (statSync(file).size / 1e6).toFixed(1)
  process.stdout.write(`${relative('.', file)}  ${megabytes} MB\n`)
}
