/** `vagus relay`: forwards between agents that cannot reach each other; it cannot read their traffic. @module */
import { once } from 'node:events'
import { optionalController } from '../address.ts'
import { type Call, defineCommand } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import { metricsAt, metricsOption } from '../observing.ts'
import { relayMetrics } from '../relay-metrics.ts'
import type { Options } from '../option.ts'
import { checkListen, checkReachedAt, reachedAtOption } from '../side-car-options.ts'

const defaultListen = ['udp://0.0.0.0:7602', 'tcp://0.0.0.0:7602', 'udp://0.0.0.0:7603'] as const

const options = {
  name: {
    type: 'text',
    value: 'NAME',
    default: 'relay',
    description: 'agent of this host to run as, created if it is new on this host',
  },
  listen: {
    type: 'words',
    value: 'LIST',
    description:
      'where to listen: udp://, tcp://, ws:// addresses; two of UDP show agents how their NATs map (default UDP and TCP at port 7602, UDP also at 7603)',
  },
  ...reachedAtOption,
  controller: {
    type: 'text',
    value: 'ADDRESS',
    description: 'publish there, for agents of other hosts (default $VAGUS_CONTROLLER, else none)',
  },
  agents: {
    type: 'count',
    value: 'N',
    min: 2,
    max: 1_000_000,
    default: 10_000,
    description: 'maximum agents registered at once',
  },
  circuits: {
    type: 'count',
    value: 'N',
    min: 1,
    max: 65_536,
    default: 256,
    description: 'maximum circuits that one agent opens',
  },
  rate: {
    type: 'count',
    value: 'OCTETS',
    min: 1024,
    max: 2 ** 40,
    default: 4 * 2 ** 20,
    description: 'octets per second that one agent may send; more is dropped',
  },
  ...metricsOption,
  ...homeOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'relay',
  summary: 'forward between agents that cannot reach each other',
  effect: 'rw',
  isService: true,
  examples: [
    { line: 'vagus relay', does: 'a relay on port 7602; agents look up its document' },
    { line: 'vagus relay --controller http://192.0.2.10:7600', does: 'for agents that look it up there' },
    {
      line: 'vagus relay --listen ws://127.0.0.1:8080/relay --reached-at wss://example.org/relay',
      does: 'behind a web server that ends TLS',
    },
  ],
  options,
  run: (call: Call<typeof options>) =>
    withKeyring(call, async (keyring) => {
      const { values, environment, terminal, signal } = call
      const controller = optionalController(values.controller, environment)
      const reachedAt = values['reached-at']
      const { listen = defaultListen } = values
      await checkListen(listen)
      await checkReachedAt(reachedAt)
      const [{ openAgent, Relay, relayLimits }, { ownAgent, ownIdentityOf }, { controllerList, Presence }] =
        await Promise.all([import('@vagus/agent'), import('@vagus/keyring'), import('@vagus/lookup')])
      const report = (line: string): void => terminal.err(`${line}\n`)
      const own = ownAgent({ keyring, name: values.name, report })
      const agent = await openAgent({
        identity: ownIdentityOf(own),
        lookup: { find: () => Promise.resolve([]) }, // it calls nobody
        listen,
      }).catch((error: unknown) => {
        throw new Failure(exitCode.failed, `cannot listen: ${(error as Error).message}`, 'use another --listen')
      })
      const { agents, circuits, rate } = values
      const relay = new Relay(agent, own.signer, { ...relayLimits, agents, circuits, rate, burst: rate })
      const observed = { metrics: () => relayMetrics(agent, relay), unreadiness: () => [] }
      const metrics = await metricsAt(values.metrics, observed, undefined).catch(async (error: unknown) => {
        await agent.close()
        throw error
      })
      const presence = new Presence({
        agent,
        keyring,
        name: values.name,
        reachedAt,
        list: controller === undefined ? undefined : controllerList(controller),
        skillsAfter: undefined,
        report,
      })
      try {
        await presence.begin()
        terminal.err(`${own.identity.id} relays at ${[...reachedAt, ...agent.addresses()].join(' ')}\n`)
        if (metrics !== undefined) terminal.err(`metrics at ${metrics.url}/metrics\n`)
        if (!signal.aborted) await once(signal, 'abort')
      } finally {
        metrics?.close()
        presence.end()
        await agent.close()
      }
      const { packets, dropped } = relay.status()
      terminal.err(`${packets} packets forwarded, ${dropped} dropped\n`)
      return exitCode.ok
    }),
})
