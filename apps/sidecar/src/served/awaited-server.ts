/** Says that nothing listens where an exposed server should be: a wrong port is otherwise told to callers alone. @module */
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Exposed } from './exposure.ts'

/** Milliseconds that a server may take to start before anything is said. */
const patience = 5000
const lookEvery = 500

/** Each server that is exposed, until it is there, or `signal` is aborted. @param report takes lines for people */
export async function awaitServers(
  { a2a, mcp }: Exposed,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const urls = [a2a, mcp].filter((url) => url !== undefined)
  await Promise.all(urls.map((url) => awaitServer(url, report, signal)))
}

/**
 * Until something listens there, or `signal` is aborted.
 * @param url `http://127.0.0.1:9000` @param report gets a line when it takes long, and one when it is there after all
 */
async function awaitServer(url: string, report: (line: string) => void, signal: AbortSignal): Promise<void> {
  const begun = performance.now()
  let isTold = false
  while (!(await isThere(url))) {
    if (signal.aborted) return
    if (!isTold && performance.now() - begun >= patience) {
      isTold = true
      report(`nothing listens at ${url} yet: calls are answered with server-down until something does`)
    }
    await sleep(lookEvery, undefined, { ref: false, signal }).catch(() => undefined)
  }
  if (isTold && !signal.aborted) report(`${url} is there now`)
}

/** Whether somebody takes a connection; nothing is sent, and the server sees no request. */
function isThere(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? 80 : Number(port) })
    const end = (isOpen: boolean): void => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.setTimeout(lookEvery * 4, () => end(false))
    socket.on('connect', () => end(true)).on('error', () => end(false))
  })
}
