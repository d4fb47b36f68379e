/** Who may call others through the side-car of `vagus run --tokens FILE`. @module */
import { randomBytes } from 'node:crypto'
import { exitCode } from './exit-code.ts'
import { Failure } from './failure.ts'

/**
 * Tokens to the names of who has them, as `runSidecar` takes them: the file's, read once. Before them stands one for the
 * program itself, which nobody else needs to know.
 * @throws {Failure} usage
 */
export async function localTokens(
  file: string,
  { program }: { readonly program: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const { readTokenLines } = await import('@vagus/sidecar/token-lines')
  const wrong = (problem: string): Failure =>
    new Failure(exitCode.usage, `--tokens: ${problem}`, 'lines of CALLER TOKEN, mode 0600')
  try {
    const lines = readTokenLines(file, /^\S+$/)
    const scoped = lines.find(({ scopes }) => scopes.length > 0)
    if (scoped !== undefined) throw wrong(`"${scoped.name}" of ${file} has scopes, which count only at "vagus gateway"`)
    if (lines.length === 0 && program.length === 0) throw wrong(`${file} has no token, so nobody could call`)
    const own = program.length > 0 ? [[randomBytes(24).toString('base64url'), 'program'] as const] : []
    return new Map([...own, ...lines.map(({ name, written }) => [written, name] as const)])
  } catch (error) {
    throw error instanceof TypeError ? wrong(error.message) : error
  }
}
