/** The kernel's own tools, for what has no system call worth writing twice: ip, tc and nft, one process for many commands. @module */
import { execFile } from 'node:child_process'
import { UnavailableError } from './errors.ts'

/** Octets of an answer; a larger one is refused. A router with a full table is never asked for all of it. */
const maxAnswer = 16_777_216
/** Milliseconds; all of these answer in a few. */
const patience = 10_000

export type Tool = 'ip' | 'tc' | 'nft'

/** Of Debian. */
const packages: Readonly<Record<Tool, string>> = { ip: 'iproute2', tc: 'iproute2', nft: 'nftables' }

/**
 * What the tool prints, in the network namespace of this process.
 * @param input what it reads, such as the commands of a batch
 * @throws {UnavailableError} `not-permitted` without CAP_NET_ADMIN, else `refused` with the tool's own words
 */
export function runTool(tool: Tool, words: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: maxAnswer, timeout: patience, env: { ...process.env, LC_ALL: 'C' } }
    const child = execFile(tool, words, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      const absent = `it is not installed (Debian has it in ${packages[tool]}; the image for containers has none)`
      const inItsWords = (stderr.trim() || error.message).split('\n').slice(0, 4).join('; ')
      const said = error.code === 'ENOENT' ? absent : inItsWords
      const code = /not permitted|permission denied/i.test(said) ? 'not-permitted' : 'refused'
      reject(new UnavailableError(code, `${tool} ${words.join(' ')}: ${said}`, { cause: error }))
    })
    child.stdin?.on('error', () => undefined) // it ended before it read everything; its status says why
    child.stdin?.end(input)
  })
}

/**
 * Many commands of one tool in one process; nothing is started for none. One that fails keeps none of the others from being
 * done. @throws {UnavailableError} with what was said of the first ones that failed
 */
export async function runBatch(
  tool: 'ip' | 'tc',
  words: readonly string[],
  commands: readonly string[],
): Promise<void> {
  if (commands.length > 0) await runTool(tool, [...words, '-force', '-batch', '-'], `${commands.join('\n')}\n`)
}
