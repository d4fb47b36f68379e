/**
 * Pairs of agents that reach the network in different ways, with a relay between: whether they find a direct path, how
 * soon, and what a stream that goes all the time notices of that.
 * @module
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { generate } from 'selfsigned'
import { LabError } from '../errors.ts'
import { runInside } from '../outside/run-inside.ts'
import { checkPrograms, findSubstrate, type Substrate, toolPath } from '../outside/substrate.ts'
import { provenanceNow } from '../provenance.ts'
import { inRecording } from '../record/folder.ts'
import type { RecordOptions } from '../record/layout.ts'
import { endsOf, type Kind, kinds, networkOf, relayAddress } from './network.ts'
import type { Inside, InsideOptions, NatCell, NatReport } from './report.ts'

export interface NatOptions {
  /** Default: each kind with each, once, and two that share a NAT. */
  readonly pairs?: readonly (readonly [Kind, Kind])[]
  /** Captures and the result in a folder; default: none. */
  readonly record?: RecordOptions | undefined
  /** What happens, for people. */
  readonly onNews?: ((news: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

const allPairs: readonly (readonly [Kind, Kind])[] = [
  ...kinds.flatMap((a, at) => kinds.slice(at).map((b) => [a, b] as const)),
  ['home', 'lan'],
  ['cgn', 'neighbour'],
]

const wordOf = ([a, b]: readonly [Kind, Kind]): string => `${a}-${b}`

/** The pair that `word` names: `home-random`. @throws {LabError} usage */
export function natPairOf(word: string): readonly [Kind, Kind] {
  const pair = allPairs.find((each) => wordOf(each) === word)
  if (pair !== undefined) return pair
  throw new LabError('usage', `there is no pair "${word}"; there are ${allPairs.map(wordOf).join(', ')}`)
}

/** Throws `LabError`; the signal's reason. */
export async function nat({ pairs = allPairs, record, onNews, signal }: NatOptions = {}): Promise<NatReport> {
  const substrate = findSubstrate()
  checkPrograms([])
  if (!toolPath.split(':').some((folder) => existsSync(join(folder, 'nft'))))
    throw new LabError('missing-program', 'the scenario needs nftables; type, as root: apt-get install -y nftables')
  const folder = mkdtempSync(join(tmpdir(), 'vagus-nat-'))
  try {
    await writeCertificate(folder)
    const provenance = provenanceNow()
    const { nodes, links } = networkOf(endsOf(pairs))
    const about = { provenance, substrate: substrate.name, pairs, network: { nodes, links } }
    return await inRecording(record, { scenario: 'nat', namespaces: nodes.length, about }, async (made) => {
      const cells = await inside(substrate, { pairs, folder, record: made }, { onNews, signal })
      return { provenance, substrate: substrate.name, loadavg: loadavg(), cells }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** An authority of its own, which agents know by NODE_EXTRA_CA_CERTS. */
async function writeCertificate(folder: string): Promise<void> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: relayAddress }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: relayAddress }] },
    ],
  })
  writeFileSync(join(folder, 'tls-key.pem'), key)
  for (const name of ['tls.pem', 'ca.pem']) writeFileSync(join(folder, name), cert)
}

async function inside(
  substrate: Substrate,
  options: InsideOptions,
  { onNews, signal }: NatOptions,
): Promise<readonly NatCell[]> {
  const cells: NatCell[] = []
  const onSaid = (line: unknown): void => {
    const said = line as Inside // sound: what our own program prints
    if (said.type === 'step') onNews?.(`${said.step} (${said.seconds.toFixed(1)} s)`)
    else {
      cells.push(said.cell)
      onNews?.(`${said.cell.ends.join(' – ')}: ${said.cell.path}`)
    }
  }
  const main = resolve(import.meta.dirname, 'inside/main.ts')
  const errors = await runInside(substrate, { main, options, onSaid, signal })
  if (cells.length === options.pairs.length) return cells
  throw new LabError('failed', `the scenario ended after ${cells.length} of ${options.pairs.length} pairs: ${errors}`)
}
