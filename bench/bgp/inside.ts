/** In a namespace of our own: each receiver gets the table once; one line of JSON for each. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { receivers } from './receivers.ts'
import { fullTable } from './table.ts'

const [routes_, folder, ...names] = process.argv.slice(2)
const routes = Number(routes_)
const { octets, messages, attributeSets } = fullTable(routes, 65001, '10.9.1.2')
const file = join(folder!, 'updates')
writeFileSync(file, octets)
/** GoBGP takes half a minute; what needs more than this does not get there. */
const patience = 90_000

const residentOctets = (pids: readonly number[]): number =>
  pids.reduce(
    (sum, pid) => sum + 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0),
    0,
  )

/** The one before may still hold the port for a moment, and then the next does not start. */
async function portIsFree(): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const server = createServer().listen(179, '10.9.1.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    server.close()
    if (isFree) return
    await sleep(25)
  }
}

/** How long this process, which only waits for answers of ours, was held up: what the machine does to anybody. */
const bystander = monitorEventLoopDelay({ resolution: 1 })
bystander.enable()

for (const name of names) {
  await portIsFree()
  const receiver = await receivers[name]!(folder!)
  const sender = spawn(
    'nsenter',
    ['-t', process.env['PEER']!, '-n', '--', process.execPath, join(import.meta.dirname, 'sender.ts'), file],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const lines = createInterface(sender.stdout)[Symbol.asyncIterator]()
  await lines.next()
  await receiver.routes()
  receiver.resetStall?.()
  bystander.reset()
  const before = residentOctets(receiver.pids())
  const started = performance.now()
  sender.stdin.write('go\n')
  // GoBGP answers from under the lock that the table needs: asked often, it takes five times as long.
  const pause = name === 'gobgp' ? 1000 : 20
  let seconds: number | null = null
  while (performance.now() - started < patience) {
    if ((await receiver.routes()) >= routes) {
      seconds = (performance.now() - started) / 1000
      break
    }
    await sleep(pause)
  }
  await sleep(500)
  const { stall, ownWork } = receiver.stall?.() ?? { stall: null, ownWork: null }
  const bystanderStall = stall === null ? null : bystander.max / 1e6 - 1
  const perRoute = (residentOctets(receiver.pids()) - before) / routes
  process.stdout.write(
    `${JSON.stringify({ name, seconds, perRoute, stall, ownWork, bystanderStall, messages, attributeSets })}\n`,
  )
  sender.kill('SIGKILL')
  receiver.stop()
  await sleep(300)
}
process.exit(0)
