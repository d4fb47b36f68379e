/** Device agents: what telemetry costs and how soon it is known, how soon traffic follows a class. */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import type { Row } from '../scripts/bench.ts'
import { type HubLoad, hubLoad } from './telemetry/hub-load.ts'
import { labFigures } from './telemetry/lab-figures.ts'

const moves = 30
const noteOf = ({ userShare, accepted, expected, relayedPerSecond }: HubLoad): string =>
  `${round(userShare * 100)} of it user time; ${accepted} of ${expected} taken; ${round(relayedPerSecond / 1e6)} MB/s passed on`
const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))]!
const worst = (values: readonly number[]): number => Math.max(...values)
const round = (value: number): number => Math.round(value * 10) / 10

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  progress('the controller under 200 agents')
  const hub = { devices: 200, linksOfEach: 5, seconds: 15 } as const
  const load = await hubLoad({ ...hub, port: 17_901, takes: 'links' })
  const whole = await hubLoad({ ...hub, port: 17_903, takes: 'links and views' })
  progress('BIRD')
  const bird = printedBy('telemetry/bird-moves.ts', String(moves)) as BirdMoves
  const carried = printedBy('../apps/device/test/fixtures/bird-reflector.ts') as Carried
  const lab = await labFigures(moves, progress)
  const alone = { peer: null, ratio: null } as const
  return [
    {
      ...alone,
      claim: '1,000 links and 200 devices x top-64 at 1 Hz, links passed on to all 200',
      unit: '% of a core',
      ours: round(load.share * 100),
      aim: '<= 10',
      note: noteOf(load),
    },
    {
      ...alone,
      claim: 'the same, views passed on to all 200, too',
      unit: '% of a core',
      ours: round(whole.share * 100),
      aim: '<= 10',
      note: noteOf(whole),
    },
    {
      claim: 'a second of it on the wire, towards the controller',
      unit: 'octets',
      ours: load.octets,
      peer: load.jsonOctets,
      ratio: load.jsonOctets / load.octets,
      aim: '>= 5 (the peer is the same as JSON)',
    },
    row('a change of 20 % is known to every other agent, worst of 5', lab.calm, worst, '<= 1000'),
    row('congestion is known to every other agent, worst of 5', lab.congested, worst, '<= 200'),
    {
      ...row(`FRR: from the request to the first packet on the new link, p95 of ${moves}`, lab.moves, p95, '<= 300'),
      note: `p50 ${round(quantile(lab.moves, 0.5))}; ${lab.lost} of ${lab.sent} packets lost, ${lab.late} out of order; ${lab.wrongMeds} wrong MEDs`,
    },
    {
      ...row(`BIRD: from the request to the first packet on the new link, p95 of ${moves}`, bird.delays, p95, '<= 100'),
      note: `p50 ${round(quantile(bird.delays, 0.5))}; ${bird.lost} of ${bird.sent} packets lost, ${bird.late} out of order; ${bird.wrong} wrong MEDs`,
    },
    {
      ...alone,
      claim: 'packets lost and out of order at 2,000 a second, all moves',
      unit: 'packets',
      ours: lab.lost + lab.late + bird.lost + bird.late,
      aim: '0',
      note: `of ${lab.sent + bird.sent}; ${lab.overflowed + bird.overflowed} more came, and the receiver's socket had no room for them`,
    },
    {
      ...row('a change through an unmodified BIRD as reflector, worst of 19', carried.delays, worst, '<= 1000'),
      note: `by an attribute of ${carried.octets} octets on a route, and by two large communities beside it`,
    },
    row('undo: until the neighbour is told the baseline', [lab.undone], worst, '<= 1000'),
    row('kill -9 of the agent: until the neighbour has the baseline', [lab.afterKill], worst, `<= ${lab.holdTime}`),
  ]

  function row(claim: string, values: readonly number[], of: (values: readonly number[]) => number, aim: string): Row {
    return { ...alone, claim, unit: 'ms', ours: round(of(values)), aim }
  }
}

const p95 = (values: readonly number[]): number => quantile(values, 0.95)

interface BirdMoves {
  readonly delays: readonly number[]
  readonly wrong: number
  readonly lost: number
  readonly overflowed: number
  readonly late: number
  readonly sent: number
}
interface Carried {
  readonly delays: readonly number[]
  readonly octets: number
}

/** What a script prints last that runs in a network namespace of its own. */
function printedBy(script: string, ...words: readonly string[]): unknown {
  const command = ['-Urn', process.execPath, resolve(import.meta.dirname, script), ...words]
  const { stdout, stderr, status } = spawnSync('unshare', command, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${script}: ${stderr}`)
  return JSON.parse(stdout.trim().split('\n').at(-1)!)
}
