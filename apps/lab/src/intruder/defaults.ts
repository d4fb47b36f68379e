/** What the programs of Vagus listen on when nobody has configured anything. @module */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { vagus } from '../inside/programs.ts'
import { output } from '../line/programs.ts'
import type { IntruderReport } from './report.ts'
import { type Scene, served } from './scene.ts'
import { isEverywhere, newSockets } from './sockets.ts'

/** As little as each of them takes. */
const programs = [
  ['controller'],
  ['run', '--name', 'by-default'],
  ['device', '--agent', '127.0.0.1', '--control', 'device.sock'],
] as const
const slowestStart = 60_000
/** Sockets of a controller, of a side-car over UDP and TCP, and for programs. */
const atLeast = 5

/** Starts them on a host that has none, and ends them again. */
export async function defaultListeners(scene: Scene): Promise<IntruderReport['defaults']> {
  const home = join(scene.lab.folder, 'defaults')
  mkdirSync(home, { recursive: true })
  const look = (): Promise<string> => output(scene.where, served.site, ['ss', '-Hlntup'])
  const before = await look()
  const started = await Promise.all(
    programs.map((words) => {
      const own = { VAGUS_HOME: home, VAGUS_CONTROLLER: '' }
      return scene.start(
        served.site,
        words[0],
        ['sh', '-c', `cd '${home}' && exec "$@"`, 'sh', ...vagus, ...words],
        own,
      )
    }),
  )
  try {
    const sockets = await scene.until(slowestStart, 'the programs do not listen', async () => {
      const found = newSockets(before, await look())
      if (found.length < atLeast) throw new Error(found.join(', '))
      return found
    })
    return { sockets, everywhere: sockets.filter(isEverywhere) }
  } finally {
    for (const { pid } of started) process.kill(-pid!, 'SIGTERM') // nsenter and all that it started
  }
}
