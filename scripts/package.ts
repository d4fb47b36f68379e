/**
 * Packages for machines without this tree: `npm run package [-- FOLDER]`, by default `dist`.
 *
 *   dist/vagus-VERSION.tgz       the vagus command with all that it starts, the console built
 *   dist/vagus-VERSION.cdx.json  of what it is made, as CycloneDX
 *   dist/lib/*.tgz               @vagus/agent, its bindings, look-ups and keys, for programs that link them
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { ensureConsole } from '../apps/console/src/build.ts'
import { billOfMaterials } from './packages/bill-of-materials.ts'
import { emitDeclaration, emitSource, type OwnImports } from './packages/emit.ts'
import {
  closureOf,
  foreignDependencies,
  type Manifest,
  readManifest,
  readWorkspaces,
  type Workspace,
} from './packages/workspaces.ts'

/** What programs import, by the documentation; what these need comes with them. */
const libraries = ['@vagus/agent', '@vagus/bindings', '@vagus/keyring', '@vagus/lookup'] as const
/** Built by Vite before, and not when it is installed. */
const page = '@vagus/console'

const here = process.cwd()
process.chdir(resolve(import.meta.dirname, '..'))
const target = process.argv[2] === undefined ? resolve('dist') : resolve(here, process.argv[2])
const root = readManifest('package.json')
const workspaces = readWorkspaces()
mkdirSync(join(target, 'lib'), { recursive: true })
mkdirSync('dist', { recursive: true })
const staging = mkdtempSync(resolve('dist/.staging-')) // in the tree, where TypeScript finds the types of Node
try {
  pack([await stageCommand()], target)
  pack(stageLibraries(), join(target, 'lib'))
  writeBill(join(target, `vagus-${root.version}.cdx.json`))
} finally {
  rmSync(staging, { recursive: true, force: true })
}

/** The tree as it is, each file where it was, because programs start each other by path; imports become relative. */
async function stageCommand(): Promise<string> {
  const into = join(staging, 'vagus')
  const parts = [...workspaces.values()].filter(({ manifest }) => manifest.name !== page)
  for (const { folder, manifest } of parts) {
    for (const file of sourcesOf(folder)) write(into, file, emitSource(readFileSync(file, 'utf8'), relativeTo(file)))
    writeManifest(join(into, folder), { name: manifest.name, version: manifest.version, type: 'module' })
  }
  copy('apps/lab/topologies', into)
  copy('docs', into)
  cpSync(await ensureConsole(), join(into, 'apps/console/dist'), { recursive: true })
  write(into, 'bin/vagus.mjs', emitSource(readFileSync('bin/vagus.mjs', 'utf8')), 0o755)
  const { name, version, description, license, optionalDependencies } = root
  writeManifest(into, {
    name,
    version,
    description,
    license,
    type: 'module',
    engines: { node: '>=18' }, // the command brings its own
    bin: { vagus: 'bin/vagus.mjs' },
    dependencies: foreignDependencies(parts),
    optionalDependencies,
  })
  for (const file of ['README.md', 'LICENSE']) copy(file, into)
  return into
}

function stageLibraries(): readonly string[] {
  const parts = closureOf(libraries, workspaces)
  const types = declarationsOf(parts)
  return parts.map(({ folder, manifest }) => {
    const into = join(staging, 'lib', folder)
    for (const file of sourcesOf(folder)) {
      const name = relative(folder, file)
      const declaration = file.replace(/\.ts$/, '.d.ts')
      write(into, name, emitSource(readFileSync(file, 'utf8')))
      write(into, relative(folder, declaration), emitDeclaration(readFileSync(join(types, declaration), 'utf8')))
    }
    writeManifest(into, libraryManifest(manifest))
    cpSync(`${folder}/README.md`, join(into, 'README.md'))
    cpSync('LICENSE', join(into, 'LICENSE'))
    return into
  })
}

function libraryManifest({ exports = {}, dependencies, ...manifest }: Manifest): object {
  const { name, version, description, license, peerDependencies, peerDependenciesMeta } = manifest
  const javaScript = Object.entries(exports).map(([path, source]) => {
    const file = source.replace(/\.ts$/, '')
    return [path, { types: `${file}.d.ts`, default: `${file}.js` }] as const
  })
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines: { node: '>=24' },
    exports: Object.fromEntries(javaScript),
    dependencies,
    peerDependencies,
    peerDependenciesMeta,
  }
}

/** The folder in which TypeScript wrote the declarations of `parts`. */
function declarationsOf(parts: readonly Workspace[]): string {
  const types = join(staging, 'types')
  const up = relative(staging, '.')
  const options = { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: up, outDir: types }
  const config = join(staging, 'tsconfig.json')
  const include = ['webassembly.d.ts', ...parts.map(({ folder }) => `${folder}/src`)].map((path) => join(up, path))
  const whole = { extends: join(up, 'tsconfig.base.json'), compilerOptions: { ...options, types: ['node'] }, include }
  writeFileSync(config, JSON.stringify(whole))
  run('node_modules/.bin/tsc', '-p', config)
  return types
}

function sourcesOf(folder: string): readonly string[] {
  return globSync(`${folder}/src/**/*.ts`).filter((file) => !file.endsWith('.d.ts'))
}

/** From `file` to the sources of our other packages. @throws on a name that none of them has */
function relativeTo(file: string): OwnImports {
  return (specifier) => {
    const [scope, name, ...rest] = specifier.split('/')
    const workspace = workspaces.get(`${scope}/${name}`)
    if (workspace?.manifest.name === page) return undefined
    const source = workspace?.manifest.exports?.[['.', ...rest].join('/')]
    if (workspace === undefined || source === undefined)
      throw new Error(`${file} imports "${specifier}": there is none`)
    return relative(dirname(file), join(workspace.folder, source)).replace(/\.ts$/, '.js')
  }
}

function write(into: string, name: string, text: string, mode = 0o644): void {
  const file = join(into, name.replace(/(?<!\.d)\.ts$/, '.js'))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode })
}

function copy(name: string, into: string): void {
  cpSync(name, join(into, name), { recursive: true })
}

function writeManifest(into: string, manifest: object): void {
  write(into, 'package.json', `${JSON.stringify(manifest, null, 2)}\n`)
}

function writeBill(file: string): void {
  writeFileSync(file, `${JSON.stringify(billOfMaterials('.'), null, 2)}\n`)
  process.stdout.write(`${relative('.', file)}\n`)
}

function pack(folders: readonly string[], into: string): void {
  for (const file of run('npm', 'pack', '--silent', '--pack-destination', into, ...folders)
    .trim()
    .split('\n'))
    process.stdout.write(`${relative('.', join(into, file))}\n`)
}

/** @throws with what it said, when it fails */
function run(command: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${stderr}${stdout}`)
  return stdout
}
