/**
 * The same messages over MQTT: mosquitto, and its clients of Debian as programs of dispatcher and vehicles. They connect
 * again by themselves, a second after they have noticed a break. When a vehicle's default route changes, the connections
 * from its old address are ended, as a client does that watches its network. No TLS; nobody waits for acknowledgements of
 * TCP before a small packet.
 * @module
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from '../../inside/run.ts'
import type { Arrived, Carrier, Given, Seen, StopArrived, StopGiven } from '../evaluate.ts'
import { addressOf, dispatcher, dispatcherAddress, numbers, vehicleName } from '../network.ts'
import { type MqttName, mqttNames, mqttPeers } from '../peers.ts'
import type { Sight } from '../says.ts'
import type { Radio } from '../schedule.ts'
import { patience } from '../sight.ts'
import {
  type InstantActions,
  manufacturer,
  numberOfOrder,
  type Order,
  orderOf,
  pace,
  stateOf,
  stopOf,
  visualizationOf,
} from '../vda5050.ts'
import type { Messenger } from './messenger.ts'
import { neverEnds, type Place, type Program } from './place.ts'

/** Seconds, the least that these clients take. */
const keepAlive = 5
/** Milliseconds after which a client that has ended starts again. */
const again = 1000

export async function startBroker(place: Place): Promise<void> {
  const listeners = mqttNames.map((name) => `listener ${mqttPeers[name].port} ${dispatcherAddress}`)
  const file = join(place.folder, 'mosquitto.conf')
  writeFileSync(
    file,
    `${listeners.join('\n')}\nallow_anonymous true\nset_tcp_nodelay true\npersistence false\nuser root\nlog_type error\n`,
  )
  neverEnds(place.start(dispatcher, ['mosquitto', '-c', file]), 'the broker')
  const listening = ['ss', '-Htln', `sport = ${mqttPeers.qos2.port}`] as const
  while ((await run(place.on(dispatcher, listening))) === '') await sleep(20)
}

/** Ends what a vehicle has open from an address that is no longer its own. */
export async function endConnections(place: Place, number: number, radio: Radio): Promise<void> {
  await run(place.on(vehicleName(number), ['ss', '-HK', 'src', addressOf(number, radio)]))
}

export class Mqtt implements Messenger {
  readonly #place: Place
  readonly #name: MqttName
  readonly #orders: Arrived[] = []
  readonly #stops: StopArrived[] = []
  readonly #seen: Seen[] = []
  readonly #heard = new Map<string, number>()
  /** By topic. */
  readonly #publishers = new Map<string, Program>()
  #headerId = 0

  /** Settles when all have connected. */
  static async start(place: Place, name: MqttName, vehicles: number): Promise<Mqtt> {
    const mqtt = new Mqtt(place, name)
    for (const number of numbers(vehicles)) mqtt.#startVehicle(vehicleName(number))
    mqtt.#subscribe(dispatcher, ['-q', '0', '-t', mqtt.#topic('+', 'visualization'), '-t', mqtt.#topic('+', 'state')])
    for (const number of numbers(vehicles)) {
      for (const topic of ['order', 'instantActions'])
        mqtt.#publish(dispatcher, mqtt.#topic(vehicleName(number), topic), mqttPeers[name].qos)
    }
    const look = setInterval(() => mqtt.#look(Date.now()), 100)
    look.unref()
    while (mqtt.#heard.size < vehicles) await sleep(20)
    return mqtt
  }

  private constructor(place: Place, name: MqttName) {
    this.#place = place
    this.#name = name
  }

  order({ vehicle, number, at }: Given): void {
    this.#write(this.#topic(vehicle, 'order'), orderOf(vehicle, number, at))
  }

  stop({ vehicle, number, at, deadline }: StopGiven): void {
    this.#write(this.#topic(vehicle, 'instantActions'), stopOf(vehicle, number, deadline, at))
  }

  get carried(): Carrier {
    return { orders: this.#orders, stops: this.#stops, seen: this.#seen }
  }

  #topic(vehicle: string, topic: string): string {
    return `${this.#name}/v2/${manufacturer}/${vehicle}/${topic}`
  }

  #startVehicle(vehicle: string): void {
    const { qos, session } = mqttPeers[this.#name]
    const topics = ['order', 'instantActions'].flatMap((topic) => ['-t', this.#topic(vehicle, topic)])
    this.#subscribe(vehicle, ['-q', String(qos), ...(session === 'persistent' ? ['-c'] : []), ...topics])
    this.#publish(vehicle, this.#topic(vehicle, 'state'), 0)
    this.#publish(vehicle, this.#topic(vehicle, 'visualization'), 0)
    const last = { orderId: '', orderUpdateId: 0 }
    setInterval(() => {
      this.#write(this.#topic(vehicle, 'state'), stateOf(vehicle, ++this.#headerId, last, Date.now()))
    }, pace.state).unref()
    setInterval(() => {
      this.#write(this.#topic(vehicle, 'visualization'), visualizationOf(vehicle, ++this.#headerId, Date.now()))
    }, pace.visualization).unref()
  }

  #options(id: string): readonly string[] {
    const { port } = mqttPeers[this.#name]
    return [
      '--nodelay',
      '-h',
      dispatcherAddress,
      '-p',
      String(port),
      '-k',
      String(keepAlive),
      '-i',
      `${this.#name}-${id}`,
    ]
  }

  #subscribe(node: string, words: readonly string[]): void {
    const child = this.#place.start(node, ['mosquitto_sub', ...this.#options(node), '-F', '%U %t %p', ...words])
    createInterface({ input: child.stdout }).on('line', (line) => this.#take(line))
    child.once('exit', () => setTimeout(() => this.#subscribe(node, words), again).unref())
  }

  #publish(node: string, topic: string, qos: 0 | 2): void {
    const id = topic.slice(topic.indexOf('/') + 1).replaceAll('/', '-')
    const words = ['mosquitto_pub', ...this.#options(id), '-l', '-q', String(qos), '-t', topic]
    const child = this.#place.start(node, words)
    child.stdin.on('error', () => {}) // it has ended, and another one starts
    child.once('exit', () => setTimeout(() => this.#publish(node, topic, qos), again).unref())
    this.#publishers.set(topic, child)
  }

  #write(topic: string, message: unknown): void {
    this.#publishers.get(topic)?.stdin.write(`${JSON.stringify(message)}\n`)
  }

  /** `TIME TOPIC MESSAGE`, with the time at which the client had it in seconds since 1970. */
  #take(line: string): void {
    const [, seconds, topic, text] = /^(\S+) (\S+) (.*)$/.exec(line) ?? []
    if (seconds === undefined || topic === undefined || text === undefined) return
    const at = Number(seconds) * 1000
    const [, , , vehicle, kind] = topic.split('/') as [string, string, string, string, string]
    if (kind === 'visualization' || kind === 'state') this.#heard.set(vehicle, at)
    else if (kind === 'order') {
      const number = numberOfOrder(JSON.parse(text) as Order)
      this.#orders.push({ vehicle, number, at })
    } else {
      // The standard knows no deadline: who gets a stop, stops.
      const { headerId } = JSON.parse(text) as InstantActions
      this.#stops.push({ vehicle, number: headerId, at, how: 'executed', told: undefined })
    }
  }

  #look(now: number): void {
    for (const [vehicle, at] of this.#heard) {
      const sight: Sight = now - at > patience ? 'lost' : 'reachable'
      const before = this.#seen.findLast((one) => one.vehicle === vehicle)?.sight
      if (before !== sight) this.#seen.push({ vehicle, sight, at: now })
    }
  }
}
