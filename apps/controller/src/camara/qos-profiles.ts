/** QoS profiles of vagus.yaml as the API qos-profiles tells them. @module */
import { type CamaraConfig, camaraRate } from '@vagus/api/camara'
import { parseDuration } from '@vagus/api/duration'

export type Profile = CamaraConfig['profiles'][number]

/**
 * A line holds its rate both ways, and no packet exceeds it: so it is target and most at once. The delay is the whole way,
 * between the edges of both ends.
 */
export function profileResource({ name, description, rate, maxDelayMs, minDuration, maxDuration, status }: Profile) {
  const told = camaraRate(rate)! // sound: the schema of vagus.yaml takes no others
  const seconds = (text: string) => ({ value: parseDuration(text) / 1000, unit: 'Seconds' as const })
  return {
    name,
    ...(description === undefined ? {} : { description }),
    status,
    targetMinUpstreamRate: told,
    maxUpstreamRate: told,
    targetMinDownstreamRate: told,
    maxDownstreamRate: told,
    minDuration: seconds(minDuration),
    maxDuration: seconds(maxDuration),
    ...(maxDelayMs === undefined ? {} : { packetDelayBudget: { value: maxDelayMs, unit: 'Milliseconds' as const } }),
  }
}

/** Seconds, both within. */
export const durationsOf = ({ minDuration, maxDuration }: Profile) => ({
  least: parseDuration(minDuration) / 1000,
  most: parseDuration(maxDuration) / 1000,
})
