/**
 * What `npm run package` makes, as those use it who have no checkout: the command runs, and a program links the library.
 * Nothing is fetched: what the manifests name is linked from here, and only that, so that what they leave out is missed.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Bill } from '../scripts/packages/bill-of-materials.ts'
import { emitSource } from '../scripts/packages/emit.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'vagus-package-'))
const home = join(folder, 'home')
const env = { ...process.env, VAGUS_HOME: home }

/** Unpacks what `npm pack` made below `project`, and links what it needs of others. */
function install(archive: string, project: string): string {
  const listed = spawnSync('tar', ['xzOf', archive, 'package/package.json'], { encoding: 'utf8' }).stdout
  const manifest = JSON.parse(listed) as { name: string; dependencies?: object; optionalDependencies?: object }
  const into = join(project, 'node_modules', manifest.name)
  mkdirSync(into, { recursive: true })
  assert.equal(spawnSync('tar', ['xzf', archive, '-C', into, '--strip-components=1']).status, 0)
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const [from, to] = [join(root, 'node_modules', name), join(project, 'node_modules', name)]
    if (name.startsWith('@vagus/')) continue
    mkdirSync(dirname(to), { recursive: true })
    if (!globSync(to).includes(to)) symlinkSync(from, to)
  }
  return into
}

before(
  async () => {
    await run(process.execPath, ['scripts/package.ts', folder, '--only', 'command,library'], { cwd: root })
  },
  { timeout: 120_000 },
)
after(() => rmSync(folder, { recursive: true, force: true }))

describe('the command', () => {
  const running: ChildProcess[] = []
  let bin = ''
  before(() => {
    const [archive] = globSync(join(folder, 'vagus-*.tgz'))
    bin = join(install(archive!, join(folder, 'host')), 'bin/vagus.mjs')
  })
  after(async () => {
    for (const child of running) {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
    }
  })
  const vagus = async (...words: readonly string[]): Promise<string> =>
    (await run(process.execPath, [bin, ...words], { env })).stdout

  /** Runs until the test is over; fulfilled with the line of its standard error that `sign` fits. */
  async function started(sign: RegExp, ...words: readonly string[]): Promise<RegExpExecArray> {
    const child = spawn(process.execPath, [bin, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    running.push(child)
    const said: string[] = []
    for await (const line of createInterface({ input: child.stderr })) {
      const found = sign.exec(line)
      if (found !== null) {
        child.stderr.resume()
        return found
      }
      said.push(line)
    }
    throw new Error(`${words.join(' ')} never said ${String(sign)}, but: ${said.join('\n')}`)
  }

  test('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    assert.equal((JSON.parse(await vagus('version', '--json')) as { vagus: string }).vagus, version)
  })

  test('collects, stores and shows', { timeout: 60_000 }, async () => {
    const words = ['--listen', '127.0.0.1:0', '--flow.listen', '127.0.0.1:0', '--home', join(home, 'controller')]
    const [, address] = await started(/(http:\/\/127\.0\.0\.1:\d+)/, 'controller', ...words)
    const isReady = async (): Promise<boolean> =>
      (JSON.parse(await vagus('status', '--json', '--controller', address!)) as { ready: boolean }).ready
    while (!(await isReady())) await sleep(100)
    const page = await fetch(address!)
    assert.equal(page.status, 200)
    assert.match(await page.text(), /<script type="module"/)
  })

  test('lets two programs call each other', { timeout: 60_000 }, async () => {
    const server = `require('node:http').createServer((request, response) =>
      response.end(process.env.VAGUS_AGENT_NAME + ' to ' + request.headers['vagus-agent-name'])).listen(0, '127.0.0.1',
      function () { process.stderr.write('port ' + this.address().port + '\\n') })`
    const program = spawn(process.execPath, ['-e', server], {
      env: { ...env, VAGUS_AGENT_NAME: 'writer' },
      stdio: 'pipe',
    })
    running.push(program)
    const [line] = (await once(createInterface({ input: program.stderr }), 'line')) as [string]
    await started(/^calls others at/, 'run', '--name', 'writer', '--a2a', `http://127.0.0.1:${line.split(' ')[1]}`)
    const ask = `fetch(process.env.VAGUS_AGENTS_URL + 'writer/').then((answer) => answer.text()).then(console.log)`
    assert.equal(await vagus('run', '--name', 'boss', '--', process.execPath, '-e', ask), 'writer to boss\n')
  })
})

test('the bill of materials has each production dependency of the lock file, with its hash', () => {
  const [file] = globSync(join(folder, 'vagus-*.cdx.json'))
  const { components } = JSON.parse(readFileSync(file!, 'utf8')) as Bill
  const hashed = new Set(components.flatMap(({ purl, hashes }) => (hashes === undefined ? [] : [purl])))
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: true; readonly link?: true }>>
  }
  const needed = Object.entries(packages).flatMap(([path, { version, dev, link }]) => {
    const name = /.*node_modules\/(.+)$/.exec(path)?.[1]
    return name === undefined || dev === true || link === true ? [] : [`pkg:npm/${name.replace('@', '%40')}@${version}`]
  })
  assert.ok(needed.some((purl) => purl.startsWith('pkg:npm/koffi@')))
  assert.deepEqual(
    needed.filter((purl) => !hashed.has(purl)),
    [],
  )
})

describe('the library', () => {
  const project = join(folder, 'program')
  const source = join(project, 'main.ts')
  before(() => {
    for (const archive of globSync(join(folder, 'lib/*.tgz'))) install(archive, project)
    writeFileSync(join(project, 'package.json'), '{"type":"module"}')
    cpSync(join(root, 'examples/02-agents-over-a-cut-path/main.ts'), source)
  })

  test('has types', async () => {
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--types', 'node']
    const typeRoots = join(root, 'node_modules/@types')
    const tsc = join(root, 'node_modules/.bin/tsc')
    await run(tsc, [...options, '--typeRoots', typeRoots, source], { cwd: project })
    writeFileSync(join(project, 'wrong.ts'), `${readFileSync(source, 'utf8')}\nexport const id: number = reader.id\n`)
    await assert.rejects(
      run(tsc, [...options, '--typeRoots', typeRoots, join(project, 'wrong.ts')], { cwd: project }),
      ({ stdout }: { stdout: string }) => /^wrong\.ts\(\d+,14\): error TS2322/m.test(stdout),
    )
  })

  test('runs', { timeout: 60_000 }, async () => {
    writeFileSync(join(project, 'main.js'), emitSource(readFileSync(source, 'utf8')))
    const { stdout } = await run(process.execPath, ['main.js'], { cwd: project })
    assert.match(stdout, /^1000 answers in order, none lost, none twice/)
  })
})
