/**
 * Runs one benchmark: `npm run --silent bench -- NAME [--json]`; JSON is `{ provenance, rows }`. Each file in bench/
 * exports `measure`, which returns rows; ours and the peer's figure come from the same run. A ratio above 1 means that ours is better.
 */
import { existsSync, globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { provenanceNow } from '../apps/lab/src/provenance.ts'

/** One claim: `ratio` is ours/peer, or peer/ours when `unit` is a cost, so that more is better. */
export interface Row {
  readonly claim: string
  readonly unit: string
  readonly ours: number
  /** The peer's figure, or null where the claim has none here; `note` then says why. */
  readonly peer: number | null
  readonly ratio: number | null
  readonly aim: string
  readonly note?: string
}

process.chdir(join(import.meta.dirname, '..'))
const args = process.argv.slice(2)
const json = args.includes('--json')
const name = args.find((arg) => !arg.startsWith('-'))
const names = globSync('bench/*.ts')
  .map((file) => basename(file, '.ts'))
  .sort()
if (name === undefined || !existsSync(`bench/${name}.ts`)) {
  process.stderr.write(`usage: npm run --silent bench -- NAME [--json]\nthere are: ${names.join(', ')}\n`)
  process.exit(2)
}
const { measure } = (await import(new URL(`../bench/${name}.ts`, import.meta.url).href)) as {
  measure: (progress: (line: string) => void) => Promise<readonly Row[]>
}
const provenance = provenanceNow() // before the bench makes the machine busy
const rows = await measure((line) => process.stderr.write(`${line}\n`))
if (json) {
  process.stdout.write(`${JSON.stringify({ provenance, rows }, null, 2)}\n`)
} else {
  const figure = (value: number | null): string =>
    value === null ? '–' : value.toLocaleString('en', { maximumSignificantDigits: 4 })
  for (const { claim, unit, ours, peer, ratio, aim, note } of rows) {
    const loss = (ratio ?? 1) < 1 ? ': the peer is better' : ''
    const verdict = ratio === null ? '' : ` ratio ${ratio.toFixed(2)}${loss}`
    process.stdout.write(`${claim}\n  ours ${figure(ours)} ${unit}, peer ${figure(peer)}${verdict}, aim ${aim}\n`)
    if (note !== undefined) process.stdout.write(`  ${note}\n`)
  }
}
process.exit(0)
