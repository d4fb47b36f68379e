/**
 * Long runs that CI has no time for: `npm run --silent soak [-- NAME [PORTIONS [FIRST-SEED]]]`. Each prints what it did; a
 * failure names the seed. A portion is 50,000 messages of its own seed; `grasp 400` plays ten million mutations of octets
 * and as many of structure.
 *
 *   decoder   a million mutated datagrams, also of the shared captures
 *   bgp       20 portions of mutated messages, also of the shared captures; `bgp 200` plays ten million
 *   grasp     20 portions of mutated messages
 *   netconf   20 portions of mutated messages, framed and cut
 *   brski     a tenth of that: mutated vouchers and requests, whose signatures take their time
 *   access    20 portions of decisions, and as many of texts, by our Cedar and Cedar's own
 *   intent    20 portions of mutated sets of intents
 *   mls       20 portions of random lives of groups with shared keys, and of lies of their members
 *   intents   a lab of FRR whose border fills while prefixes are pinned and MEDs frozen
 *   nat       agents behind every kind of NAT and proxy with each other: direct paths, and a stream that loses nothing
 *   vehicles  three drives of eight vehicles between cells and dead spots, beside MQTT: each order once and in order
 *   divert    three runs of schedulers that divert work: asking the network pays, and kill -9 loses nothing
 *   channel   a million changed packets to live sessions, replayed tickets, random lives of sessions
 *   flood     first messages from everywhere to one agent, 2,000 to 20,000 a second, while honest ones come
 *   conformance   the MCP conformance kit, directly and through two side-cars: the same outcome
 *   groups    20 lives of a group of 16: kills, cuts, partitions, changes of the roster; what a change costs; how soon a
 *             group goes on after crashes
 *   properties   the unit tests that state properties, with 20 other seeds
 *   kills     the store's kill -9 tests, again and again
 *   package   the Debian packages, built twice: the same octets, and what lintian says; npm fetches what is for arm64
 *   energy    the packets of an idle pair of side-cars, without --energy and with; five minutes each, as root
 */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { MessageFramer } from '@vagus/bgp'
import { readSegments } from '../packages/bgp/test/capture-file.ts'
import { compareDecisions, compareTexts } from '../packages/access/test/cedar-oracle.ts'
import { compareConformance } from '../apps/sidecar/test/conformance.ts'
import { flood } from '../packages/agent/test/flood.ts'
import { fuzz as fuzzBgp } from '../packages/bgp/test/fuzz.ts'
import { chaos } from '../packages/channel/test/chaos.ts'
import { fuzz as fuzzChannel, fuzzFrames, replayTickets } from '../packages/channel/test/fuzz.ts'
import { fuzz as fuzzFlow } from '../packages/flow/test/fuzz.ts'
import { fuzz as fuzzGrasp } from '../packages/grasp/test/fuzz.ts'
import { chaos as liveGroup } from '../packages/groups/test/chaos.ts'
import { changeTraffic, goesOnAfter } from '../packages/groups/test/traffic.ts'
import { fuzz as fuzzIntents } from '../packages/intent/test/fuzz.ts'
import { fuzz as fuzzGroups } from '../packages/mls/test/fuzz.ts'
import { live } from '../packages/mls/test/lives.ts'
import { fuzz as fuzzNetconf } from '../packages/netconf/test/fuzz.ts'
import { fuzz as fuzzBrski } from '../packages/pki/test/fuzz.ts'
import { playDivert } from '../apps/lab/test/divert-soak.ts'
import { playIntents } from '../apps/lab/test/intents-soak.ts'
import { playNats } from '../apps/lab/test/nat-soak.ts'
import { playVehicles } from '../apps/lab/test/vehicles-soak.ts'
import { packTwice } from '../test/package-soak.ts'
import { dataPath } from './needs.ts'
import { runTogether } from './run-files.ts'

process.chdir(join(import.meta.dirname, '..'))

const [only, portionsText = '20', firstSeedText = '1'] = process.argv.slice(2)
const portions = Number(portionsText)
const firstSeed = Number(firstSeedText)

const soaks: Readonly<Record<string, () => void | Promise<void>>> = {
  conformance,
  package: () => packTwice((line) => void process.stdout.write(`  ${line}\n`)),
  nat: () => playNats((line) => void process.stdout.write(`nat: ${line}\n`)),
  vehicles: () =>
    playVehicles([firstSeed, firstSeed + 1, firstSeed + 2], (line) => void process.stdout.write(`vehicles: ${line}\n`)),
  divert: () =>
    playDivert([firstSeed, firstSeed + 1, firstSeed + 2], (line) => void process.stdout.write(`divert: ${line}\n`)),
  intents: () => playIntents((line) => void process.stdout.write(`intents: ${line}\n`)),
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
  bgp() {
    const folder = dataPath('bgp')
    const captures = existsSync(folder)
      ? globSync(`${folder}/{tcpdump/*,gobgp-bad-len/*}`).flatMap((file) => messagesOf(file))
      : []
    process.stdout.write(`bgp: own messages and ${captures.length} captured ones\n`)
    inPortions((count, seed) => fuzzBgp(count, seed, captures))
  },
  grasp: () => inPortions((count, seed) => fuzzGrasp(count, seed)),
  netconf: () => inPortions((count, seed) => fuzzNetconf(count, seed)),
  intent: () => inPortions((count, seed) => fuzzIntents(count, seed)),
  brski: () => inPortions((count, seed) => fuzzBrski(count / 10, seed)),
  access() {
    inPortions((count, seed) => ({ ...compareDecisions(count, seed), ...compareTexts(count, seed) }))
  },
  channel() {
    inPortions((count, seed) => fuzzChannel(count, seed))
    inPortions((count, seed) => replayTickets(count, seed))
    process.stdout.write(`  frames of a lying peer: ${JSON.stringify(fuzzFrames(100_000, 1))}\n`)
    const lives = Array.from({ length: 1000 }, (_, index) => chaos(index + 1, index % 2 === 0 ? 'awake' : 'asleep'))
    const octets = lives.reduce((sum, life) => sum + life.octets, 0)
    const cuts = lives.reduce((sum, life) => sum + life.cuts, 0)
    process.stdout.write(`  1000 lives: ${octets} octets over ${cuts} cuts, each once and in order\n`)
  },
  mls() {
    inPortions((count, seed) => fuzzGroups(count / 100, seed))
    const lives = Array.from({ length: 100 }, (_, index) => live(index + 1, 100, 12 + (index % 30)))
    const sum = (name: 'epochs' | 'forks' | 'external' | 'messages'): number =>
      lives.reduce((total, counts) => total + counts[name], 0)
    process.stdout.write(
      `  100 lives: ${sum('epochs')} epochs, ${sum('forks')} forks, ${sum('external')} external commits, `,
    )
    process.stdout.write(`${sum('messages')} messages, all members agreed\n`)
  },
  async flood() {
    for (const perSecond of [2000, 5000, 20_000]) {
      const { sent, answers, retries, cpu, grown, honest, tried } = await flood(10, perSecond)
      const took = honest.toSorted((a, b) => a - b).map((each) => Math.round(each))
      process.stdout.write(
        `  ${sent} sent in 10 s: ${answers} answered, ${retries} cookies, ${Math.round(cpu)} ms of a core, ` +
          `${Math.round(grown)} MiB more; ${took.length} of ${tried} honest got in, within ` +
          `${took[took.length >> 1]} ms (half), ${took.at(-1)} ms (all)\n`,
      )
      if (answers > 1000 || grown > 200 || took.length < tried) throw new Error('the flood did harm')
    }
  },
  groups() {
    for (let seed = firstSeed; seed < firstSeed + portions; seed++)
      process.stdout.write(`  seed ${seed}: ${JSON.stringify(liveGroup(16, 60, seed))}, each once and in order\n`)
    for (const count of [4, 9, 16, 32]) {
      const { quiet, one, all } = changeTraffic(count)
      const keys = ({ key, keyed }: typeof one): string =>
        `${key.frames + keyed.frames} frames, ${key.octets + keyed.octets} octets`
      process.stdout.write(
        `  of ${count} one is put out: ${keys(quiet)} of keys; when one speaks ${keys(one)}, when all do ${keys(all)} more; ` +
          `a scheme in which each acknowledges each change: ${2 * (count - 2)} frames at once\n`,
      )
    }
    for (const [count, crashed] of [
      [16, 1],
      [16, 5],
      [33, 8],
    ] as const)
      process.stdout.write(
        `  of ${count} ${crashed} crashed: the others had a message after ${goesOnAfter(count, crashed)} ms\n`,
      )
  },
  energy() {
    const program = join('apps', 'sidecar', 'test', 'fixtures', 'idle-pair.ts')
    for (const energy of [[], ['--energy', 'lo=lte']]) {
      const { status, stdout } = spawnSync('unshare', ['-n', process.execPath, program, '300', ...energy], {
        stdio: ['ignore', 'pipe', 'inherit'],
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(`the idle pair ended with ${String(status)}`)
      process.stdout.write(`  ${energy.join(' ') || 'at once'}: ${stdout}\n`)
    }
  },
  async properties() {
    const files = globSync(['test/*.test.ts', '{packages,apps}/*/test/**/*.test.ts']).filter(
      (file) => !/\.(system|browser)\.test\.ts$/.test(file) && readFileSync(file, 'utf8').includes("'fast-check'"),
    )
    // The seed 1 is that of `npm test`.
    for (let seed = firstSeed + 1; seed <= firstSeed + portions; seed++) {
      process.env['VAGUS_SEED'] = `${seed}`
      const outcomes = [...(await runTogether(files.sort(), availableParallelism())).values()]
      const sum = (name: 'passed' | 'failed'): number => outcomes.reduce((total, outcome) => total + outcome[name], 0)
      process.stdout.write(`  seed ${seed}: ${sum('passed')} passed, ${sum('failed')} failed\n`)
      if (sum('failed') > 0) throw new Error(`VAGUS_SEED=${seed} npm test -- unit repeats that`)
    }
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

/** Whole messages of a capture, or the file itself where it is none. */
function messagesOf(file: string): readonly Uint8Array[] {
  if (!/\.pcap(ng)?$/.test(file)) return [new Uint8Array(readFileSync(file))]
  return readSegments(file).flatMap((segment) => {
    const found: Uint8Array[] = []
    new MessageFramer().push(segment, (octets) => void found.push(octets.slice()))
    return found
  })
}

function inPortions(fuzz: (count: number, seed: number) => unknown): void {
  // Every other message is refused with an error: keeping the stack of each would take a third of the time.
  Error.stackTraceLimit = 0
  for (let seed = firstSeed; seed < firstSeed + portions; seed++) {
    const result = JSON.stringify(fuzz(50_000, seed))
    process.stdout.write(`  seed ${seed}: ${result}, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB\n`)
  }
}

async function conformance(): Promise<void> {
  const { checks, passed, different } = await compareConformance([])
  process.stdout.write(
    `  ${checks} checks, ${passed} passed directly, ${different.length} otherwise through side-cars\n`,
  )
  for (const line of different) process.stdout.write(`  ${line}\n`)
  if (checks === 0 || different.length > 0) throw new Error('the outcomes differ, or there are none')
}

if (only !== undefined && !Object.hasOwn(soaks, only)) {
  process.stderr.write(`no soak "${only}"; there are ${Object.keys(soaks).join(', ')}\n`)
  process.exit(2)
}
for (const [name, soak] of Object.entries(soaks)) {
  if (only !== undefined && only !== name) continue
  const started = performance.now()
  await soak()
  process.stdout.write(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s\n`)
}
