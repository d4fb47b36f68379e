/** The C and C++ libraries that bundled programs need of the machine they are installed on. @module */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the package depends on: glibc 2.28 and the libstdc++ of GCC 7 (its ABI.txt). */
const newest: Readonly<Record<string, string>> = { GLIBC: '2.28', GLIBCXX: '3.4.24', CXXABI: '1.3.11', GCC: '7.0.0' }

/** @throws where a file of the tree at `root` wants a newer one than the package says that it needs */
export function checkLibraries(root: string): void {
  for (const name of globSync('**/{*.node,*.so,node}', { cwd: root })) {
    const file = join(root, name)
    for (const [symbol, version] of wantedBy(file)) {
      if (!isNewer(version, newest[symbol]!)) continue
      throw new Error(`${name} needs ${symbol}_${version}: raise Depends of scripts/packages/debian/control.ts`)
    }
  }
}

/** Versions of symbols are names in the string table of the file (ELF, .gnu.version_r). */
function* wantedBy(file: string): Generator<readonly [symbol: string, version: string]> {
  let octets: Buffer
  try {
    octets = readFileSync(file)
  } catch {
    return // a folder
  }
  for (const symbol of Object.keys(newest)) {
    const sought = Buffer.from(`\0${symbol}_`)
    for (let at = octets.indexOf(sought); at >= 0; at = octets.indexOf(sought, at + 1)) {
      const start = at + sought.length
      const version = octets.toString('latin1', start, octets.indexOf(0, start))
      if (/^\d+(\.\d+){1,2}$/.test(version)) yield [symbol, version]
    }
  }
}

function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((each) => each.split('.').map(Number))
  for (let at = 0; at < 3; at++) if ((a![at] ?? 0) !== (b![at] ?? 0)) return (a![at] ?? 0) > (b![at] ?? 0)
  return false
}
