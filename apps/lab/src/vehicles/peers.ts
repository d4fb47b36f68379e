/** What carries the same messages at the same time. @module */

/** How a peer of Vagus does it: one broker of MQTT, at a port for each, with topics of its own. */
interface MqttPeer {
  readonly port: number
  /** Of orders and instant actions; all else has QoS 0. */
  readonly qos: 0 | 2
  /** The broker keeps what comes for a vehicle that is away. */
  readonly session: 'clean' | 'persistent'
}

/** `qos0` is what VDA 5050 says; `qos2` is the most that MQTT has. */
export const mqttPeers = {
  qos0: { port: 1883, qos: 0, session: 'clean' },
  qos2: { port: 1884, qos: 2, session: 'persistent' },
} as const satisfies Record<string, MqttPeer>

export type MqttName = keyof typeof mqttPeers
export const mqttNames = Object.keys(mqttPeers) as readonly MqttName[]
export const peerNames = ['vagus', ...mqttNames] as const
export type PeerName = (typeof peerNames)[number]

export const recordOf = <Value>(of: (name: PeerName) => Value): Record<PeerName, Value> => ({
  vagus: of('vagus'),
  qos0: of('qos0'),
  qos2: of('qos2'),
})
