/** What an agent does that is started without lines. @module */
import { existsSync } from 'node:fs'
import { lineFile } from './line-file.ts'

/**
 * Removes what it held when it was started with lines. Whatever that needs is loaded only then.
 * @param control path of its control socket, @param report takes a line for people
 * @throws {UnavailableError} with what the kernel said
 */
export async function dropFormerLines(control: string, report: (line: string) => void): Promise<void> {
  if (!existsSync(lineFile(control))) return
  const { clearFormerLines } = await import('./clear-lines.ts')
  if (await clearFormerLines(control)) report('lines: what was held before is removed')
}
