/** Why a side-car did not start: what the system refused, and what helps. @module */
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'

/** To be called before keys are made or anything is opened. @throws {Failure} usage, on a URI of no known kind */
export async function checkListen(uris: readonly string[]): Promise<void> {
  const { parseEndpointUri } = await import('@vagus/transport')
  const wrong = uris.find((uri) => parseEndpointUri(uri) === undefined)
  if (wrong !== undefined)
    throw new Failure(
      exitCode.usage,
      `"--listen" must be like udp://192.0.2.1:7601, tcp://… or ws://…, got "${wrong}"`,
      'for all addresses of this host: --listen udp://0.0.0.0:7601,tcp://0.0.0.0:7601',
    )
}

/** To be called likewise: who is neither an id nor a name is nobody, and would never be served. @throws {Failure} usage */
export async function checkAllowed(allowed: readonly string[]): Promise<void> {
  const { isAgentName, nameRule, publicKeyOf } = await import('@vagus/identity')
  const isId = (word: string): boolean => publicKeyOf(word) instanceof Uint8Array
  const wrong = allowed.find((word) => !isId(word) && !isAgentName(word))
  if (wrong !== undefined)
    throw new Failure(
      exitCode.usage,
      `"--allow" takes ids (did:key:z6Mk…) and names (${nameRule}) of agents, got "${wrong}"`,
      'names: vagus agent ls · ids: vagus id show NAME',
    )
}

/** SQLITE_BUSY, SQLITE_CORRUPT and SQLITE_NOTADB (https://sqlite.org/rescode.html). */
const busy = 5
const damaged: readonly (number | undefined)[] = [11, 26]

/** @param whenBusy what to do when another process runs the agent `name`; an error that is none of the system's stays */
export function startFailure(error: NodeJS.ErrnoException, name: string, whenBusy: string): Error {
  const journal = `the journal of ${name}`
  const failed = (problem: string, fix: string): Failure => new Failure(exitCode.failed, problem, fix, error)
  if (error.code === 'EADDRINUSE') return failed(error.message, 'take other ports: --port, --listen')
  if (error.code === 'EADDRNOTAVAIL')
    return failed(error.message, 'not an address of this host; all of them: --listen udp://0.0.0.0:PORT')
  if (error.code === 'ERR_SQLITE_ERROR') {
    const { errcode } = error as { readonly errcode?: number }
    if (errcode === busy) return failed(`${name} runs already: another process has its journal`, whenBusy)
    // The low octet says it; extended codes stand above.
    if (damaged.includes((errcode ?? 0) & 0xff))
      return failed(
        `${journal} is damaged: ${error.message}`,
        `move the folder $VAGUS_HOME/agents/${name}/journal away (default ~/.vagus); exchanges under way end with gap then`,
      )
    return failed(`${journal} cannot be used: ${error.message}`, 'is its disk full, or read-only? df')
  }
  return error.syscall === undefined ? error : failed(error.message, '')
}
