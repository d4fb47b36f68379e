import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { acceptDocument, agentNameOf, readKeyLog, verifyDocument } from '@vagus/identity'
import { identityCrypto } from '@vagus/transport'
import { needs } from '../../../scripts/needs.ts'
import { Keyring, KeyringError, type KeyringErrorCode } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-keyring-'))
after(() => rmSync(folder, { recursive: true }))

const now = Date.UTC(2026, 10, 25)
const day = 86_400_000
const writer = {
  role: 'report-writer',
  skills: ['report.write'],
  organisation: 7,
  alsoKnownAs: [],
  holdsSeconds: 86_400,
}
let count = 0
/** A keyring with the agent `writer`, and the path of a file of it. */
function withWriter(): { readonly keyring: Keyring; readonly file: (name: string) => string } {
  const keyring = new Keyring(join(folder, String(count++)))
  keyring.create('writer', writer, now)
  return { keyring, file: (name) => join(keyring.folder, 'writer', name) }
}
const refusedAs = (code: KeyringErrorCode, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof KeyringError)
  assert.equal(error.code, code)
  assert.match(error.message, message)
  assert.notEqual(error.fix, '')
  return true
}

describe('an agent that was made', () => {
  test('has a document that verifies, with its name, role and skills', () => {
    const { keyring } = withWriter()
    const { identity } = keyring.open('writer', now)
    assert.equal(verifyDocument(identity.document, now, identityCrypto).type, 'verified')
    assert.deepEqual(
      [agentNameOf(identity), identity.role, identity.skills],
      ['writer', 'report-writer', ['report.write']],
    )
    assert.equal(identity.organisation, 7)
    assert.deepEqual(keyring.names(), ['writer'])
  })
  test('keeps its keys in files of mode 0600 in a folder of mode 0700', () => {
    const { file } = withWriter()
    for (const name of ['keys.json', 'next-key.json']) assert.equal(statSync(file(name)).mode & 0o777, 0o600)
    assert.equal(statSync(file('.')).mode & 0o777, 0o700)
  })
  test('is refused below a folder that takes none, such as /proc, also where mkdir would try for ever', () => {
    const script = `
      import { Keyring } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      try { new Keyring('/proc/x/agents').create('writer', ${JSON.stringify(writer)}, ${now}) }
      catch ({ code, message, fix }) { console.log(code + ': ' + message + ' → ' + fix) }`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 })
    assert.equal(
      String(stdout),
      'unavailable: cannot create /proc/x/agents: ENOENT in /proc → choose another: --home FOLDER, or set VAGUS_HOME\n',
    )
  })
  test('signs with the key of its document, agrees with the key of its document', () => {
    const { identity, signer, dhKey, kemKey } = withWriter().keyring.open('writer', now)
    assert.deepEqual(signer.publicKey, identity.keys.ed25519)
    assert.deepEqual(dhKey.publicKey, identity.keys.x25519)
    assert.deepEqual(kemKey.publicKey, identity.keys.mlKem768)
  })
  test('is not made twice', () => {
    const { keyring } = withWriter()
    assert.throws(() => keyring.create('writer', writer, now), refusedAs('exists', /already/))
  })
  test('is gone when it was removed', () => {
    const { keyring } = withWriter()
    keyring.remove('writer')
    assert.throws(() => keyring.open('writer', now), refusedAs('unknown-agent', /no agent "writer"/))
  })
})

describe('keys that others may read', () => {
  for (const mode of [0o644, 0o640, 0o604, 0o660]) {
    test(`are refused with mode ${mode.toString(8)}, and the command that mends it is said`, () => {
      const { keyring, file } = withWriter()
      chmodSync(file('keys.json'), mode)
      assert.throws(
        () => keyring.open('writer', now),
        (error: unknown) => {
          refusedAs('wide-mode', new RegExp(`mode 0${mode.toString(8)}`))(error)
          return (error as KeyringError).fix.startsWith(`chmod 600 ${file('keys.json')}`)
        },
      )
      chmodSync(file('keys.json'), 0o600)
      assert.equal(keyring.open('writer', now).name, 'writer')
    })
  }
})

describe('a file that is not there', () => {
  const fixOf = (body: () => unknown): string => {
    try {
      body()
    } catch (error) {
      assert.ok(error instanceof KeyringError)
      return error.fix
    }
    return 'none'
  }
  test('is put back from a copy', () => {
    const { keyring, file } = withWriter()
    rmSync(file('document.jws'))
    assert.equal(
      fixOf(() => keyring.open('writer', now)),
      'put back a copy of it',
    )
  })
  test('behind a link that leads nowhere needs the place that the link names', () => {
    const link = join(folder, 'link')
    symlinkSync('/nowhere', link)
    const fix = fixOf(() => new Keyring(join(link, 'agents')).create('writer', writer, now))
    assert.match(fix, /link is a link to \/nowhere, which does not exist/)
  })
})

describe('a newer document', () => {
  test('has the next epoch and says only what changed otherwise', () => {
    const { keyring } = withWriter()
    const before = keyring.open('writer', now).identity
    const locators = [{ network: 'lan', sequence: 1, addresses: ['udp://192.0.2.1:7601'], exp: now / 1000 + 60 }]
    const { identity } = keyring.renew('writer', { locators }, now + day / 2)
    assert.equal(identity.epoch, 1)
    assert.deepEqual(identity.locators, locators)
    assert.equal(identity.role, before.role)
    assert.equal(identity.expiresAt, now + day * 1.5)
    assert.equal(acceptDocument(before, identity.document, now + day / 2, identityCrypto).type, 'accepted')
    assert.deepEqual(keyring.open('writer', now + day / 2).identity, identity)
  })
  test('can follow one that has expired', () => {
    const { keyring } = withWriter()
    assert.equal(keyring.renew('writer', {}, now + 40 * day).identity.expiresAt, now + 41 * day)
  })
  test('is made for an agent that is to be run, when the one before has ended or begins later by a wrong clock', () => {
    const { keyring } = withWriter()
    assert.equal(keyring.openToRun('writer', now).identity.epoch, 0)
    const late = keyring.openToRun('writer', now + 40 * day).identity
    assert.deepEqual([late.epoch, late.issuedAt], [1, now + 40 * day])
    const early = keyring.openToRun('writer', now + day).identity
    assert.deepEqual([early.epoch, early.issuedAt], [2, now + day])
  })
  test('is refused when it breaks a rule, and the one before stays', () => {
    const { keyring } = withWriter()
    assert.throws(() => keyring.renew('writer', { role: 'Not A Role' }, now), refusedAs('refused', /role/))
    assert.equal(keyring.open('writer', now).identity.epoch, 0)
  })
})

describe('a rotation', () => {
  test('keeps id and tag, and uses the key that was committed to', () => {
    const { keyring, file } = withWriter()
    const before = keyring.open('writer', now).identity
    const after = keyring.rotate('writer', now + 1000).identity
    assert.deepEqual([after.id, after.tag], [before.id, before.tag])
    for (const kind of ['ed25519', 'x25519', 'mlKem768'] as const)
      assert.notDeepEqual(after.keys[kind], before.keys[kind])
    assert.equal(acceptDocument(before, after.document, now + 1000, identityCrypto).type, 'accepted')
    assert.equal(statSync(file('keys.json')).mode & 0o777, 0o600)
    assert.equal(keyring.rotate('writer', now + 2000).identity.keyLog.length, 3)
  })
  test('takes the committed key from where its owner keeps it', () => {
    const { keyring, file } = withWriter()
    const elsewhere = join(folder, `next-${count}.json`)
    writeFileSync(elsewhere, readFileSync(file('next-key.json')), { mode: 0o600 })
    rmSync(file('next-key.json'))
    assert.throws(() => keyring.rotate('writer', now), refusedAs('no-next-key', /next-key\.json/))
    keyring.rotate('writer', now, elsewhere)
    assert.ok(!existsSync(file('next-key.json')))
    assert.equal(keyring.rotate('writer', now, elsewhere).identity.keyLog.length, 3)
  })
  test('writes the key after it where a link beside the others leads, and the link stays', () => {
    const { keyring, file } = withWriter()
    const stick = join(folder, `stick-${count}.json`)
    renameSync(file('next-key.json'), stick)
    symlinkSync(stick, file('next-key.json'))
    const before = readFileSync(stick, 'utf8')
    keyring.rotate('writer', now)
    assert.equal(readlinkSync(file('next-key.json')), stick)
    assert.notEqual(readFileSync(stick, 'utf8'), before)
    assert.equal(statSync(stick).mode & 0o777, 0o600)
    assert.equal(keyring.rotate('writer', now).identity.keyLog.length, 3)
  })
  test('is refused with any other key, and nothing changes', () => {
    const { keyring, file } = withWriter()
    writeFileSync(
      file('next-key.json'),
      JSON.stringify({ version: 1, ed25519: Buffer.alloc(32, 9).toString('base64url') }),
    )
    assert.throws(() => keyring.rotate('writer', now), refusedAs('refused', /did not commit to the key/))
    assert.equal(keyring.open('writer', now).identity.keyLog.length, 1)
  })
  for (const [what, kept] of [
    ['the document', ['keys.json', 'next-key.json']],
    ['the next key and the document', ['keys.json']],
  ] as const) {
    test(`that was cut short before ${what} is completed when the agent is opened`, () => {
      const { keyring, file } = withWriter()
      const all = ['keys.json', 'next-key.json', 'document.jws']
      const before = new Map(all.map((name) => [name, readFileSync(file(name))]))
      const { id } = keyring.rotate('writer', now).identity
      for (const name of all) if (!kept.includes(name as never)) writeFileSync(file(name), before.get(name)!)
      const { identity, signer } = keyring.open('writer', now + 1000)
      assert.equal(identity.id, id)
      assert.deepEqual(signer.publicKey, identity.keys.ed25519)
      const log = readKeyLog(keyring.rotate('writer', now + 2000).identity.keyLog, identityCrypto)
      assert.equal('sequence' in log && log.sequence, 2)
    })
  }
})

test('a rotation with a key that is kept elsewhere, cut short, is completed with that file alone', () => {
  const { keyring, file } = withWriter()
  const elsewhere = join(folder, `next-${count}.json`)
  renameSync(file('next-key.json'), elsewhere)
  const committed = readFileSync(elsewhere)
  const document = readFileSync(file('document.jws'))
  const { id } = keyring.rotate('writer', now, elsewhere).identity
  writeFileSync(elsewhere, committed)
  writeFileSync(file('document.jws'), document) // only the keys were written
  for (const change of [
    () => keyring.open('writer', now),
    () => keyring.renew('writer', {}, now),
    () => keyring.rotate('writer', now),
  ])
    assert.throws(change, refusedAs('no-next-key', /was interrupted/))
  const { identity } = keyring.rotate('writer', now, elsewhere)
  assert.deepEqual([identity.id, identity.keyLog.length], [id, 2])
  assert.ok(!existsSync(file('next-key.json')))
  assert.equal(keyring.rotate('writer', now, elsewhere).identity.keyLog.length, 3)
})

test('a rotation with a copy of the next key, cut short, commits to no key that was in use', () => {
  const { keyring, file } = withWriter()
  const elsewhere = join(folder, `next-${count}.json`)
  copyFileSync(file('next-key.json'), elsewhere) // what stays beside the others is soon the key in use
  const { id } = keyring.rotate('writer', now, elsewhere).identity
  const committed = readFileSync(elsewhere)
  const document = readFileSync(file('document.jws'))
  keyring.rotate('writer', now, elsewhere)
  writeFileSync(elsewhere, committed)
  writeFileSync(file('document.jws'), document) // only the keys were written
  for (const change of [() => keyring.open('writer', now), () => keyring.rotate('writer', now)])
    assert.throws(change, refusedAs('no-next-key', /next-key\.json holds a key that was used before/))
  const { identity } = keyring.rotate('writer', now, elsewhere)
  assert.deepEqual([identity.id, identity.keyLog.length], [id, 3])
  assert.equal(keyring.rotate('writer', now, elsewhere).identity.keyLog.length, 4)
})

describe('files that are damaged', () => {
  for (const [file, content] of [
    ['keys.json', '{'],
    ['keys.json', '[]'],
    ['keys.json', '{"version":1,"ed25519":"AA"}'],
    ['document.jws', 'a.b.c'],
  ] as const)
    test(`${file} ${content} is refused, never guessed at`, () => {
      const { keyring, file: at } = withWriter()
      writeFileSync(at(file), content)
      assert.throws(() => keyring.open('writer', now), refusedAs('damaged', new RegExp(file)))
    })
  test('keys of another agent are refused', () => {
    const { keyring, file } = withWriter()
    const other = withWriter()
    writeFileSync(file('keys.json'), readFileSync(other.file('keys.json')))
    assert.throws(() => keyring.open('writer', now), refusedAs('damaged', /does not belong to/))
  })
})

describe('an agent whose keys were lost, with its document and next key still there', () => {
  const losses = [
    ['not there', (path: string) => rmSync(path)],
    ['cut', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, 60))],
    ['empty', (path: string) => writeFileSync(path, '')],
  ] as const
  for (const [what, lose] of losses)
    test(`is had back by a rotation when keys.json is ${what}, and never made anew over them`, () => {
      const { keyring, file } = withWriter()
      const { id } = keyring.open('writer', now).identity
      lose(file('keys.json'))
      const isTold = (error: unknown): boolean =>
        refusedAs('damaged', /keys\.json/)(error) && /vagus id rotate writer/.test((error as KeyringError).fix)
      assert.throws(() => keyring.open('writer', now), isTold)
      assert.throws(() => keyring.renew('writer', {}, now), isTold)
      assert.deepEqual(keyring.names(), ['writer'])
      const left = (): readonly string[] =>
        ['next-key.json', 'document.jws'].map((name) => readFileSync(file(name), 'utf8'))
      const before = left()
      assert.throws(() => keyring.create('writer', writer, now), refusedAs('exists', /already/))
      assert.deepEqual(left(), before)
      const { identity } = keyring.rotate('writer', now)
      assert.deepEqual([identity.id, identity.keyLog.length], [id, 2])
      assert.deepEqual(keyring.open('writer', now).identity, identity)
      assert.equal(keyring.rotate('writer', now).identity.keyLog.length, 3)
    })
  test('stays as it is when the next key is another, or nowhere', () => {
    const { keyring, file } = withWriter()
    rmSync(file('keys.json'))
    const next = readFileSync(file('next-key.json'))
    writeFileSync(file('next-key.json'), readFileSync(withWriter().file('next-key.json')))
    assert.throws(() => keyring.rotate('writer', now), refusedAs('refused', /did not commit to the key/))
    rmSync(file('next-key.json'))
    assert.throws(() => keyring.rotate('writer', now), refusedAs('no-next-key', /is not in/))
    assert.ok(!existsSync(file('keys.json')))
    const elsewhere = join(folder, `next-${count}.json`)
    writeFileSync(elsewhere, next, { mode: 0o600 })
    assert.equal(keyring.rotate('writer', now, elsewhere).identity.keyLog.length, 2)
  })
  test('is not rotated by way of keys that others may have read', () => {
    const { keyring, file } = withWriter()
    chmodSync(file('keys.json'), 0o644)
    assert.throws(() => keyring.rotate('writer', now), refusedAs('wide-mode', /mode 0644/))
  })
  for (const name of ['next-key.json', 'document.jws'])
    test(`is not made anew over its ${name} alone`, () => {
      const { keyring, file } = withWriter()
      for (const each of ['keys.json', 'next-key.json', 'document.jws']) if (each !== name) rmSync(file(each))
      const before = readFileSync(file(name), 'utf8')
      assert.throws(() => keyring.create('writer', writer, now), refusedAs('exists', /already/))
      assert.equal(readFileSync(file(name), 'utf8'), before)
    })
})

test('a name with other characters is refused, also one that leaves the folder', () => {
  const { keyring } = withWriter()
  for (const name of ['../x', 'A', '-a', '', 'a'.repeat(64)]) {
    assert.throws(() => keyring.create(name, writer, now), refusedAs('refused', /must be 1\.\.63/))
    assert.throws(() => keyring.open(name, now), refusedAs('unknown-agent', /no agent/))
  }
})

test('a name that is refused is told with one like it that would be right', () => {
  const { keyring } = withWriter()
  for (const [name, fix] of [
    ['My Writer', 'such as my-writer'],
    ['-a', 'such as a'],
    ['…', 'such as report-writer'],
  ] as const)
    assert.throws(() => keyring.create(name, writer, now), { code: 'refused', fix })
})

describe('an agent whose files somebody was changing', () => {
  const script = (path: string, then: string): string =>
    `import { withFileLock } from '${new URL('../src/file-lock.ts', import.meta.url).href}'
     withFileLock('${path}', () => { ${then} })`
  const change = (keyring: Keyring): void => void keyring.renew('writer', {}, now)

  test('can be changed at once when that process was killed (kill -9)', () => {
    const { keyring, file } = withWriter()
    const killed = spawnSync(process.execPath, ['-e', script(file('lock'), "process.kill(process.pid, 'SIGKILL')")])
    assert.equal(killed.signal, 'SIGKILL', killed.stderr.toString())
    assert.ok(existsSync(file('lock')))
    const began = performance.now()
    change(keyring)
    assert.ok(performance.now() - began < 8000) // a lock of nobody is waited for ten seconds
    assert.ok(!existsSync(file('lock')))
  })
  test('is changed by one at a time, however many find the lock of one that was killed', async () => {
    const { file } = withWriter()
    const total = file('total')
    const add = `const before = Number(readFileSync('${total}', 'utf8'))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
      writeFileSync('${total}', String(before + 1))`
    const rounds = 60
    const worker = `import { readFileSync, writeFileSync } from 'node:fs'
      ${script('', '').split('\n')[0]}
      const dead = readFileSync('${file('dead')}', 'utf8')
      for (let round = 0; round < ${rounds}; round++) {
        try { writeFileSync('${file('lock')}', dead, { flag: 'wx' }) } catch {}
        withFileLock('${file('lock')}', () => { ${add} })
      }`
    spawnSync(process.execPath, ['-e', script(file('lock'), "process.kill(process.pid, 'SIGKILL')")])
    renameSync(file('lock'), file('dead'))
    writeFileSync(total, '0')
    const workers = Array.from({ length: 4 }, () => spawn(process.execPath, ['-e', worker], { stdio: 'inherit' }))
    assert.deepEqual(
      await Promise.all(workers.map((each) => once(each, 'exit'))),
      workers.map(() => [0, null]),
    )
    assert.equal(Number(readFileSync(total, 'utf8')), workers.length * rounds)
  })
  test('is waited for while that process is there', async () => {
    const { keyring, file } = withWriter()
    const hold = "console.log('has it'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)"
    const holder = spawn(process.execPath, ['-e', script(file('lock'), hold)])
    await once(holder.stdout, 'data')
    const over = once(holder, 'exit')
    change(keyring)
    assert.ok(!existsSync(file('lock')))
    assert.deepEqual(await over, [0, null])
  })
})

test('an agent on a full disk is changed by nobody, and nobody waits', { skip: needs('netns') }, () => {
  const place = join(folder, 'full')
  const agent = `${place}/agents/writer`
  mkdirSync(place)
  const script = `
    import { readdirSync, rmSync, writeFileSync } from 'node:fs'
    import { Keyring } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
    const keyring = new Keyring('${place}/agents')
    keyring.create('writer', ${JSON.stringify(writer)}, ${now})
    try { writeFileSync('${place}/filler', Buffer.alloc(2 ** 20)) } catch {}
    const open = readdirSync('/proc/self/fd').length
    const says = []
    const began = performance.now()
    for (let count = 0; count < 3; count++) try { keyring.renew('writer', {}, ${now}) } catch ({ message, fix }) { says.push(message + ' → ' + fix) }
    const waited = performance.now() - began
    const files = readdirSync('${agent}')
    const left = readdirSync('/proc/self/fd').length - open
    rmSync('${place}/filler')
    const { epoch } = keyring.renew('writer', {}, ${now}).identity
    console.log(JSON.stringify({ says, waited, files, left, epoch }))`
  const mounted = 'mount -t tmpfs -o size=256k none "$0" && exec "$@"'
  const node = [process.execPath, '--input-type=module', '-e', script]
  const { stdout, stderr } = spawnSync('unshare', ['-rm', 'sh', '-ec', mounted, place, ...node])
  assert.notEqual(String(stdout), '', String(stderr))
  const { waited, ...seen } = JSON.parse(String(stdout)) as { readonly waited: number }
  assert.deepEqual(seen, {
    says: Array.from({ length: 3 }, () => `${agent}/lock cannot be used: ENOSPC → free space there: df ${agent}`),
    files: ['document.jws', 'keys.json', 'next-key.json'],
    left: 0,
    epoch: 1,
  })
  assert.ok(waited < 8000, `${waited} ms`) // a lock of nobody is waited for ten seconds
})
