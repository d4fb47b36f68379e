import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openAgent } from '@vagus/agent'
import { Keyring, ownAgent, ownIdentityOf } from '@vagus/keyring'
import { openControlStore } from '@vagus/store'
import { planRestore, restoreBackup } from '../../src/backup/restore.ts'
import { aloneAtHome, finishRestore } from '../../src/backup/restore-journal.ts'
import { eventOf } from '../../src/events/event-keeper.ts'
import { backupOf, makeHome, stateOf } from './kept-state.ts'

const root = mkdtempSync(join(tmpdir(), 'vagus-restore-'))
after(() => rmSync(root, { recursive: true, force: true }))
const child = fileURLToPath(new URL('./restore-child.ts', import.meta.url))
const file = join(root, 'new.tar.zst')
const old = join(root, 'old')
const now = Date.parse('2026-11-29T00:00:00Z')
let homes = 0
const copyOfOld = (): string => {
  const home = join(root, `home-${++homes}`)
  cpSync(old, home, { recursive: true })
  return home
}
const restored = (home: string, occupied: 'refuse' | 'put aside' = 'put aside') =>
  restoreBackup({ file, home, occupied }, now)
const completed = (home: string): void => void aloneAtHome(home, () => finishRestore(home))

before(async () => {
  makeHome(old, 'old', 5)
  makeHome(join(root, 'new'), 'new')
  await backupOf(join(root, 'new'), file)
})

describe('a restored home', () => {
  test('has all that was backed up, and a record that holds and says where it goes on', async () => {
    const home = join(root, 'elsewhere')
    await restored(home, 'refuse')
    const { texts, word, told } = stateOf(home) as ReturnType<typeof stateOf> & Record<string, unknown>
    const before = stateOf(join(root, 'new')) as Record<string, unknown>
    assert.deepEqual([texts, word], [before['texts'], 'new'])
    assert.deepEqual(told, ['link.down new', 'link.down new', 'link.down new', 'audit.continued '])
    const modeOf = (name: string): number => statSync(join(home, name)).mode & 0o777
    assert.deepEqual(
      ['registrar', 'registrar/domain-ca.key', 'control.sqlite'].map(modeOf),
      [0o700, 0o600, 0o600],
      'keys and state are for their user alone',
    )
    assert.deepEqual(
      ['flows', 'flows/raw', 'flows/raw/000000000001-000000000480.parquet'].map(modeOf),
      [0o750, 0o750, 0o640].map((mode) => mode & ~process.umask()),
      'flows may be read by the group, as the store has them',
    )
  })

  test('has what was there beside it, whole, and names the end of its record', async () => {
    const home = copyOfOld()
    const { aside, replaced } = await restored(home)
    assert.deepEqual([...replaced].sort(), ['agents/writer', 'control.sqlite', 'flows', 'registrar'])
    assert.deepEqual(stateOf(join(home, aside!)), stateOf(old))
    const control = openControlStore({ path: join(home, 'control.sqlite') })
    const { fields } = eventOf(control.newestEvents(1)[0]!)
    control.close()
    assert.match(
      String(fields['former']),
      /^the one before ended at entry 5 with the hash [0-9a-f]{64}, and was put aside$/,
    )
  })

  test('whose record before could not be read says so', async () => {
    const home = copyOfOld()
    writeFileSync(join(home, 'control.sqlite'), 'no database at all, but longer than its header would be')
    await restored(home)
    const control = openControlStore({ path: join(home, 'control.sqlite') })
    const { fields } = eventOf(control.newestEvents(1)[0]!)
    control.close()
    assert.equal(fields['former'], 'the one before could not be read, and was put aside')
  })

  test(
    'is all of its owner, where root restores it',
    { skip: process.getuid?.() !== 0 && 'sudo npm test' },
    async () => {
      const home = join(root, 'of-a-user')
      mkdirSync(home)
      chownSync(home, 1234, 1234)
      await restored(home)
      const { aside } = await restored(home)
      const owners = globSync('**', { cwd: home }).map((name) => [name, statSync(join(home, name)).uid])
      assert.ok(owners.length > 10 && aside !== undefined)
      assert.deepEqual(
        owners.filter(([, uid]) => uid !== 1234),
        [],
      )
    },
  )

  test('keeps agents that the backup does not know, and the configuration that is there', async () => {
    const home = copyOfOld()
    cpSync(join(home, 'agents', 'writer'), join(home, 'agents', 'other'), { recursive: true })
    await restored(home)
    assert.deepEqual(readdirSync(join(home, 'agents')), ['other', 'writer'])
  })

  test('has no flow records of before where the backup has none: their names would be wrong', async () => {
    const home = copyOfOld()
    const small = join(root, 'small.tar.zst')
    await backupOf(join(root, 'new'), small, { flows: 'without', keys: 'without' })
    const { aside, placed } = await restoreBackup({ file: small, home, occupied: 'put aside' }, now)
    assert.deepEqual(placed, ['control.sqlite'])
    assert.ok(!existsSync(join(home, 'flows')) && existsSync(join(home, aside!, 'flows')))
    assert.ok(existsSync(join(home, 'agents', 'writer', 'keys.json')))
  })
})

describe('a restoration is refused', () => {
  test('where a state is, unless it may go aside', async () => {
    const home = copyOfOld()
    await assert.rejects(restored(home, 'refuse'), {
      name: 'BackupError',
      code: 'occupied',
      message: /has a state already: /,
    })
    assert.deepEqual(stateOf(home), stateOf(old))
  })

  test('where a controller runs', async () => {
    const home = copyOfOld()
    const control = openControlStore({ path: join(home, 'control.sqlite') })
    await assert.rejects(restored(home), { code: 'running', message: /^a controller runs on / })
    control.close()
    assert.deepEqual(stateOf(home), stateOf(old))
  })

  test('where an agent runs that it would replace', async () => {
    const home = copyOfOld()
    const writer = ownAgent({ keyring: new Keyring(join(home, 'agents')), name: 'writer', report: () => undefined })
    const journal = { folder: join(home, 'agents', 'writer', 'journal') }
    const identity = ownIdentityOf(writer)
    const agent = await openAgent({ identity, lookup: { find: async () => [] }, journal })
    await assert.rejects(restored(home), { code: 'running', message: /^these agents run on .*: writer$/ })
    await agent.close()
    await restored(home)
  })

  test('where flows are a link: they could not go aside as a whole', async () => {
    const home = copyOfOld()
    cpSync(join(home, 'flows'), join(root, 'disk-2'), { recursive: true })
    rmSync(join(home, 'flows'), { recursive: true })
    symlinkSync(join(root, 'disk-2'), join(home, 'flows'))
    await assert.rejects(restored(home), { code: 'place', message: /flows is a link/ })
  })

  test('where agents are a link: once it has begun, it could not be finished', async () => {
    const home = copyOfOld()
    renameSync(join(home, 'agents'), join(root, 'stick'))
    symlinkSync(join(root, 'stick'), join(home, 'agents'))
    await assert.rejects(restored(home), { code: 'place', message: /agents is a link/ })
    assert.deepEqual(
      readdirSync(home).filter((name) => name.startsWith('restor')),
      [],
    )
  })

  test('where the home was changed meanwhile, or what lay ready was removed', async () => {
    const large = join(root, 'large')
    cpSync(join(root, 'new'), large, { recursive: true })
    writeFileSync(join(large, 'flows', 'raw', '000000000481-000000000960.parquet'), randomBytes(4_000_000))
    await backupOf(large, join(root, 'large.tar.zst'))
    for (const change of [
      (home: string) => makeHome(home, 'started'),
      (home: string) => {
        for (const name of globSync('restoring-*/registrar/*', { cwd: home })) rmSync(join(home, name))
      },
    ]) {
      const home = join(root, `home-${++homes}`)
      const restoring = restoreBackup({ file: join(root, 'large.tar.zst'), home, occupied: 'refuse' }, now)
      const refused = assert.rejects(restoring, {
        code: 'running',
        message: /was changed while the backup was unpacked$/,
      })
      while (globSync('restoring-*/registrar/*', { cwd: home }).length === 0) await setImmediate()
      change(home)
      await refused
      assert.ok(!existsSync(join(home, 'restore.json')))
    }
  })

  test('of a file that was cut off, before anything is written', async () => {
    const octets = readFileSync(file)
    const cut = join(root, 'cut.tar.zst')
    writeFileSync(cut, octets.subarray(0, octets.length - 40))
    const home = join(root, 'nowhere')
    await assert.rejects(planRestore({ file: cut, home }), { code: 'refused', message: /cut off|damaged/ })
    await assert.rejects(restoreBackup({ file: cut, home, occupied: 'refuse' }, now), { code: 'refused' })
    assert.ok(!existsSync(home))
  })

  test('of a record that does not hold, and what was there stays', async () => {
    const touched = join(root, 'touched')
    cpSync(join(root, 'new'), touched, { recursive: true })
    const { DatabaseSync } = await import('node:sqlite')
    const database = new DatabaseSync(join(touched, 'control.sqlite'))
    database.exec("UPDATE event SET subject = 'another' WHERE id = 2")
    database.close()
    const broken = join(root, 'broken.tar.zst')
    await backupOf(touched, broken)
    const home = copyOfOld()
    const restoring = restoreBackup({ file: broken, home, occupied: 'put aside' }, now)
    await assert.rejects(restoring, { code: 'refused', message: /record of events in it does not hold: entry 2 / })
    assert.deepEqual(stateOf(home), stateOf(old))
    assert.deepEqual(
      readdirSync(home).filter((name) => name.startsWith('restor')),
      [],
    )
  })
})

/** Runs a restoration in a process of its own; how it ended. */
function ended(...args: readonly string[]): Promise<NodeJS.Signals | number | null> {
  return new Promise((resolve) => {
    const running = spawn(process.execPath, [child, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
    running.once('close', (code, signal) => resolve(signal ?? code))
  })
}

describe('kill -9 leaves the old state or the new one, whole,', () => {
  let before: object
  let afterwards: object
  const midst = join(root, 'midst')
  const kept = (home: string): 'old' | 'new' => {
    completed(home)
    const state = stateOf(home)
    const which = JSON.stringify(state) === JSON.stringify(before) ? 'old' : 'new'
    assert.deepEqual(state, which === 'old' ? before : afterwards)
    return which
  }
  test('at any change of the disk', async () => {
    const whole = copyOfOld()
    await restored(whole)
    before = stateOf(old)
    afterwards = stateOf(whole)
    const copies = join(root, 'copies')
    assert.equal(await ended('0', file, copyOfOld(), String(now), copies), 0)
    const begun = readdirSync(copies).filter((name) => existsSync(join(copies, name, 'restore.json')))
    cpSync(
      join(
        copies,
        begun.find((name) => !existsSync(join(copies, name, 'control.sqlite')))!,
      ),
      midst,
      { recursive: true },
    )
    const states = readdirSync(copies)
      .sort((one, other) => Number(one) - Number(other))
      // Before there is a journal nothing but the folder beside has changed: every sixth will do.
      .filter((name, index) => existsSync(join(copies, name, 'restore.json')) || index % 6 === 0)
      .map((name) => kept(join(copies, name)))
    const turn = states.indexOf('new')
    assert.ok(turn >= 5 && states.length - turn > 10, `before and after the turn: ${states.join(' ')}`)
    assert.ok(
      states.slice(turn).every((state) => state === 'new'),
      states.join(' '),
    )
  })

  test('also in a backup that is made then', async () => {
    await backupOf(midst, join(root, 'midst.tar.zst'))
    const home = join(root, 'from-the-midst')
    await restoreBackup({ file: join(root, 'midst.tar.zst'), home, occupied: 'refuse' }, now)
    const { texts, word } = stateOf(home) as Record<string, unknown>
    const { texts: wanted } = afterwards as Record<string, unknown>
    assert.deepEqual([texts, word], [wanted, 'new'])
  })

  test('also where the process was really killed, in the midst of the moves', async () => {
    const changes = readdirSync(join(root, 'copies')).length
    for (const nth of [changes - 8]) {
      const home = copyOfOld()
      assert.equal(await ended(String(nth), file, home, String(now)), 'SIGKILL')
      assert.equal(kept(home), 'new')
    }
  })
})
