/** Starts the two processes of a measure and reads what the asking one found. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { v8Threads } from '../../apps/cli/src/v8-threads.ts'

const child = join(import.meta.dirname, 'peer-child.ts')
/** Milliseconds for one measure. */
const patience = 240_000

export type Result = Readonly<Record<string, number>>

/** Where a measure runs: here, or in a network namespace behind a link of that many bits per second. */
export type Place = 'here' | { readonly rate: string }

/** `test` of the peer in `module`, or why it could not be made. */
export async function run(
  module: string,
  test: string,
  {
    place = 'here',
    flags = [],
  }: { readonly place?: Place | undefined; readonly flags?: readonly string[] | undefined } = {},
): Promise<Result> {
  const node = [process.execPath, '--expose-gc', '--no-warnings', ...v8Threads(), ...flags, child, module]
  if (place !== 'here') return runBehindLink(node, test, place.rate)
  const server = start([...node, 'server'])
  let client: ChildProcess | undefined
  try {
    const target = await firstLine(server)
    client = start([...node, test, target])
    return JSON.parse(await firstLine(client)) as Result
  } finally {
    client?.kill('SIGKILL')
    server.kill('SIGKILL')
  }
}

/** Both processes in a namespace whose loopback is no faster than `rate`. */
async function runBehindLink(node: readonly string[], test: string, rate: string): Promise<Result> {
  const words = node.map((word) => `'${word}'`).join(' ')
  const script = `
    ip link set lo up mtu 1500 || exit 1
    tc qdisc add dev lo root tbf rate ${rate} burst 32kb latency 100ms || exit 1
    coproc SERVER { exec ${words} server; }
    read -r target <&"\${SERVER[0]}"
    ${words} ${test} "$target"`
  // In a namespace of processes as well: they end with their first one, which is this shell, and that with `unshare`.
  const both = start(['unshare', '-Urnpf', '--kill-child', 'bash', '-c', script])
  try {
    return JSON.parse(await firstLine(both)) as Result
  } finally {
    both.kill('SIGKILL')
  }
}

function start([command, ...words]: readonly string[]): ChildProcess {
  return spawn(command!, words, {
    stdio: ['ignore', 'pipe', process.env['BENCH_DEBUG'] === undefined ? 'ignore' : 'inherit'],
  })
}

async function firstLine(process: ChildProcess): Promise<string> {
  const lines = createInterface({ input: process.stdout! })
  const signal = AbortSignal.timeout(patience)
  const line = once(lines, 'line', { signal }).then(([text]) => String(text))
  const ended = once(process, 'close', { signal }).then(([status]) => {
    throw new Error(`it ended with ${String(status)}`)
  })
  try {
    return await Promise.race([line, ended])
  } finally {
    ended.catch(() => undefined)
    line.catch(() => undefined)
  }
}
