/**
 * Programs under measurement as processes of their own. The sender keeps to one core and what it loads to the other, so
 * that neither takes time from the other's figure.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Sent {
  /** All that were sent, those of the start included. */
  readonly records: number
  /** In the burst. */
  readonly flowsPerSecond: number
  /** Datagrams sent in the burst, as a share of those that were to be sent. */
  readonly keptUp: number
}

const sender = join(import.meta.dirname, 'sender.ts')

/** Sends for `seconds` at `rate` datagrams/s to a port of loopback; resolves when the last one is out. */
export async function send(port: number, rate: number, seconds: number): Promise<Sent> {
  const child = spawn('taskset', ['-c', '1', process.execPath, sender, String(port), String(rate), String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (octets: Buffer) => (output += octets.toString()))
  const [status] = (await once(child, 'close')) as [number]
  if (status !== 0) throw new Error(`the sender ended with ${status}`)
  return JSON.parse(output) as Sent
}

/**
 * What a hypervisor gave to others of the collectors' core while `work` was under way, 0..1: none of it is in the load of
 * this machine (`steal`, proc_stat(5)).
 */
export async function stolenDuring<T>(work: () => Promise<T>): Promise<readonly [result: T, stolen: number]> {
  const before = ticksOfCore()
  const result = await work()
  const after = ticksOfCore()
  return [result, (after.stolen - before.stolen) / Math.max(1, after.all - before.all)]
}

function ticksOfCore(): { readonly stolen: number; readonly all: number } {
  const line = /^cpu0 (.*)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? ''
  // user, nice, system, idle, iowait, irq, softirq, steal; what follows is counted in user already
  const ticks = line.split(' ').slice(0, 8).map(Number)
  return { stolen: ticks[7] ?? 0, all: ticks.reduce((sum, each) => sum + each, 0) }
}

/** Ends a process by SIGTERM and waits for it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  await closed
}

/** Polls until `found` gives a value; throws after `seconds`. */
export async function until<T>(what: string, seconds: number, found: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + seconds * 1000
  for (;;) {
    const value = await found()
    if (value !== undefined) return value
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
