/** Files of other users, and pipes; what only other processes and root can make. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, lchownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { KeyringError, readSecret } from '../src/secret-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-secret-'))
after(() => rmSync(folder, { recursive: true }))
chmodSync(folder, 0o755)
const module = new URL('../src/secret-file.ts', import.meta.url).href
/** Prints the secret in the file, or why it is refused. */
const script = `import { readSecret } from ${JSON.stringify(module)}
  try { process.stdout.write(readSecret(process.argv[1])) } catch (error) { process.stdout.write(error.sentence) }`

test('a secret comes through a pipe of the shell, too', () => {
  const line = `exec "$0" --input-type=module -e "$1" <(sleep 0.2; echo from-a-pipe)`
  const { stdout, stderr } = spawnSync('bash', ['-c', line, process.execPath, script], { timeout: 30_000 })
  assert.equal(String(stdout), 'from-a-pipe', String(stderr))
})

test('a file that is changed for one that others may read, whenever, is never read by mistake', async () => {
  const path = join(folder, 'changing')
  writeFileSync(path, 'own', { mode: 0o600 })
  const changing = `import { linkSync, renameSync, writeFileSync } from 'node:fs'
    const path = process.argv[1]
    writeFileSync(path + '.own', 'own', { mode: 0o600 })
    writeFileSync(path + '.seen', 'seen', { mode: 0o644 })
    for (let at = 0; ; at++) {
      linkSync(path + (at % 2 === 0 ? '.seen' : '.own'), path + '.new')
      renameSync(path + '.new', path)
    }`
  using changer = spawn(process.execPath, ['--input-type=module', '-e', changing, path], { stdio: 'inherit' })
  const seen = { own: 0, 'wide-mode': 0 }
  const until = performance.now() + 30_000
  while ((seen.own < 5000 || seen['wide-mode'] < 5000) && performance.now() < until) {
    try {
      assert.equal(readSecret(path), 'own')
      seen.own++
    } catch (error) {
      if (!(error instanceof KeyringError && error.code === 'wide-mode')) throw error
      seen['wide-mode']++
    }
    if ((seen.own + seen['wide-mode']) % 100 === 0) await pause(0)
  }
  assert.ok(seen.own >= 5000 && seen['wide-mode'] >= 5000, JSON.stringify(seen))
  changer.kill('SIGKILL')
})

describe('a secret of another user', { skip: process.getuid?.() !== 0 && 'sudo npm test' }, () => {
  const [us, other, third] = [64_101, 64_102, 64_103]
  const file = (name: string, uid: number): string => {
    const path = join(folder, name)
    writeFileSync(path, 'secret\n', { mode: 0o600 })
    chownSync(path, uid, uid)
    return path
  }
  /** By a user without rights of root. */
  function sentenceFor(path: string): string {
    process.seteuid!(us)
    try {
      return readSecret(path)
    } catch (error) {
      assert.ok(error instanceof KeyringError)
      return `${error.code}: ${error.sentence}`
    } finally {
      process.seteuid!(0)
    }
  }

  test('is read by root, who may be asked to check what a service reads', () => {
    assert.equal(readSecret(file('of-service', other)), 'secret')
  })
  test('is named with its owner where the kernel keeps it from us', () => {
    const path = file('of-other', other)
    const sentence = `${path} belongs to user ${other}, so user ${us} cannot read it: as user ${other}, or as root: chown ${us} ${path}`
    assert.equal(sentenceFor(path), `foreign: ${sentence}`)
    chownSync(path, us, us)
    assert.equal(sentenceFor(path), 'secret')
  })
  test('is refused where a capability opens it', () => {
    const path = file('of-capability', other)
    const may = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search']
    const user = [`--reuid=${us}`, `--regid=${us}`, '--clear-groups', ...may]
    const node = [process.execPath, '--input-type=module', '-e', script, path]
    const { stdout, stderr } = spawnSync('setpriv', [...user, ...node], { timeout: 30_000 })
    assert.match(
      String(stdout),
      /belongs to user 64102, who knows its secrets; it must be of user 64101/,
      String(stderr),
    )
  })
  test('is refused where a third user made the link to it', () => {
    const link = join(folder, 'link')
    const target = file('behind-link', us)
    symlinkSync(target, link)
    for (const [maker, seen] of [
      [us, /^secret$/],
      [0, /^secret$/],
      [third, /^foreign: \S+link is a link that user 64103 made, to a file of user 64101: .*rm \S+link$/],
    ] as const) {
      lchownSync(link, maker, maker)
      assert.match(sentenceFor(link), seen)
    }
  })
})
