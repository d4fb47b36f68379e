/**
 * A real server of NETCONF: netconfd of yuma123 behind an sshd of its own, all files in a temporary folder, both ended by
 * their ids.
 *
 * For tests there is `test-router.yang` (module `vagus-test-router`), which is always loaded. Of Debian's modules:
 * - `ietf-interfaces` with `iana-if-type` serves for configuration. A `get` with its state ends netconfd, which then calls
 *   a program that no package has (get-interface-ipv4); `ietf-ip` is state in the same place.
 * - `ietf-system` is always loaded, and is not to be touched: its code sets name and clock of the host, and reboots it.
 * @module
 */
import type { ChildProcess } from 'node:child_process'
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../../../../scripts/eventually.ts'
import { ended, inBackground, isListening, logOf, Sshd } from './sshd.ts'

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

const socketOf = (folder: string): string => join(folder, 'ncx.sock')

export class Netconfd {
  readonly sshd: Sshd
  readonly #options: NetconfdOptions
  #server: ChildProcess | undefined

  /** Both run and let clients in when it is there. It needs `netconfd` of scripts/needs.ts. */
  static async start(options: NetconfdOptions = {}): Promise<Netconfd> {
    const sshd = await Sshd.start(
      (folder, port) => `/usr/sbin/netconf-subsystem --ncxserver-sockname=${port}@${socketOf(folder)}`,
    )
    const started = new Netconfd(sshd, options)
    try {
      copyFileSync(join(import.meta.dirname, 'test-router.yang'), join(sshd.folder, 'vagus-test-router.yang'))
      for (const [name, text] of Object.entries(options.yang ?? {}))
        writeFileSync(join(sshd.folder, `${name}.yang`), text)
      await started.serve()
      return started
    } catch (error) {
      await started.end()
      throw error
    }
  }

  private constructor(sshd: Sshd, options: NetconfdOptions) {
    this.sshd = sshd
    this.#options = options
  }

  /** As NetconfSession.open takes it. */
  get place(): Sshd['place'] {
    return this.sshd.place
  }

  /** Starts netconfd, again after `crash`: with an empty configuration. */
  async serve(): Promise<void> {
    const { folder, place } = this.sshd
    const socket = socketOf(folder)
    rmSync(socket, { force: true })
    const { target = 'candidate', startup = 'same', modules = [], yang = {} } = this.#options
    const words = [
      '--no-startup',
      `--target=${target}`,
      `--with-startup=${startup === 'distinct'}`,
      // Clients at others are sent away.
      `--port=${place.port}`,
      '--access-control=off',
      `--superuser=${place.user}`,
      `--modpath=${folder}:/usr/share/yuma/modules`,
      ...['vagus-test-router', ...modules, ...Object.keys(yang)].map((name) => `--module=${name}`),
      `--ncxserver-sockname=${socket}`,
    ]
    this.#server = inBackground('/usr/sbin/netconfd', words, folder, 'netconfd.log')
    await eventually(
      () => `netconfd listens: ${logOf(folder, 'netconfd.log')}`,
      () => isListening({ path: socket }),
    )
  }

  /** Holds netconfd, which then answers nothing; or lets it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#server?.kill(name)
  }

  /** Kills netconfd; sshd goes on. */
  async crash(): Promise<void> {
    if (this.#server !== undefined) await ended(this.#server)
    this.#server = undefined
  }

  /** Ends both, and removes their files. */
  async end(): Promise<void> {
    await this.crash()
    await this.sshd.end()
  }
}
