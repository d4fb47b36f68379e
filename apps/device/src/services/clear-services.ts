/** Takes the queues of services from links: of an agent that was killed, and is started without services now. @module */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { serviceFile } from './service-file.ts'

/**
 * Whatever that needs is loaded only where there are some.
 * @param control path of its control socket
 * @param lines whether it holds private lines: then those make the queues what they should be
 * @throws {UnavailableError} with what the kernel said
 */
export async function dropFormerServices(
  control: string,
  lines: 'with lines' | 'without lines',
  report: (line: string) => void,
): Promise<void> {
  const file = serviceFile(control)
  if (!existsSync(file)) return
  if (lines === 'without lines') {
    const [{ removeTree }, { readQdiscs }] = await Promise.all([
      import('./service-trees.ts'),
      import('../lines/kernel-view.ts'),
    ])
    const all = await readQdiscs()
    for (const name of linksIn(file)) await removeTree(name, all.get(name) ?? [])
  }
  rmSync(file, { force: true })
  report('services: the queues of before are removed')
}

function linksIn(file: string): readonly string[] {
  try {
    const { links } = JSON.parse(readFileSync(file, 'utf8')) as { readonly links?: unknown }
    return Array.isArray(links) ? links.filter((name) => typeof name === 'string') : []
  } catch {
    return [] // it was not written whole: then there were no queues yet
  }
}
