/** An sshd of a test's own at a port of 127.0.0.1, with a subsystem netconf; all files in a temporary folder. @module */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../../../scripts/eventually.ts'
import { freePort } from '../../../../scripts/free-port.ts'

export class Sshd {
  /** As NetconfSession.open takes it. */
  readonly place: { readonly host: string; readonly port: number; readonly user: string; readonly sshConfig: string }
  /** Has `client_key`, `known_hosts`, `ssh_config` and `sshd.log`. */
  readonly folder: string
  readonly #process: ChildProcess

  /** It lets this user in when it is there. @param subsystem the command of netconf */
  static async start(subsystem: (folder: string, port: number) => string): Promise<Sshd> {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-netconf-'))
    const port = await freePort()
    writeFiles(folder, port, subsystem(folder, port))
    // Debian's service makes it; sshd of root does not begin without it.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    const started = new Sshd(folder, port)
    try {
      await eventually(
        () => `sshd listens: ${logOf(folder, 'sshd.log')}`,
        () => isListening({ host: '127.0.0.1', port }),
      )
      return started
    } catch (error) {
      await started.end()
      throw error
    }
  }

  private constructor(folder: string, port: number) {
    this.folder = folder
    this.place = { host: '127.0.0.1', port, user: userInfo().username, sshConfig: join(folder, 'ssh_config') }
    this.#process = inBackground('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], folder, 'sshd.log')
  }

  /** Of the process. */
  get id(): number {
    return this.#process.pid!
  }

  async end(): Promise<void> {
    await ended(this.#process)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function logOf(folder: string, name: string): string {
  const file = join(folder, name)
  return existsSync(file) ? readFileSync(file, 'utf8').slice(-2000) : ''
}

function writeFiles(folder: string, port: number, subsystem: string): void {
  const at = (name: string): string => join(folder, name)
  for (const key of ['host', 'client'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', key, '-f', at(`${key}_key`)])
  copyFileSync(at('client_key.pub'), at('authorized_keys'))
  writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${readFileSync(at('host_key.pub'), 'utf8')}`)
  writeFileSync(
    at('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host_key')}`,
      'PidFile none',
      `AuthorizedKeysFile ${at('authorized_keys')}`,
      // The folder is in one that all may write to.
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      `Subsystem netconf "${subsystem}"`,
      '',
    ].join('\n'),
  )
  writeFileSync(
    at('ssh_config'),
    [
      'Host *',
      `  IdentityFile ${at('client_key')}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${at('known_hosts')}`,
      '  GlobalKnownHostsFile none',
      '',
    ].join('\n'),
  )
}

/** It ends with the tests, whatever ends these. netconfd keeps what it is told in the folder HOME. */
export function inBackground(program: string, words: readonly string[], folder: string, log: string): ChildProcess {
  const output = openSync(join(folder, log), 'a')
  try {
    return spawn('setpriv', ['--pdeathsig', 'KILL', program, ...words], {
      cwd: folder,
      env: { ...process.env, HOME: folder },
      stdio: ['ignore', output, output],
    })
  } finally {
    closeSync(output)
  }
}

export async function isListening(
  where: { readonly path: string } | { readonly host: string; readonly port: number },
): Promise<boolean> {
  const socket = connect(where)
  try {
    await once(socket, 'connect')
    return true
  } finally {
    socket.destroy()
  }
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const closed = once(child, 'exit')
  child.kill('SIGKILL')
  await closed
}
