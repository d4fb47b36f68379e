/** What programs import, by the documentation, as packages with types; what these need comes with them. @module */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { sourcesOf } from './command.ts'
import { emitDeclaration, emitSource } from './emit.ts'
import { run, write, writeManifest } from './files.ts'
import { closureOf, type Manifest, type Workspace } from './workspaces.ts'

const libraries = ['@vagus/agent', '@vagus/bindings', '@vagus/keyring', '@vagus/lookup'] as const

/** Folders below `staging`, to be packed. */
export function stageLibraries(staging: string, workspaces: ReadonlyMap<string, Workspace>): readonly string[] {
  const parts = closureOf(libraries, workspaces)
  const types = declarationsOf(parts, staging)
  return parts.map(({ folder, manifest }) => {
    const into = join(staging, 'lib', folder)
    for (const file of sourcesOf(folder)) {
      const name = relative(folder, file).replace(/\.ts$/, '')
      const declaration = readFileSync(join(types, file.replace(/\.ts$/, '.d.ts')), 'utf8')
      write(into, `${name}.js`, emitSource(readFileSync(file, 'utf8')))
      write(into, `${name}.d.ts`, emitDeclaration(declaration))
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
function declarationsOf(parts: readonly Workspace[], staging: string): string {
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
