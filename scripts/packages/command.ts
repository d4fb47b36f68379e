/** The vagus command for machines without this tree: JavaScript, the console built, nothing of other packages. @module */
import { cpSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ensureConsole } from '../../apps/console/src/build.ts'
import { emitSource, type OwnImports } from './emit.ts'
import { copy, write, writeManifest } from './files.ts'
import { foreignDependencies, readManifest, type Workspace } from './workspaces.ts'

/** Built by Vite before, and not when it is installed. */
const page = '@vagus/console'

type Workspaces = ReadonlyMap<string, Workspace>

/** What runs where the command is installed. */
export const partsOf = (workspaces: Workspaces): readonly Workspace[] =>
  [...workspaces.values()].filter(({ manifest }) => manifest.name !== page)

/** The tree as it is, each file where it was, because programs start each other by path; imports become relative. */
export async function stageCommand(into: string, workspaces: Workspaces): Promise<void> {
  const parts = partsOf(workspaces)
  for (const { folder, manifest } of parts) {
    for (const file of sourcesOf(folder)) {
      const text = emitSource(readFileSync(file, 'utf8'), relativeTo(file, workspaces))
      write(into, file.replace(/\.ts$/, '.js'), text)
    }
    writeManifest(join(into, folder), { name: manifest.name, version: manifest.version, type: 'module' })
  }
  copy('apps/lab/topologies', into)
  copy('docs', into)
  cpSync(await ensureConsole(), join(into, 'apps/console/dist'), { recursive: true })
  write(into, 'bin/vagus.mjs', emitSource(readFileSync('bin/vagus.mjs', 'utf8')), 0o755)
  const { name, version, description, license, optionalDependencies } = readManifest('package.json')
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
}

/** Of a package of ours. */
export function sourcesOf(folder: string): readonly string[] {
  return globSync(`${folder}/src/**/*.ts`).filter((file) => !file.endsWith('.d.ts'))
}

/** From `file` to the sources of our other packages. @throws on a name that none of them has */
function relativeTo(file: string, workspaces: Workspaces): OwnImports {
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
