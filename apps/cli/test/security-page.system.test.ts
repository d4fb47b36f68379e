/** The tables of docs/80-security.md against what the programs do: where they listen by default, and who may read files. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, matchesGlob } from 'node:path'
import { after, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { eventually } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { socketsOf } from '../src/doctor/security/listening-sockets.ts'
import { launcher } from './started.ts'

const page = readFileSync(new URL('../../../docs/80-security.md', import.meta.url), 'utf8')
/** Rows of the table whose first two titles these are, as cells. */
function rowsBelow(...titles: readonly [string, string]): readonly (readonly string[])[] {
  const lines = page.split('\n')
  const isTitle = (line: string): boolean => new RegExp(`^\\| ${titles[0]} +\\| ${titles[1]} +\\|`).test(line)
  const from = lines.findIndex(isTitle) + 2
  const to = lines.findIndex((line, at) => at >= from && !line.startsWith('|'))
  return lines.slice(from, to).map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
}

const listed = Map.groupBy(rowsBelow('program', 'socket'), ([, program]) => program!)
const socketsFor = (program: string): readonly string[] =>
  listed.get(program)!.flatMap(([, , socket]) => (socket === 'none' ? [] : [socket!]))
/** Rows of files that were there. */
const found = new Set<string>()
const files = rowsBelow('file', 'mode').map(([, glob, mode]) => ({ glob: glob!, mode: mode! }))

const folder = mkdtempSync(join(tmpdir(), 'vagus-security-'))
const running: ChildProcess[] = []
after(async () => {
  for (const child of running) {
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  rmSync(folder, { recursive: true })
})

/** A network of its own, where every port is free, with an address that others could reach. */
const alone = 'ip link set lo up; ip address add 192.0.2.1/32 dev lo'
const flags = spawnSync('unshare', ['-Urn', 'true']).status === 0 ? '-Urn' : '-n'

function start(home: string, ...words: readonly string[]): ChildProcess {
  const inside = ['sh', '-c', `umask 022; ${alone}; exec "$@"`, 'sh', process.execPath, launcher, ...words]
  const env = { ...process.env, VAGUS_HOME: home, VAGUS_CONTROLLER: '' }
  const child = spawn('unshare', [flags, ...inside], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
  running.push(child)
  return child
}

/** What it has said by the time that it says `sign`. */
async function saidBy(child: ChildProcess, sign: RegExp): Promise<void> {
  let said = ''
  child.stderr!.on('data', (octets: Buffer) => (said += octets.toString()))
  await eventually(
    () => `it never said ${String(sign)}, but: ${said}`,
    () => sign.test(said),
    { seconds: 30 },
  )
}

/** Without its number, which the kernel chose, a port is `any`. */
function listensAt(pid: number): readonly string[] {
  const chosen = 32_768
  const sockets = socketsOf(pid)
  assert.ok(sockets !== undefined, `process ${pid} is gone`)
  return sockets.map(({ protocol, address, port }) => `${protocol} ${address}:${port >= chosen ? 'any' : port}`).sort()
}

const programs = [
  { words: ['controller'], sign: /^flows: /m },
  { words: ['run', '--name', 'writer', '--a2a', 'http://127.0.0.1:9'], sign: /^calls others at /m },
  { words: ['device', '--agent', '127.0.0.1', '--control', 'device.sock'], sign: /sends interface counters/ },
  { words: ['relay'], sign: /relays at/, made: ['id', 'new', 'relay'] },
] as const

describe('docs/80-security.md', { skip: needs('netns') }, () => {
  test('has the programs that are started here, and no other', () =>
    assert.deepEqual(
      [...listed.keys()],
      programs.map(({ words: [command] }) => `vagus ${command}`),
    ))

  for (const { words, sign, ...more } of programs)
    test(
      `names all sockets of "vagus ${words[0]}", and each file of it with its mode`,
      { timeout: 90_000 },
      async () => {
        const home = join(folder, words[0])
        if ('made' in more) await once(start(home, ...more.made), 'exit')
        const child = start(home, ...words)
        await saidBy(child, sign)
        const expected = socketsFor(`vagus ${words[0]}`).toSorted()
        await eventually(
          () => `it listens at ${listensAt(child.pid!).join(', ')}, not at ${expected.join(', ')}`,
          () => isDeepStrictEqual(listensAt(child.pid!), expected),
          { seconds: 30 },
        )
        for (const name of globSync('**', { cwd: home })) {
          const stat = statSync(join(home, name), { throwIfNoEntry: false })
          if (stat?.isFile() !== true) continue // a log of SQLite comes and goes
          const row = files.find(({ glob }) => matchesGlob(name, glob))
          assert.ok(row !== undefined, `${name} is in no row`)
          found.add(row.glob)
          assert.equal(`0${(stat.mode & 0o777).toString(8)}`, row.mode, name)
        }
        if (words[0] !== 'device') assert.equal(statSync(home).mode & 0o777, 0o700)
      },
    )

  test('has no row of a file that none of them made', () =>
    assert.deepEqual(
      files.map(({ glob }) => glob).filter((glob) => !found.has(glob)),
      [],
    ))
})
