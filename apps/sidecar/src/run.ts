/** A side-car as a process: `vagus run`. @module */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Agent, openAgent } from '@vagus/agent'
import type { Keyring, LocalAgent } from '@vagus/keyring'
import { controllerList, folderLookup, inOrder } from '@vagus/lookup'
import { withLastPorts } from './listening.ts'
import type { Tokens } from './local/guard.ts'
import { ownAgent, ownIdentityOf } from './own-agent.ts'
import { Presence } from './presence.ts'
import { runProgram } from './program.ts'
import type { Exposed } from './served/exposure.ts'
import { SessionReporter } from './sessions/session-reporter.ts'
import { startSidecar } from './sidecar.ts'

export interface RunOptions {
  readonly keyring: Keyring
  /** An agent of the keyring; made when there is none. */
  readonly name: string
  readonly exposed: Exposed
  /** URIs of sockets for other agents: `udp://0.0.0.0:7601`. */
  readonly listen: readonly string[]
  readonly relays: readonly string[]
  /** Folders of signed documents, asked before the controller; the keyring's own is asked first. */
  readonly folders: readonly string[]
  /** `http://127.0.0.1:7600`; `undefined`: no controller is asked and told. */
  readonly controller: string | undefined
  readonly allowed: readonly string[]
  /** As of `AgentOptions`. */
  readonly padFor?: readonly string[]
  /** For local programs; 0: one that the kernel chooses. */
  readonly port: number
  readonly tokens: Tokens
  /** What to run beside; empty: nothing, until `signal` is aborted. */
  readonly program: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Takes a line for people. */
  readonly report: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * Runs until the program ends, or `signal` is aborted, and answers the exit code of the program, or 0.
 * @throws {KeyringError}; node's error when a socket cannot be had or the program not be started
 */
export async function runSidecar(options: RunOptions): Promise<number> {
  const { keyring, name, exposed, listen, relays, padFor = [], report, signal } = options
  const local = ownAgent(options)
  const folder = join(keyring.folder, name, 'journal')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const list = options.controller === undefined ? undefined : controllerList(options.controller)
  const folders = [keyring.folder, ...options.folders].map(folderLookup)
  const lookup = inOrder([...folders, ...(list === undefined ? [] : [list])])
  const open = (uris: readonly string[]): Promise<Agent> =>
    openAgent({ identity: ownIdentityOf(local), lookup, journal: { folder }, listen: uris, relays, padFor })
  const agent = await open(withLastPorts(listen, local.identity.locators)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    return open(listen) // somebody else has a port of before
  })
  const { allowed, port, tokens } = options
  const sidecar = await startSidecar({
    name,
    agent,
    notes: join(folder, 'sidecar.sqlite'),
    exposed,
    allowed,
    lookup,
    port,
    tokens,
  }).catch(async (error: unknown) => {
    await agent.close()
    throw error
  })
  const presence = new Presence({ agent, keyring, name, list, report })
  const own = (): LocalAgent => keyring.open(name, Date.now())
  const reporter = list && new SessionReporter({ agent, own, list })
  try {
    await presence.begin()
    const [[caller, token] = []] = tokens
    const agents = `${sidecar.url}${token === undefined ? '' : `/t/${encodeURIComponent(token)}`}/agents/`
    report(`${name} is ${local.identity.id}`)
    report(`reached at ${agent.addresses().join(' ') || 'nowhere: it only calls (--listen)'}`)
    for (const [relay, place] of agent.relays())
      if ('problem' in place) report(`not at the relay ${relay} yet, and tries again: ${place.problem}`)
    for (const missing of options.folders.filter((path) => !existsSync(path)))
      report(`there is no folder ${missing} yet: nobody is looked up there until it comes`)
    for (const [what, url] of Object.entries(exposed))
      if (url !== undefined) report(`serves ${what.toUpperCase()} from ${url}`)
    report(`calls others at ${caller === undefined ? agents : `${sidecar.url}/t/TOKEN/agents/`}NAME/`)
    const [command, ...args] = options.program
    if (command === undefined) {
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      return 0
    }
    const environment = {
      ...options.environment,
      VAGUS_AGENTS_URL: agents,
      VAGUS_AGENT_ID: local.identity.id,
      VAGUS_AGENT_NAME: name,
    }
    return await runProgram({ command: [command, ...args], environment }, signal)
  } finally {
    reporter?.end()
    presence.end()
    await sidecar.close()
  }
}
