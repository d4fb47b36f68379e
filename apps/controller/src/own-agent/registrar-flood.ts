/** Tells the members of the domain where its registrar is, so that those with join proxies take newcomers to it (RFC 8995 §4.3). @module */
import type { ServiceAgent } from '@vagus/asa'
import type { Locator } from '@vagus/grasp'
import { anJoinRegistrar, estTls, joinFloods } from '@vagus/grasp/objectives'

/** Milliseconds between looks whether somebody came. */
const lookMs = 500

/** Until what it returns is called. `came` counts neighbours that came: each is told at once, and then all every minute. */
export function floodRegistrar(asa: ServiceAgent, locator: Locator, came: () => number): () => void {
  asa.register(anJoinRegistrar, { discoverable: 'no' })
  let told = { count: 0, at: -Infinity }
  const timer = setInterval(() => {
    const [count, now] = [came(), performance.now()]
    if (count === 0 || (count === told.count && now < told.at + joinFloods.everyMs)) return
    told = { count, at: now }
    asa.flood(anJoinRegistrar, estTls, { ttlMs: joinFloods.ttlMs, locator })
  }, lookMs).unref()
  return () => clearInterval(timer)
}
