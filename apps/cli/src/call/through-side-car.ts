/** The side-car that a command calls through: a running one, or its own for the duration of the call. @module */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Keyring } from '@vagus/keyring'
import { serviceNames } from '@vagus/qos'
import { optionalController } from '../address.ts'
import type { Call } from '../command.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import type { Options } from '../option.ts'
import { sideCarOf } from '../side-car.ts'
import { findOption, findRulesOf, ownerNamed, rosterOption } from '../side-car-options.ts'
import { startFailure } from '../side-car-start.ts'
import { printable } from '../table.ts'

export const sideCarOptions = {
  'side-car': {
    type: 'text',
    value: 'URL',
    description:
      'call through this side-car as its agent (default: that of $VAGUS_AGENTS_URL, else one only for the call)',
  },
  as: {
    type: 'text',
    value: 'AGENT',
    description: 'call as this agent of this host, created if it is new (default: cli)',
  },
  lookup: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: 'also look agents up in these folders of NAME.jws',
  },
  controller: {
    type: 'text',
    value: 'ADDRESS',
    description: 'look agents up there (default: $VAGUS_CONTROLLER, else nowhere)',
  },
  ...rosterOption,
  ...findOption,
  service: {
    type: 'text',
    value: 'NAME',
    choices: serviceNames,
    description: 'ask for this service: at most what the roster gives this agent',
  },
  ...homeOption,
} as const satisfies Options

/** Prefix of the folders of fresh agents; the process id follows. */
const prefix = 'vagus-call-'

/** Name of a fresh agent. */
const freshName = 'cli'

/**
 * Options that describe an own side-car (its agent, its look-up) select one.
 * @param unnamed its agent without `--as`: always the same one, or a fresh one, because the same agent cannot run twice
 * at once
 * @throws {Failure}
 */
export function throughSideCar(
  call: Call<typeof sideCarOptions>,
  use: (sideCar: string) => Promise<ExitCode>,
  unnamed: 'cli' | 'fresh' = 'cli',
): Promise<ExitCode> {
  const { values, environment, terminal } = call
  const own = [values.as, values.controller, values.home, values.roster, ...values.lookup, ...values.find].some(
    (value) => value !== undefined,
  )
  const named = values['side-car']
  if (named !== undefined && own)
    throw new Failure(
      exitCode.usage,
      'a running side-car has its own name and look-up',
      'leave out --side-car, or --as, --lookup, --controller, --roster, --find and --home',
    )
  const around = environment['VAGUS_AGENTS_URL'] ?? ''
  if (named !== undefined || (around !== '' && !own)) return use(sideCarOf(named ?? around))
  const controller = optionalController(values.controller, environment)
  const through = async (
    keyring: Keyring,
    name: string,
    host: string,
    report: (line: string) => void,
  ): Promise<ExitCode> => {
    const { find: words, lookup: folders } = values
    const owner = await ownerNamed(values.roster, { host, folders })
    const find = await findRulesOf(words, { lookup: folders, controller, roster: owner })
    const { withOwnSideCar } = await import('./own-side-car.ts')
    try {
      return await withOwnSideCar(
        { keyring, host, name, folders, controller, owner, find, service: values.service, report },
        use,
      )
    } catch (error) {
      throw startFailure(
        error as NodeJS.ErrnoException,
        name,
        'end that one first, or call as another agent: --as NAME',
      )
    }
  }
  return withKeyring(call, async (keyring) => {
    const { as } = values
    if (as !== undefined || unnamed === 'cli')
      return through(keyring, as ?? 'cli', keyring.folder, (line) => terminal.err(`${printable(line)}\n`))
    await removeLeftovers()
    const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
    const { Keyring } = await import('@vagus/keyring')
    try {
      return await through(new Keyring(folder), freshName, keyring.folder, () => undefined)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

/** Removes the folders of processes that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = new RegExp(`^${prefix}(\\d+)-`).exec(name) ?? []
    if (pid === undefined || isAlive(Number(pid))) continue
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined) // of another user
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
