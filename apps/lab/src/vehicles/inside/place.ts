/** The namespaces of the scenario `vehicles`, the air between, and what runs in them. @module */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { accessProfiles } from '../../access/profile.ts'
import { askLine } from '../../control/line-socket.ts'
import { compileCache } from '../../inside/programs.ts'
import { run } from '../../inside/run.ts'
import type { AirAnswer, AirLink, AirRequest } from '../air/frames.ts'
import { accessOfRadio, emulatorEnds, linkCommands, nodesOf, numbers } from '../network.ts'
import { type Radio, radios } from '../schedule.ts'

export type Program = ChildProcessByStdio<Writable, Readable, null>

/** Milliseconds. */
const patience = 5000

export class Place {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(folder: string, vehicles: number, seed: number): Promise<Place> {
    await run(['ip', '-batch', '-'], `${linkCommands(vehicles).join('\n')}\n`)
    const place = new Place(folder)
    await Promise.all(
      nodesOf(vehicles).map(async ({ name, ip }) => {
        const forward = name === 'plant' ? 'echo 1 > ipv4/ip_forward;' : ''
        // Only IPv4 is used; without this each radio has a second address, of its link.
        const settings = `cd /proc/sys/net; ${forward} for file in ipv6/conf/*/disable_ipv6; do echo 1 > $file; done; for file in ipv4/conf/*/rp_filter; do echo 0 > $file; done`
        await run(place.on(name, ['sh', '-c', settings]))
        await place.ip(name, ip)
      }),
    )
    const links = numbers(vehicles).flatMap((number) => radios.map((radio) => linkOf(number, radio, seed)))
    await once(place.node(null, '../air/main.ts', [JSON.stringify({ control: place.#control, links })]).stdout, 'data')
    return place
  }

  get #control(): string {
    return join(this.folder, 'air.sock')
  }

  on(node: string, command: readonly string[]): readonly [string, ...string[]] {
    return ['ip', 'netns', 'exec', node, ...command]
  }

  /** Commands of `ip -batch`. */
  async ip(node: string, commands: readonly string[]): Promise<void> {
    await run(this.on(node, ['ip', '-batch', '-']), `${commands.join('\n')}\n`)
  }

  /** Starts a command there; its errors are ours. It ends with the namespaces at the latest. */
  start(node: string, command: readonly string[]): Program {
    const [file, ...args] = this.on(node, command)
    return spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...compileCache } })
  }

  /** A program of ours. @param node null: in the scenario's own namespace */
  node(node: string | null, script: string, words: readonly string[]): Program {
    const command = [process.execPath, '--v8-pool-size=0', resolve(import.meta.dirname, script), ...words] as const
    if (node !== null) return this.start(node, command)
    const [file, ...args] = command
    return spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...compileCache } })
  }

  /** Whether that link carries anything from now on. */
  async air(number: number, radio: Radio, state: 'alive' | 'dead'): Promise<void> {
    await this.#ask({ link: linkNumber(number, radio), state })
  }

  /** What was on the air so far. */
  onAir(): Promise<AirAnswer> {
    return this.#ask({})
  }

  async #ask(request: AirRequest): Promise<AirAnswer> {
    const answer = await askLine<AirAnswer>(this.#control, request, patience)
    if (answer === undefined) throw new Error('the process of the access links has ended')
    return answer
  }
}

/** As they are listed. */
export const linkNumber = (number: number, radio: Radio): number => (number - 1) * radios.length + radios.indexOf(radio)

const linkOf = (number: number, radio: Radio, seed: number): AirLink => ({
  radio,
  ...emulatorEnds(number, radio),
  profile: accessProfiles[accessOfRadio[radio]],
  seed,
})

export const tell = (program: Program, what: unknown): void => void program.stdin.write(`${JSON.stringify(what)}\n`)

/** Without it no figure means anything: the scenario fails when it ends. */
export const neverEnds = (program: Program, what: string): void =>
  void program.once('exit', (code, signal) => {
    throw new Error(`${what} ended too early (${signal ?? `exit ${code}`})`)
  })
