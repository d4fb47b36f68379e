/**
 * The controller's telemetry alone, to be looked at closely: `node bench/telemetry/hub-alone.ts [SECONDS [PROFILE]]`,
 * where PROFILE-links and PROFILE-views become profiles of the controller's process.
 * @module
 */
import { hubLoad } from './hub-load.ts'

const [seconds = '15', profile] = process.argv.slice(2)
const percent = (value: number): string => `${(value * 100).toFixed(1)} %`

for (const [part, takes] of [
  ['links', 'links'],
  ['views', 'links and views'],
] as const) {
  const { share, userShare, accepted, expected, relayedPerSecond } = await hubLoad({
    devices: 200,
    linksOfEach: 5,
    port: 17_905,
    seconds: Number(seconds),
    takes,
    ...(profile === undefined ? {} : { profile: `${profile}-${part}` }),
    onBegin: (pid) => console.log(`process ${pid}`),
  })
  const passed = (relayedPerSecond / 1e6).toFixed(1)
  console.log(
    `${takes}: ${percent(share)} of a core, ${percent(userShare)} user; ${accepted} of ${expected} taken, ${passed} MB/s passed on`,
  )
}
