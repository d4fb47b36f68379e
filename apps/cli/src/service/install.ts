/** A unit and the user of all services, written where systemd reads them. @module */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inShell } from '@vagus/keyring/shell-word'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { serviceUser, userText } from './unit.ts'

export interface Installed {
  /** Of the file system, such as `/`. */
  readonly root: string
  /** Without `.service`. */
  readonly unit: string
  readonly text: string
  /** Files that the user of services must own. */
  readonly keys: readonly string[]
  readonly report: (line: string) => void
}

/** systemd is told, where it runs there. @throws {Failure} denied, failed */
export function installUnit({ root, unit, text, keys, report }: Installed): void {
  const isHere = root === '/'
  const files = [
    { file: join(root, 'etc/sysusers.d', `${serviceUser}.conf`), content: userText },
    { file: join(root, 'etc/systemd/system', `${unit}.service`), content: text },
  ]
  for (const { file, content } of files) report(`${file}: ${written(file, content)}`)
  told('systemd-sysusers', ['--root', root, files[0]!.file])
  for (const file of keys) {
    const word = inShell(file)
    report(`it reads ${file}: chown ${serviceUser} ${word} && chmod 600 ${word}`)
  }
  if (!isHere || !existsSync('/run/systemd/system')) return
  told('systemctl', ['daemon-reload'])
  report(`now and at boot: systemctl enable --now ${unit}`)
}

/** A reader sees the old file or the new one. */
function written(file: string, content: string): string {
  try {
    const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined
    if (before === content) return 'is up to date'
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, content, { mode: 0o644 })
    renameSync(`${file}.new`, file)
    return before === undefined ? 'is new' : 'was replaced'
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Failure(exitCode.denied, `${file} cannot be written: ${code ?? message}`, 'run it as root: sudo vagus …')
  }
}

/** @throws {Failure} failed, with what it said */
function told(program: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' })
  if (status === 0) return
  const said = error?.message ?? stderr.trim().split('\n')[0]
  throw new Failure(exitCode.failed, `${program} ${words.join(' ')}: ${said}`, 'the files are written: run it yourself')
}
