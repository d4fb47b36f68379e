/** One end of a measure in a process of its own: `peer-child.ts PEER server`, `peer-child.ts PEER TEST TARGET`. */
import type { BenchPeer } from './peer.ts'
import { serveStream } from './sink.ts'
import { tests } from './tests.ts'

const [module, role, target] = process.argv.slice(2)
/** Ours and node:tls; the others are installed beside their lock file. */
const here: Readonly<Record<string, () => Promise<{ readonly peer: BenchPeer }>>> = {
  './tls.ts': () => import('./tls.ts'),
  './vagus.ts': () => import('./vagus.ts'),
}
const load = here[module!] ?? (() => import(new URL(module!, import.meta.url).href) as Promise<{ peer: BenchPeer }>)
const { peer } = await load()
if (role === 'server') {
  const server = await peer.serve(serveStream)
  process.stdout.write(`${JSON.stringify(server.target)}\n`)
} else {
  const result = await tests[role!]!(peer, JSON.parse(target!))
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exit(0)
}
