/**
 * How the radio of one end sleeps, told to the other: the notice `sleep`, in milliseconds.
 *
 *   5 sleep   awake 4  wake 4  period 4  beat 4  hold 4   as `SleepPlan`; a beat of 0: it does not sleep
 * @module
 */
import type { SleepPlan } from '@vagus/channel'
import { decode, encode, struct, uint32 } from '@vagus/wire'

/** A peer is believed within these bounds: it decides how long what is for it waits, and when it would be missed. */
const bounds = {
  awakeFor: [0, 10_000],
  wakeMs: [0, 10_000],
  wakePeriod: [0, 60_000],
  // Longer than a beat nothing comes, and a session without a packet ends after 120 s.
  beat: [5000, 100_000],
  holdAtMost: [0, 300_000],
} as const satisfies Readonly<Record<keyof SleepPlan, readonly [number, number]>>

const notice = struct({ awakeFor: uint32, wakeMs: uint32, wakePeriod: uint32, beat: uint32, holdAtMost: uint32 })
const awake: SleepPlan = { awakeFor: 0, wakeMs: 0, wakePeriod: 0, beat: 0, holdAtMost: 0 }

/** @param plan undefined: it does not sleep */
export const encodeSleep = ({ awakeFor, wakeMs, wakePeriod, beat, holdAtMost }: SleepPlan = awake): Uint8Array =>
  encode(notice, { awakeFor, wakeMs, wakePeriod, beat, holdAtMost })

/** `undefined`: it does not sleep, or says so in a way of a later version. */
export function decodeSleep(octets: Uint8Array): SleepPlan | undefined {
  let told: SleepPlan
  try {
    told = decode(notice, octets)
  } catch {
    return undefined
  }
  if (told.beat === 0) return undefined
  const within = (name: keyof SleepPlan): number => Math.min(Math.max(told[name], bounds[name][0]), bounds[name][1])
  return {
    awakeFor: within('awakeFor'),
    wakeMs: within('wakeMs'),
    wakePeriod: within('wakePeriod'),
    beat: within('beat'),
    holdAtMost: within('holdAtMost'),
  }
}
