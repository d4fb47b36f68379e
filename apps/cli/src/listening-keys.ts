/** Which keys of `vagus.yaml` name a port, for whoever finds it taken. @module */
import type { Config } from '@vagus/api'

/** Such as `['agent.listen']`; none where no key says that port, as when the kernel chose it. */
export function listeningKeys(config: Config, port: number): readonly string[] {
  const { listen, flow, bgp, agent, fleet, join } = config
  const all = {
    listen: [listen],
    'flow.listen': flow.listen,
    'bgp.listen': bgp === undefined ? [] : [bgp.listen],
    'agent.listen': agent?.listen ?? [],
    'fleet.listen': fleet?.listen ?? [],
    'join.listen': join === undefined ? [] : [join.listen],
  }
  const hasPort = (text: string): boolean => new RegExp(`:${port}(/|$)`).test(text)
  return Object.entries(all).flatMap(([key, texts]) => (texts.some(hasPort) ? [key] : []))
}

/** The port that a message of the kernel or of a listener names. */
export function portIn(message: string): number | undefined {
  const [, digits] = /(?:port |[\d\]]:)(\d{1,5})\b/.exec(message) ?? []
  return digits === undefined ? undefined : Number(digits)
}
