import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ended, launcher, ownNode, start, vagus } from './started.ts'

/** Nothing listens on the discard port of the loopback. */
const nobody = 'http://127.0.0.1:9'

const nodes = [
  { name: 'the bundled Node', node: process.execPath },
  { name: "the machine's own Node", node: ownNode },
]
for (const { name, node } of nodes) {
  const skip = node === undefined ? 'needs a Node outside node_modules (as root: apt-get install nodejs)' : false
  describe(`under ${name}`, { skip }, () => {
    test('--version prints the version and nothing else', async () => {
      assert.deepEqual(await ended(start(node!, ['--version'])), { exit: 0, out: 'vagus 0.1.0\n', err: '' })
    })
    test('an unknown command ends with 2 and the one that was meant', async () => {
      const { exit, out, err } = await ended(start(node!, ['stauts']))
      assert.equal(exit, 2)
      assert.equal(out, '')
      assert.equal(err, 'vagus: no command "stauts"\n  did you mean: vagus status\n')
    })
    test('no controller ends with 3 and one line that mends it, also for --json', async () => {
      const { exit, out, err } = await ended(start(node!, ['status', '--json', '--controller', nobody]))
      assert.equal(exit, 3)
      assert.equal(out, '')
      assert.equal(err.trimEnd().split('\n').length, 2)
      assert.match(err, /no controller at http:\/\/127\.0\.0\.1:9 .*\n {2}start one: vagus controller, or vagus lab up/)
    })
    test('a reader that goes away is met with silence', async () => {
      const child = start(node!, ['help'])
      child.stdout!.destroy()
      const { exit, err } = await ended(child)
      assert.equal(exit, 0)
      assert.equal(err, '')
    })
    test('Ctrl-C ends it with 130', { timeout: 20_000 }, async () => {
      const child = start(node!, ['device', '--agent', '192.0.2.1', '--collector', '127.0.0.1:9', '--name', 'r1'])
      const end = ended(child)
      await new Promise((resolve) => child.stderr!.once('data', resolve))
      child.kill('SIGINT')
      // A device agent is asked to stop and does: that is no failure.
      assert.equal((await end).exit, 0)
    })
  })
}

test('head takes the first line and nobody complains', () => {
  const line = `"$0" "$1" help | head -1; echo "\${PIPESTATUS[0]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', line, process.execPath, launcher], { encoding: 'utf8' })
  assert.match(stdout, /^vagus is [^\n]*\n0\n$/)
  assert.equal(stderr, '')
})

test('a socket that is not there ends with 3', async () => {
  const { exit, err } = await vagus(['status'], { VAGUS_CONTROLLER: 'unix:/nonexistent/controller.sock' })
  assert.equal(exit, 3)
  assert.match(err, /unix:\/nonexistent\/controller\.sock \(there is no such socket\)/)
})

test('what stdout gets has no colour when it is no terminal', async () => {
  const { out } = await vagus(['help'])
  assert.ok(!out.includes('\u001b'))
})

test('bash completes commands, options and the values of options', () => {
  const script = execFileSync(process.execPath, [launcher, 'completion', 'bash'], { encoding: 'utf8' })
  const complete = (...words: readonly string[]): string[] => {
    const line = `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _vagus; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' })
    assert.equal(stderr, '')
    return stdout.split('\n').filter((word) => word !== '')
  }
  assert.deepEqual(complete('vagus', 'sta'), ['status'])
  assert.deepEqual(complete('vagus', 'flow', '').sort(), ['export', 'series', 'top'])
  assert.deepEqual(complete('vagus', 'lab', 'fault', 'link'), ['link-down', 'link-up'])
  assert.deepEqual(complete('vagus', 'flow', 'top', '--fil'), ['--filter'])
  assert.deepEqual(complete('vagus', 'flow', 'top', '--by', 'src,dstS'), ['src,dstSite'])
  assert.deepEqual(complete('vagus', 'matrix', '--between', ''), ['sites', 'edges'])
  assert.deepEqual(complete('vagus', 'device', '--coll'), ['--collector'])
})

describe('config check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-cli-'))
  test.after(() => rmSync(folder, { recursive: true }))
  test('names the line of each problem and ends with 2', async () => {
    const file = join(folder, 'bad.yaml')
    writeFileSync(file, 'domain: metro\nflwo: {}\ndevices:\n  - { name: a, role: edge, address: 300.1.1.1 }\n')
    const { exit, out, err } = await vagus(['config', 'check', file])
    assert.equal(exit, 2)
    assert.equal(out, '')
    assert.match(err, /bad\.yaml:4:\d+: devices\[0\]\.address/)
    assert.match(err, /bad\.yaml:2:1: flwo: is no key/)
  })
  test('accepts what vagus cheat config prints', async () => {
    const file = join(folder, 'vagus.yaml')
    writeFileSync(file, (await vagus(['cheat', 'config'])).out)
    const { exit, out } = await vagus(['config', 'check', '--json', '-c', file])
    assert.equal(exit, 0)
    assert.deepEqual((({ ok, devices, sites, links }) => ({ ok, devices, sites, links }))(JSON.parse(out)), {
      ok: true,
      devices: 1,
      sites: 2,
      links: 1,
    })
  })
})
