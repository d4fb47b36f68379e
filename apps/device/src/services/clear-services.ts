/**
 * Takes the queues of services from links: of an agent that was killed, and is started without services now, or with others.
 * @module
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { writeFileWhole } from '@vagus/keyring/private-file'
import { serviceFile } from './service-file.ts'

/** Whether the agent holds private lines: then those make the queues what they should be. */
type Lines = 'with lines' | 'without lines'

/**
 * Whatever that needs is loaded only where there are some.
 * @param control path of its control socket
 * @throws {UnavailableError} with what the kernel said
 */
export async function dropFormerServices(control: string, lines: Lines, report: (line: string) => void): Promise<void> {
  const file = serviceFile(control)
  if (!existsSync(file)) return
  if (lines === 'without lines') await removeTrees(linksIn(file))
  rmSync(file, { force: true })
  report('services: the queues of before are removed')
}

/**
 * Notes which links have queues from now on, and takes them from those of before that are no such links any more.
 * @throws {UnavailableError} with what the kernel said; then those of before are still noted
 */
export async function noteServices(control: string, lines: Lines, links: readonly string[]): Promise<void> {
  const file = serviceFile(control)
  const former = linksIn(file)
  if (former.length === links.length && former.every((name) => links.includes(name))) return
  if (lines === 'without lines') await removeTrees(former.filter((name) => !links.includes(name)))
  writeFileWhole(file, `${JSON.stringify({ links })}\n`, 0o600)
}

async function removeTrees(links: readonly string[]): Promise<void> {
  if (links.length === 0) return
  const [{ removeTree }, { readQdiscs }] = await Promise.all([
    import('./service-trees.ts'),
    import('../lines/kernel-view.ts'),
  ])
  const all = await readQdiscs()
  for (const name of links) await removeTree(name, all.get(name) ?? [])
}

function linksIn(file: string): readonly string[] {
  try {
    const { links } = JSON.parse(readFileSync(file, 'utf8')) as { readonly links?: unknown }
    return Array.isArray(links) ? links.filter((name) => typeof name === 'string') : []
  } catch {
    return [] // there is none
  }
}
