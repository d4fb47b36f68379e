/**
 * Generates code that sets `ts` and `te` to the start and end of a flow, in milliseconds since 1970.
 *
 *   flowStart/EndSysUpTime      uptime, modulo 2^32 ms: counted back from the export time (RFC 3954 §8)
 *   …Seconds, …Milliseconds     since 1970 (RFC 7011 §6.1.7, §6.1.8)
 *   …Microseconds, …Nanoseconds NTP format, seconds since 1900 and a fraction (RFC 7011 §6.1.9, §6.1.10)
 *   …DeltaMicroseconds          before the export time
 *
 * A missing time is derived from a duration, the observation time, the other time, or the export time. A time more than
 * a day after the export time is limited to one day after it.
 * @module
 */
import type { Layout } from '../layout.ts'
import type { Role } from '../registry.ts'
import { at, whole } from './fields.ts'

export function timeLines({ places }: Layout): readonly string[] {
  const start = timeOf(places, 'start')
  const end = timeOf(places, 'end')
  const duration = durationOf(places)
  const observed = observedOf(places)
  const uptime = places.get('initTime')
  return [
    // Some IPFIX exporters state their start time in every record (element 160).
    ...(uptime ? [`const init=${whole(uptime)};if(init>0&&init<=xt)up=(xt-init)%4294967296;`] : []),
    // If the exporter's uptime is unknown, the flow is assumed to end at the export time.
    ...(places.has('endUptime') ? [`const u=up<0?${whole(places.get('endUptime')!)}:up;`] : []),
    ...(!places.has('endUptime') && places.has('startUptime')
      ? [`const u=up<0?${whole(places.get('startUptime')!)}:up;`]
      : []),
    `let ts=${start ?? '0'};let te=${end ?? '0'};`,
    ...(start === undefined && end !== undefined ? [`ts=te${duration ? `-${duration}` : ''};`] : []),
    ...(end === undefined && start !== undefined ? [`te=ts${duration ? `+${duration}` : ''};`] : []),
    ...(start === undefined && end === undefined ? [`ts=te=${observed ?? 'xt'};`] : []),
    'if(!(ts>0))ts=te>0?te:xt;if(!(te>0))te=ts;',
    `if(te>xt+${dayMs})te=xt+${dayMs};if(ts>xt+${dayMs})ts=te;`,
  ]
}

/** One day. A flow that ends later after its export has a wrong time, or its exporter a wrong clock. */
export const dayMs = 86_400_000

type Places = Layout['places']

function timeOf(places: Places, which: 'start' | 'end'): string | undefined {
  const milliseconds = places.get(`${which}Milliseconds`)
  if (milliseconds) return whole(milliseconds)
  const ntp = places.get(`${which}Ntp`)
  if (ntp) return ntpOf(`v.getUint32(${at(ntp)})`, `v.getUint32(${at(ntp, 4)})`)
  const seconds = places.get(`${which}Seconds`)
  if (seconds) return `${whole(seconds)}*1000`
  const delta = places.get(`${which}Delta`)
  if (delta) return `Math.floor(xt-${whole(delta)}/1000)`
  const uptime = places.get(`${which}Uptime`)
  return uptime && `xt-(u-${whole(uptime)}|0)`
}

/**
 * The NTP epoch 1900 is 2,208,988,800 s before 1970. The 32-bit era ends in 2036, so seconds are taken modulo 2^32. All
 * zeros mean no time (RFC 5905 §6).
 */
const ntpOf = (seconds: string, fraction: string): string =>
  `((${seconds}|${fraction})===0?0:(${seconds}-2208988800>>>0)*1000+Math.floor(${fraction}/4294967.296))`

function durationOf(places: Places): string | undefined {
  const milliseconds = places.get('durationMilliseconds')
  if (milliseconds) return whole(milliseconds)
  const microseconds = places.get('durationMicroseconds')
  return microseconds && `Math.floor(${whole(microseconds)}/1000)`
}

function observedOf(places: ReadonlyMap<Role, Parameters<typeof whole>[0]>): string | undefined {
  const milliseconds = places.get('observedMilliseconds')
  if (milliseconds) return whole(milliseconds)
  const ntp = places.get('observedNtp')
  if (ntp) return ntpOf(`v.getUint32(${at(ntp)})`, `v.getUint32(${at(ntp, 4)})`)
  const seconds = places.get('observedSeconds')
  return seconds && `${whole(seconds)}*1000`
}
