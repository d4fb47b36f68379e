/** Programs that the scenario `steer` runs: on the neighbour's routers, and the commands that an operator would type. @module */
import { execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { LabError } from '../errors.ts'
import { vagus } from '../inside/programs.ts'
import type { LabReference } from '../lab.ts'
import { shellCommand } from '../outside/shell.ts'
import { toolPath } from '../outside/substrate.ts'
import type { BorderEnd } from './border.ts'
import { type Told, toldCommands, toldIn } from './routes.ts'
import { countersIn, shaperCommand, type ShaperCounters, type ShaperLog } from './shapers.ts'

const run = promisify(execFile)
const environment = { ...process.env, PATH: toolPath, VTYSH_HISTFILE: '/dev/null' }
/** Octets that a program may print: a table of a lab has some thousands. */
const maxOutput = 16 * 1024 * 1024

/** Grows about once a second until the lab ends, which ends what reads the counters, too. */
export async function watchShapers(ends: readonly BorderEnd[], where: LabReference): Promise<ShaperLog> {
  const log = new Map(ends.map(({ link }) => [link, [] as ShaperCounters[]]))
  for (const router of routersOf(ends)) {
    const own = ends.filter((end) => end.router === router)
    const [file, ...args] = await shellCommand(router, shaperCommand, where)
    const child = spawn(file, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'], env: environment })
    let at = 0
    createInterface({ input: child.stdout }).on('line', (line) => {
      const isTime = !line.startsWith('[')
      if (isTime) at = Number(line)
      const counters = isTime ? undefined : countersIn(at, line)
      for (const end of own) {
        const found = counters?.get(end.interface)
        if (found !== undefined) log.get(end.link)!.push(found)
      }
    })
  }
  return log
}

/** What the neighbour's routers have from us now. `as`: ours. */
export async function askTold(ends: readonly BorderEnd[], as: number, where: LabReference): Promise<Told> {
  const vtysh = async (router: string, command: string): Promise<string> => {
    const [file, ...args] = await shellCommand(router, ['vtysh', '-c', command], where)
    return (await run(file, args, { env: environment, maxBuffer: maxOutput })).stdout
  }
  const answers = routersOf(ends).map((router) => {
    const [v4, v6, neighbours] = toldCommands
    return Promise.all([vtysh(router, v4), vtysh(router, v6), vtysh(router, neighbours)])
  })
  return toldIn(await Promise.all(answers), as)
}

/** Runs `vagus WORDS` beside the lab, as a person would, and gives what it prints. Rejects with `LabError` `failed` and what it said. */
export async function runVagus(words: readonly string[], controller: string): Promise<string> {
  const [file, ...args] = [...vagus, ...words, '--controller', controller]
  try {
    return (await run(file, args, { maxBuffer: maxOutput })).stdout
  } catch (error) {
    const { stderr = '' } = error as { readonly stderr?: string }
    throw new LabError('failed', `vagus ${words.join(' ')} failed: ${stderr.trim()}`, { cause: error })
  }
}

const routersOf = (ends: readonly BorderEnd[]): readonly string[] => [...new Set(ends.map(({ router }) => router))]
