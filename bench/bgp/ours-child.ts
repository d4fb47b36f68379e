/** Our speaker as an agent runs it: answers how many routes it has, and how long its main thread was held up at worst. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { startSpeaker } from '@vagus/speaker'

const speaker = await startSpeaker(
  {
    as: 65002,
    identifier: '10.9.1.1',
    listen: [{ address: '10.9.1.1', port: 179 }],
    peers: [{ name: 'raw', address: '10.9.1.2', as: 65001, mode: 'passive', families: ['ipv4-unicast'] }],
    locRib: process.argv[2] === 'adj-in' ? 'off' : 'on',
  },
  () => undefined,
)
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
/** Milliseconds of processor time that this thread itself took between two looks, at most. */
let ownWork = 0
let before = process.threadCpuUsage()
setInterval(() => {
  const used = process.threadCpuUsage(before)
  ownWork = Math.max(ownWork, (used.user + used.system) / 1000)
  before = process.threadCpuUsage()
}, 1)
process.on('message', (message) => {
  if (message === 'reset') {
    delay.reset()
    ownWork = 0
    return
  }
  void (async () => {
    const [peer] = await speaker.peers()
    const received = peer?.received['ipv4-unicast'] ?? 0
    const best =
      process.argv[2] === 'adj-in'
        ? received
        : (await speaker.routes({ of: { table: 'loc-rib' }, family: 'ipv4-unicast', limit: 1 })).total
    process.send!({ routes: Math.min(received, best), stall: delay.max / 1e6 - 1, ownWork })
  })()
})
process.send!('ready')
