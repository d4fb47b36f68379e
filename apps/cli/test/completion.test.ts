import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { completions, type Shell } from '../src/completion/shells.ts'
import { registry } from '../src/registry.ts'

const commands = await registry.loadAll()

for (const [shell, written] of Object.entries(completions))
  test(`completion of ${shell} offers every command and every option`, () => {
    const script = written(commands)
    for (const { name, options } of commands) {
      for (const word of name.split(' ')) assert.ok(script.includes(word), word)
      for (const option of Object.keys(options))
        assert.ok(script.includes(`--${option}`) || script.includes(` -l ${option} `), option)
    }
  })

/** What the shell itself makes of our script, followed by `line`. */
function asked(t: TestContext, shell: Shell, line: string): readonly string[] | undefined {
  if (spawnSync(shell, ['-c', 'true']).status !== 0) {
    t.skip(`needs ${shell} (as root: apt-get install ${shell})`)
    return undefined
  }
  const folder = mkdtempSync(join(tmpdir(), 'vagus-completion-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, `vagus.${shell}`)
  const before = shell === 'zsh' ? 'autoload -Uz compinit; compinit -u -D\n' : ''
  writeFileSync(file, `${before}${completions[shell](commands)}\n${line}\n`)
  const { status, stdout, stderr } = spawnSync(shell, [file], { encoding: 'utf8', cwd: folder })
  assert.equal(status, 0, stderr)
  assert.equal(stderr, '')
  return stdout.trim().split('\n')
}

describe('the shell completes', () => {
  const inBash = (words: readonly string[]): string =>
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _vagus; printf '%s\\n' "\${COMPREPLY[@]}"`
  const inFish = (line: string): string => `complete -C '${line}' | string replace -r '\\t.*' ''; true`
  for (const [shell, lineOf] of [
    ['bash', (line: string) => inBash(line.split(' '))],
    ['fish', inFish],
  ] as const) {
    test(`in ${shell}, the first word of a command`, (t) => {
      const found = asked(t, shell, lineOf('vagus bo'))
      if (found !== undefined) assert.deepEqual(found, ['border'])
    })
    test(`in ${shell}, the second word`, (t) => {
      const found = asked(t, shell, lineOf('vagus proposal a'))
      if (found !== undefined) assert.deepEqual(found, ['approve'])
    })
    test(`in ${shell}, an option, and its values`, (t) => {
      const option = asked(t, shell, lineOf('vagus flow top --out'))
      if (option !== undefined) assert.deepEqual(option, ['--output'])
      const values = asked(t, shell, lineOf('vagus flow top --output w'))
      if (values !== undefined) assert.deepEqual(values, ['wide'])
    })
    test(`in ${shell}, the value of an argument`, (t) => {
      const found = asked(t, shell, lineOf('vagus completion z'))
      if (found !== undefined) assert.deepEqual(found, ['zsh'])
    })
  }
  test('in zsh, without a mistake in the script', (t) => {
    const said = asked(t, 'zsh', 'exit 0')
    if (said !== undefined) assert.deepEqual(said, [''])
  })
})
