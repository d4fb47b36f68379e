/**
 * Long runs that CI has no time for: `npm run soak [-- NAME]`. Each prints what it did; a failure names the seed.
 *
 *   decoder   a million mutated datagrams, also of the shared captures
 *   bgp       a million mutated messages
 *   grasp     a million mutated messages
 *   channel   a million changed packets to live sessions, replayed tickets, random lives of sessions
 *   kills     the store's kill -9 tests, again and again
 */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { fuzz as fuzzBgp } from '../packages/bgp/test/fuzz.ts'
import { chaos } from '../packages/channel/test/chaos.ts'
import { fuzz as fuzzChannel, fuzzFrames, replayTickets } from '../packages/channel/test/fuzz.ts'
import { fuzz as fuzzFlow } from '../packages/flow/test/fuzz.ts'
import { fuzz as fuzzGrasp } from '../packages/grasp/test/fuzz.ts'
import { dataPath } from './needs.ts'

process.chdir(new URL('..', import.meta.url).pathname)

const soaks: Readonly<Record<string, () => void>> = {
  decoder() {
    const folder = dataPath('flow')
    const captures = existsSync(folder)
      ? globSync(`${folder}/**/*.dat`).map((file) => new Uint8Array(readFileSync(file)))
      : []
    process.stdout.write(`decoder: own datagrams and ${captures.length} captured ones\n`)
    for (let seed = 1; seed <= 20; seed++) {
      const clock = (): number => performance.now()
      const { datagrams, malformed, rows, worst, worstMs } = fuzzFlow({ count: 50_000, seed, captures, clock })
      const longest = `longest ${worstMs.toFixed(1)} ms for ${worst.length} octets`
      process.stdout.write(
        `  seed ${seed}: ${datagrams} datagrams, ${malformed} malformed, ${rows} rows, none threw, ${longest}\n`,
      )
    }
  },
  bgp: () => inPortions((count, seed) => fuzzBgp(count, seed)),
  grasp: () => inPortions((count, seed) => fuzzGrasp(count, seed)),
  channel() {
    inPortions((count, seed) => fuzzChannel(count, seed))
    inPortions((count, seed) => replayTickets(count, seed))
    process.stdout.write(`  frames of a lying peer: ${JSON.stringify(fuzzFrames(100_000, 1))}\n`)
    const lives = Array.from({ length: 1000 }, (_, index) => chaos(index + 1))
    const octets = lives.reduce((sum, life) => sum + life.octets, 0)
    const cuts = lives.reduce((sum, life) => sum + life.cuts, 0)
    process.stdout.write(`  1000 lives: ${octets} octets over ${cuts} cuts, each once and in order\n`)
  },
  kills() {
    for (let round = 1; round <= 10; round++) {
      const { status } = spawnSync(process.execPath, ['--test', 'packages/store/test/kill.system.test.ts'], {
        stdio: 'inherit',
      })
      if (status !== 0) throw new Error(`round ${round} failed`)
    }
  },
}

/** A million in portions with a seed each. */
function inPortions(fuzz: (count: number, seed: number) => unknown): void {
  for (let seed = 1; seed <= 20; seed++) process.stdout.write(`  seed ${seed}: ${JSON.stringify(fuzz(50_000, seed))}\n`)
}

const [only] = process.argv.slice(2)
if (only !== undefined && !Object.hasOwn(soaks, only)) {
  process.stderr.write(`no soak "${only}"; there are ${Object.keys(soaks).join(', ')}\n`)
  process.exit(2)
}
for (const [name, soak] of Object.entries(soaks)) {
  if (only !== undefined && only !== name) continue
  const started = performance.now()
  soak()
  process.stdout.write(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s\n`)
}
