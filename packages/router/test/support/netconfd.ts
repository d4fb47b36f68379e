/**
 * A real server of NETCONF: netconfd of yuma123 behind an sshd of its own at a port of 127.0.0.1, all files in a temporary
 * folder, both ended by their ids.
 *
 * For tests there is `test-router.yang` (module `vagus-test-router`), which is always loaded. Of Debian's modules:
 * - `ietf-interfaces` with `iana-if-type` serves for configuration. A `get` with its state ends netconfd, which then calls
 *   a program that no package has (get-interface-ipv4); `ietf-ip` is state in the same place.
 * - `ietf-system` is always loaded, and is not to be touched: its code sets name and clock of the host, and reboots it.
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../../../scripts/eventually.ts'
import { freePort } from '../../../../scripts/free-port.ts'

export interface NetconfdOptions {
  /** What edit-config may change; the other one is not there. `candidate` unless given. */
  readonly target?: 'candidate' | 'running'
  /** `distinct`: with the capability :startup. `same`, unless given: what runs is what is started. */
  readonly startup?: 'distinct' | 'same'
  /** Of Debian's, beside ours. */
  readonly modules?: readonly string[]
  /** Others by name, as their text. */
  readonly yang?: Readonly<Record<string, string>>
}

export class Netconfd {
  /** As NetconfSession.open takes it. */
  readonly place: { readonly host: string; readonly port: number; readonly user: string; readonly sshConfig: string }
  readonly folder: string
  readonly #sshd: ChildProcess
  #server: ChildProcess | undefined
  readonly #options: NetconfdOptions

  /** Both run and let clients in when it is there. It needs `netconfd` of scripts/needs.ts. */
  static async start(options: NetconfdOptions = {}): Promise<Netconfd> {
    const folder = mkdtempSync(join(tmpdir(), 'vagus-netconf-'))
    const port = await freePort()
    writeFiles(folder, port, options)
    // Debian's service makes it; sshd of root does not begin without it.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    const sshd = inBackground('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], folder, 'sshd.log')
    const started = new Netconfd(folder, port, sshd, options)
    try {
      await started.serve()
      await eventually(
        () => `sshd listens: ${started.#log('sshd.log')}`,
        () => isListening({ host: '127.0.0.1', port }),
      )
      return started
    } catch (error) {
      await started.end()
      throw error
    }
  }

  private constructor(folder: string, port: number, sshd: ChildProcess, options: NetconfdOptions) {
    this.folder = folder
    this.place = { host: '127.0.0.1', port, user: userInfo().username, sshConfig: join(folder, 'ssh_config') }
    this.#sshd = sshd
    this.#options = options
  }

  /** Starts netconfd, again after `crash`: with an empty configuration. */
  async serve(): Promise<void> {
    const socket = join(this.folder, 'ncx.sock')
    rmSync(socket, { force: true })
    const { target = 'candidate', startup = 'same', modules = [], yang = {} } = this.#options
    const words = [
      '--no-startup',
      `--target=${target}`,
      `--with-startup=${startup === 'distinct'}`,
      // Clients at others are sent away.
      `--port=${this.place.port}`,
      '--access-control=off',
      `--superuser=${this.place.user}`,
      `--modpath=${this.folder}:/usr/share/yuma/modules`,
      ...['vagus-test-router', ...modules, ...Object.keys(yang)].map((name) => `--module=${name}`),
      `--ncxserver-sockname=${socket}`,
    ]
    this.#server = inBackground('/usr/sbin/netconfd', words, this.folder, 'netconfd.log')
    await eventually(
      () => `netconfd listens: ${this.#log('netconfd.log')}`,
      () => isListening({ path: socket }),
    )
  }

  /** Kills netconfd; sshd goes on. */
  async crash(): Promise<void> {
    if (this.#server !== undefined) await ended(this.#server)
    this.#server = undefined
  }

  /** Ends both, and removes their files. */
  async end(): Promise<void> {
    await this.crash()
    await ended(this.#sshd)
    rmSync(this.folder, { recursive: true, force: true })
  }

  #log(name: string): string {
    const file = join(this.folder, name)
    return existsSync(file) ? readFileSync(file, 'utf8').slice(-2000) : ''
  }
}

function writeFiles(folder: string, port: number, { yang = {} }: NetconfdOptions): void {
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
      `Subsystem netconf "/usr/sbin/netconf-subsystem --ncxserver-sockname=${port}@${at('ncx.sock')}"`,
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
  copyFileSync(join(import.meta.dirname, 'test-router.yang'), at('vagus-test-router.yang'))
  for (const [name, text] of Object.entries(yang)) writeFileSync(at(`${name}.yang`), text)
}

/** It ends with the tests, whatever ends these. netconfd keeps what it is told in the folder HOME. */
function inBackground(program: string, words: readonly string[], folder: string, log: string): ChildProcess {
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

async function isListening(
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

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const closed = once(child, 'exit')
  child.kill('SIGKILL')
  await closed
}
