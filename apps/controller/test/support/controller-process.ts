/** A controller in a process of its own, as it runs in the field. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface ControllerProcess {
  /** `http://127.0.0.1:PORT` */
  readonly base: string
  readonly flowPort: number
  readonly lines: readonly string[]
  readonly pid: number
  json<Answer>(path: string): Promise<Answer>
  /** Sends datagrams in order from one socket, all with the same source port. */
  send(datagrams: readonly Uint8Array[], localPort?: number): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Sends the signal, and resolves with exit code or signal when it has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | NodeJS.Signals | null>
}

const script = `
  import { runController } from '@vagus/controller'
  const [file, home, listen] = process.argv.slice(1)
  const flags = { home, listen: '127.0.0.1:0', 'flow.listen': listen }
  const report = (line) => process.stderr.write(line + '\\n')
  const stop = new AbortController()
  process.on('SIGTERM', () => stop.abort())
  await runController({ file, environment: {}, flags }, { version: '0.0.0-test', report, signal: stop.signal })`

/** A new folder for state and configuration, with what removes it. */
export function newFolder(config: string): { folder: string; write(config: string): void; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-controller-'))
  const write = (text: string): void => writeFileSync(join(folder, 'vagus.yaml'), text)
  write(config)
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/**
 * Resolves when it serves. `flowPort` 0 has the kernel choose. `within` is a shell script that ends with `exec "$@"`: what
 * it sets up is there for the controller.
 */
export async function startProcess(folder: string, flowPort = 0, within = 'exec "$@"'): Promise<ControllerProcess> {
  const args = [process.execPath, '-e', script, join(folder, 'vagus.yaml'), join(folder, 'home')]
  const child = spawn('sh', ['-ec', within, 'sh', ...args, `127.0.0.1:${flowPort}`], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const ended = once(child, 'exit')
  const lines: string[] = []
  const served = Promise.withResolvers<{ base: string; port: number }>()
  createInterface(child.stderr).on('line', (line) => {
    lines.push(line)
    const port = /^flows: udp 127\.0\.0\.1:(\d+)/.exec(line)?.[1]
    const base = /http:\S+/.exec(lines.find((one) => one.startsWith('API')) ?? '')?.[0]
    if (port !== undefined && base !== undefined) served.resolve({ base, port: Number(port) })
  })
  void ended.then(() => served.reject(new Error(`the controller ended at its start:\n${lines.join('\n')}`)))
  const { base, port } = await served.promise
  return {
    base,
    flowPort: port,
    lines,
    pid: child.pid!,
    json: (path) => answerOf(base + path),
    send: (datagrams, localPort) => sendAll(datagrams, port, localPort),
    signal: (signal) => void child.kill(signal),
    end: (signal) => endOf(child, ended, signal),
  }
}

async function answerOf<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Answer
}

async function sendAll(datagrams: readonly Uint8Array[], port: number, localPort = 0): Promise<void> {
  const socket = createSocket('udp4')
  socket.bind(localPort, '127.0.0.1')
  await once(socket, 'listening')
  for (const datagram of datagrams) {
    await new Promise<void>((resolve, reject) =>
      socket.send(datagram, port, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
    )
  }
  socket.close()
  await once(socket, 'close')
}

async function endOf(
  child: ChildProcess,
  ended: Promise<unknown[]>,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<number | NodeJS.Signals | null> {
  child.kill(signal)
  const [code, by] = (await ended) as [number | null, NodeJS.Signals | null]
  return code ?? by
}
