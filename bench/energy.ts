/**
 * Radios of battery-powered agents: tolerant messages that wait for each other, against the same engine that sends at
 * once. Simulated time and modelled joules, so every run gives the same; the profiles are in
 * packages/channel/src/energy/access-profile.ts.
 * @module
 */
import { accessNames } from '../packages/channel/src/index.ts'
import type { Row } from '../scripts/bench.ts'
import { type Day, dayOf, type DayOptions, idleDay } from './energy/day.ts'

const hours = 24
const seed = 1
const names = { wifi: 'Wi-Fi', lte: 'LTE', '5g': '5G', geo: 'GEO' } as const

type Pair = Readonly<Record<'ours' | 'peer', Day>>

export async function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  const days = accessNames.map((access) => {
    progress(`a day over ${names[access]}`)
    return { where: names[access], ...pairOf({ access, control: access === 'geo' ? 2500 : 1000 }) }
  })
  progress('a day over LTE with loss')
  const lossy = pairOf({ access: 'lte', control: 1000, loss: 0.01, telemetry: 'stream' })
  progress('a day over LTE with control messages that have 100 ms')
  const hasty = pairOf({ access: 'lte', control: 100 })
  progress('five sessions without a message')
  return [
    ...days.map(wakesRow),
    ...days.map(joulesRow),
    ...idleRows(),
    {
      claim: 'a day over LTE that loses 1 %, telemetry on streams: messages that are late',
      unit: `of ${lossy.ours.messages}`,
      ours: lossy.ours.late,
      peer: lossy.peer.late,
      ratio: null,
      aim: 'as few',
      note: `wakes/h ${perHour(lossy.ours, 'wakes')} and ${perHour(lossy.peer, 'wakes')}. What is late are datagrams of control and of news that were lost`,
    },
    {
      claim: 'a day over LTE, control messages with a deadline of 100 ms: messages that are late',
      unit: `of ${hasty.ours.messages}`,
      ours: hasty.ours.late,
      peer: hasty.peer.late,
      ratio: null,
      aim: 'none: it takes 260 ms out of idle',
      note: 'sent at once, the telemetry keeps the radio out of idle, for 1.06 W',
    },
  ]
}

const pairOf = (options: Pick<DayOptions, 'access' | 'control' | 'loss' | 'telemetry'>): Pair => ({
  ours: dayOf({ ...options, mode: 'told', seed, hours }),
  peer: dayOf({ ...options, mode: 'at once', seed, hours }),
})

const perHour = ({ taken, hours: count }: Day, what: 'wakes' | 'fromIdle' | 'joules'): number =>
  Math.round((10 * taken[what]) / count) / 10

const wakesRow = ({ where, ours, peer }: Pair & { readonly where: string }): Row => ({
  claim: `a day over ${where}: telemetry every 2 s, calls, bursts of control: wakes of the radio`,
  unit: 'wakes/h',
  ours: perHour(ours, 'wakes'),
  peer: perHour(peer, 'wakes'),
  ratio: peer.taken.wakes / ours.taken.wakes,
  aim: '>= 3x fewer, no further message late',
  note: `late ${ours.late} and ${peer.late} of ${ours.messages} messages; out of idle ${perHour(ours, 'fromIdle')} and ${perHour(peer, 'fromIdle')} wakes/h; telemetry waits ${seconds(ours.telemetry.median)} (median), ${seconds(ours.telemetry.longest)} at most`,
})

const joulesRow = ({ where, ours, peer }: Pair & { readonly where: string }): Row => ({
  claim: `the same day over ${where}: joules of the model above idle`,
  unit: 'J/h',
  ours: perHour(ours, 'joules'),
  peer: perHour(peer, 'joules'),
  ratio: peer.taken.joules / ours.taken.joules,
  aim: 'fewer',
  note: `not idle ${share(ours)} and ${share(peer)} of the time`,
})

const idleRows = (): readonly Row[] =>
  ([['wifi'], ['lte'], ['lte', 100_000]] as const).map(([access, beat]): Row => {
    const options = { access, sessions: 5, hours, ...(beat && { beat }) }
    const [ours, peer] = [idleDay({ ...options, mode: 'told' }), idleDay({ ...options, mode: 'at once' })]
    const [joules, others] = [ours, peer].map((each) => (each.joules / hours).toFixed(1))
    const often = beat === undefined ? '' : `, every ${beat / 1000} s (--energy lte/100s)`
    return {
      claim: `five sessions without a message over ${names[access]}: wakes for keepalives${often}`,
      unit: 'wakes/h',
      ours: ours.wakes / hours,
      peer: peer.wakes / hours,
      ratio: peer.wakes / ours.wakes,
      aim: 'fewer',
      note: `${joules} and ${others} J/h`,
    }
  })

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`
const share = ({ taken, hours: count }: Day): string => `${((100 * taken.busyMs) / (count * 3_600_000)).toFixed(1)} %`
