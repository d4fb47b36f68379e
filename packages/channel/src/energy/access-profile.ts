/**
 * What the radio of an access network takes, and how it sleeps. Figures of `wifi` and `lte` are those of Huang et al.,
 * "A Close Examination of Performance and Power Characteristics of 4G LTE Networks" (MobiSys 2012), table 3; those of
 * `5g` and `geo` are assumptions. Devices differ by a factor of two: good for comparing, not for sizing a battery.
 * @module
 */

/** How a radio sleeps: as much of it as the other side of a session must know. Milliseconds. */
export interface SleepPlan {
  /** After the last packet the receiver stays on for so long: what goes then costs only its octets. */
  readonly awakeFor: number
  /** From the first octet to send until a sleeping radio sends it. */
  readonly wakeMs: number
  /** How long the network may keep a packet for a sleeping radio, until it listens again (DRX, DTIM, TWT). */
  readonly wakePeriod: number
  /** Between keepalives. Many NATs forget a UDP binding after 30 s (RFC 4787 REQ-5 asks for two minutes). */
  readonly beat: number
  /** Tolerant content without a deadline waits at most for so long. */
  readonly holdAtMost: number
}

export interface AccessProfile extends SleepPlan {
  /** To leave idle. */
  readonly wakeJoules: number
  /** After the last packet until the radio is idle, milliseconds; and what it takes meanwhile, above idle. */
  readonly tailMs: number
  readonly tailWatts: number
  readonly joulesPerOctet: number
}

/** Below 30 s, with room for a probe that is lost and sent again. */
const beat = 25_000

export const accessProfiles = {
  wifi: {
    awakeFor: 100,
    wakeMs: 79,
    wakePeriod: 308,
    beat,
    holdAtMost: 30_000,
    wakeJoules: 0.0098,
    tailMs: 238,
    tailWatts: 0.119,
    joulesPerOctet: 2.3e-6,
  },
  lte: {
    awakeFor: 100,
    wakeMs: 260,
    wakePeriod: 1280,
    beat,
    holdAtMost: 60_000,
    wakeJoules: 0.315,
    tailMs: 11_576,
    tailWatts: 1.06,
    joulesPerOctet: 3.5e-6,
  },
  '5g': {
    awakeFor: 100,
    wakeMs: 150,
    wakePeriod: 1280,
    beat,
    holdAtMost: 60_000,
    wakeJoules: 0.25,
    tailMs: 10_000,
    tailWatts: 0.8,
    joulesPerOctet: 1e-6,
  },
  geo: {
    awakeFor: 700,
    wakeMs: 1500,
    wakePeriod: 2560,
    beat,
    holdAtMost: 60_000,
    wakeJoules: 4,
    tailMs: 5000,
    tailWatts: 2.5,
    joulesPerOctet: 2e-5,
  },
} as const satisfies Readonly<Record<string, AccessProfile>>

export type AccessName = keyof typeof accessProfiles
export const accessNames = Object.keys(accessProfiles) as readonly AccessName[] // sound: they are its own keys

/** Joules to send a few octets over a radio that sleeps. */
export const joulesOfWake = ({ wakeJoules, tailMs, tailWatts }: AccessProfile): number =>
  wakeJoules + (tailMs * tailWatts) / 1000
