/** Programs of Vagus that run on this host, by their command lines. @module */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { filled } from '../../option-file.ts'
import type { Command } from '../../command.ts'
import { parse } from '../../parse.ts'
import { type ListeningSocket, socketsOf } from './listening-sockets.ts'

export interface Program {
  readonly pid: number
  /** Such as `run`. */
  readonly command: string
  /** Of its options, with defaults; undefined: they are of another version, or in a file that cannot be read from here. */
  readonly values: Readonly<Record<string, unknown>> | undefined
  readonly words: readonly string[]
  /** Undefined: of another user. */
  readonly sockets: readonly ListeningSocket[] | undefined
}

/** As a checkout, a package or a link of npm names it. */
const launcher = /(^|\/)(\.?bin\/vagus(\.mjs)?|apps\/cli\/src\/main\.[jt]s)$/

/** The words behind the launcher, of a command line as in /proc/PID/cmdline; undefined of all other programs. */
export function wordsOf(commandLine: string): readonly string[] | undefined {
  const [node = '', ...more] = commandLine.split('\0').slice(0, -1)
  const at = more.findIndex((word) => !word.startsWith('-')) // behind options of node
  return /(^|\/)node$/.test(node) && launcher.test(more[at] ?? '') ? more.slice(at + 1) : undefined
}

/** Services in the network of this process: those of a lab have networks of their own. Without this very process. */
export async function programsHere(): Promise<readonly Program[]> {
  const network = networkOf('self')
  const all = readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    const words = Number.isInteger(pid) && pid !== process.pid ? wordsOf(textOf(`/proc/${pid}/cmdline`)) : undefined
    const elsewhere = (networkOf(pid) ?? network) !== network
    return words === undefined || elsewhere ? [] : [{ pid, parent: parentIn(textOf(`/proc/${pid}/stat`)), words }]
  })
  const programs = await Promise.all(withoutLaunchers(all).map(({ pid, words }) => programOf(pid, words)))
  return programs.filter((one) => one !== undefined)
}

interface Running {
  readonly pid: number
  readonly parent: number | undefined
  readonly words: readonly string[]
}

/** Under an older Node `vagus` starts itself once more, under the Node that comes with it: both are one program. */
export function withoutLaunchers(all: readonly Running[]): readonly Running[] {
  const isSame = (a: Running, b: Running): boolean => a.words.join('\0') === b.words.join('\0')
  return all.filter((one) => !all.some((other) => other.parent === one.pid && isSame(one, other)))
}

/** The fourth field of /proc/PID/stat (proc(5)); the second is a name in parentheses, with any characters. */
export function parentIn(stat: string): number | undefined {
  const [, parent] = /^.*\) \S (\d+) /s.exec(stat) ?? []
  return parent === undefined ? undefined : Number(parent)
}

/** Commands that listen or call for as long as they run, by their names. */
const services: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  controller: () => import('../../commands/controller.ts'),
  device: () => import('../../commands/device.ts'),
  gateway: () => import('../../commands/gateway.ts'),
  'masa run': () => import('../../commands/masa-run.ts'),
  netconf: () => import('../../commands/netconf.ts'),
  relay: () => import('../../commands/relay.ts'),
  run: () => import('../../commands/run.ts'),
}

async function programOf(pid: number, words: readonly string[]): Promise<Program | undefined> {
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((one) => Object.hasOwn(services, one))
  if (name === undefined) return undefined
  const values = await valuesOf(name, words.slice(name.split(' ').length)).catch(() => undefined)
  return { pid, command: name, values, words, sockets: socketsOf(pid) }
}

/** @throws {Failure} on options that are not known here; errors of the file system */
export async function valuesOf(name: string, words: readonly string[]): Promise<Program['values']> {
  const { command } = await services[name]!()
  const typed = parse(command, words)
  // A controller's file has another form, and is read already.
  if (name !== 'device' && name !== 'netconf') return typed.values
  const { config } = typed.values as { readonly config?: string }
  // The words may be another user's: a FIFO or a device there would hold up who looks, and that is often root.
  if (config !== undefined && !statSync(config).isFile()) return undefined
  return (await filled(command.options, typed)).values
}

/** Empty of a process that is gone. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Undefined of a process of another user. */
function networkOf(pid: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    return undefined
  }
}
