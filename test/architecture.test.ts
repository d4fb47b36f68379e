/** The rules of ARCHITECTURE.md about the whole tree. Change the document and this list in the same commit. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, test } from 'node:test'
import { besideLabs, slowest } from '../scripts/slowest.ts'

interface Group {
  readonly layer: string
  /** Pure groups name no Node built-in and no clock, timer, randomness or logger. */
  readonly pure: boolean
  readonly members: readonly string[]
}

/** Lowest first; a package imports only from groups before its own. */
const groups: readonly Group[] = [
  { layer: 'wire', pure: true, members: ['packages/wire'] },
  { layer: 'ground', pure: true, members: ['packages/address', 'packages/signals'] },
  { layer: 'protocols', pure: true, members: ['packages/flow', 'packages/grasp', 'packages/bgp', 'packages/netconf'] },
  { layer: 'protocols: identity', pure: true, members: ['packages/identity'] },
  {
    layer: 'protocols: channel, groups, joining, NATs',
    pure: true,
    members: ['packages/channel', 'packages/mls', 'packages/brski', 'packages/nat'],
  },
  { layer: 'services: by role, groups', pure: true, members: ['packages/qos', 'packages/groups'] },
  {
    layer: 'services: routers, record, intents, addresses',
    pure: true,
    members: ['packages/mobility', 'packages/southbound', 'packages/audit', 'packages/intent'],
  },
  {
    layer: 'services',
    pure: true,
    members: ['packages/analytics', 'packages/steering', 'packages/access', 'packages/line'],
  },
  { layer: 'services: contract', pure: true, members: ['packages/api'] },
  { layer: 'host: databases', pure: false, members: ['packages/sqlite'] },
  {
    layer: 'host',
    pure: false,
    members: ['packages/linux', 'packages/router', 'packages/store', 'packages/transport', 'packages/pki'],
  },
  { layer: 'host: observability, archives', pure: false, members: ['packages/observability', 'packages/archive'] },
  { layer: 'host: tokens of issuers', pure: false, members: ['packages/bearer'] },
  { layer: 'host: keyring', pure: false, members: ['packages/keyring'] },
  { layer: 'host: speaker, joining', pure: false, members: ['packages/speaker', 'packages/bootstrap'] },
  { layer: 'library', pure: false, members: ['packages/agent'] },
  { layer: 'library: look-up, bindings', pure: false, members: ['packages/lookup', 'packages/bindings'] },
  { layer: 'library: autonomic', pure: false, members: ['packages/asa'] },
  { layer: 'apps', pure: false, members: ['apps/controller', 'apps/lab', 'apps/device', 'apps/console'] },
  { layer: 'apps: side-car', pure: false, members: ['apps/sidecar'] },
  { layer: 'apps: command line', pure: false, members: ['apps/cli'] },
]
const groupOf = new Map(groups.flatMap(({ members }, depth) => members.map((member) => [member, depth] as const)))
const folderOf = new Map(
  globSync('{packages,apps}/*/package.json').map((file) => [manifestOf(file).name, dirname(file)] as const),
)
const imported = /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?<![-'])\bimport\s*\(?\s*['"]([^'"]+)['"]/g

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  /** What a package joins to, and who uses it has already. */
  readonly peerDependencies?: Readonly<Record<string, string>>
}

function manifestOf(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest
}

/** What a file imports, type imports included. */
function importsOf(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(imported)].map(([, from, bare]) => (from ?? bare)!)
}

const packageOf = (target: string): string =>
  target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')

describe('every package', () => {
  for (const [name, folder] of folderOf) {
    test(`${name} keeps its place`, () => {
      const here = groupOf.get(folder)
      assert.ok(here !== undefined, `${folder} has no group; give it one in test/architecture.test.ts`)
      assert.ok(existsSync(`${folder}/README.md`), `${folder} has no README.md`)
      const used = new Set<string>()
      for (const file of globSync(`${folder}/src/**/*.{ts,tsx}`)) {
        const text = readFileSync(file, 'utf8')
        const lines = text.split('\n').length
        assert.ok(lines <= 400, `${file} has ${lines} lines; split it by concept`)
        assert.match(text, /^\/\*\*/, `${file} does not open with a comment that says what it is`)
        for (const target of importsOf(file)) {
          if (target.startsWith('node:')) assert.ok(!groups[here]!.pure, `${file} imports ${target} in a pure layer`)
          if (target.startsWith('.') || target.startsWith('node:')) continue
          used.add(packageOf(target))
          const there = groupOf.get(folderOf.get(packageOf(target)) ?? '')
          assert.ok(there === undefined || there < here, `${file} imports ${target}, which is not below ${folder}`)
        }
      }
      for (const file of globSync(`${folder}/vite.config.ts`))
        for (const target of importsOf(file)) used.add(packageOf(target))
      const { dependencies, peerDependencies } = manifestOf(`${folder}/package.json`)
      const declared = Object.keys({ ...dependencies, ...peerDependencies })
      const peers = ['preact-render-to-string'] // preact's own peer, never imported by us
      assert.deepEqual(
        declared.filter((dependency) => !peers.includes(dependency)).sort(),
        [...used].filter((target) => !target.startsWith('node:')).sort(),
        `${folder}/package.json and its imports differ`,
      )
    })
  }
})

test('no import cycle inside a package, type imports included', () => {
  const files = globSync('{packages,apps}/*/src/**/*.{ts,tsx}')
  const edges = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter((t) => t.startsWith('.'))
        .map((t) => resolve(file, t)),
    ]),
  )
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), `import cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`)
    if (done.has(file)) return
    for (const next of edges.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
})

function resolve(from: string, target: string): string {
  return new URL(target, `file:///${from}`).pathname.slice(1)
}

test('the pure type-check covers every pure package, and nothing else', () => {
  const config = readFileSync('tsconfig.pure.json', 'utf8')
  const included = [...config.matchAll(/"(packages\/[\w-]+)\/src"/g)].map(([, folder]) => folder!).sort()
  const pure = groups.filter((group) => group.pure).flatMap((group) => group.members)
  assert.deepEqual(included, [...pure].sort())
})

test('ARCHITECTURE.md names every package', () => {
  const document = readFileSync('ARCHITECTURE.md', 'utf8')
  for (const folder of folderOf.values())
    assert.ok(document.includes(`\`${folder}\``), `ARCHITECTURE.md does not name ${folder}`)
})

test('the drawing of ARCHITECTURE.md has every package above those that it may import', () => {
  const [, drawing = ''] = readFileSync('ARCHITECTURE.md', 'utf8').split('```')
  const rows = drawing
    .trim()
    .split('\n')
    .map((line) =>
      line
        .slice(11, 51)
        .split(/ {2,}/)
        .filter((name) => name.trim() !== ''),
    )
  const drawn = rows.toReversed().map((names) => names.map((name) => name.trim()).sort())
  assert.deepEqual(
    drawn,
    groups.map(({ members }) => members.map((folder) => folder.split('/')[1]!).sort()),
  )
})

test('no path of a file is made from the URL of one: blanks and other characters are escaped in that', () => {
  for (const file of globSync('{packages,apps}/*/{src,test}/**/*.{ts,tsx}').concat(
    globSync('{scripts,bench,test,examples}/**/*.ts'),
  ))
    assert.doesNotMatch(
      readFileSync(file, 'utf8'),
      /import\.meta\.url\)\.pathname/,
      `${file}: import.meta.dirname is a path`,
    )
})

test('node:http is asked for with getBuiltinModule: an import reads all its names, and two load undici and HTTP/2', () => {
  const importing = globSync('{packages,apps}/*/src/**/*.{ts,tsx}').filter((file) =>
    /^import (?!type )[^'"]*from 'node:http'/m.test(readFileSync(file, 'utf8')),
  )
  assert.deepEqual(importing, [], '45 ms of a processor at each start of each process, by Node 24')
})

test('a unit test that mocks timers awaits nothing: another in the same process would restore the wrong ones', () => {
  const unit = globSync('{test,packages/*/test,apps/*/test}/**/*.test.ts').filter(
    (file) => !/\.(system|browser)\.test\.ts$/.test(file) && file !== 'test/architecture.test.ts',
  )
  const awaiting = unit.filter((file) => {
    const text = readFileSync(file, 'utf8')
    return text.includes('mock.timers.enable') && /\bawait\b/.test(text)
  })
  assert.deepEqual(awaiting, [], 'to be named .system.test.ts')
})

test('the lists of the slowest tests, and of those beside labs, name files that are there', () => {
  assert.deepEqual(
    [...slowest, ...besideLabs].filter((file) => !existsSync(file)),
    [],
    'scripts/slowest.ts',
  )
})

test('files are small: the median source file has at most 100 lines', () => {
  const sizes = globSync('{packages,apps}/*/src/**/*.{ts,tsx}')
    .map((file) => readFileSync(file, 'utf8').split('\n').length)
    .sort((a, b) => a - b)
  const median = sizes[sizes.length >> 1]!
  assert.ok(median <= 100, `the median file has ${median} lines`)
})
