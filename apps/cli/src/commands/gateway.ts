/** `vagus gateway --name NAME --listen URL --publish LIST`: agents for callers that have no Vagus but an access token. @module */
import type { AnyMetric } from '@vagus/signals'
import type { GatewayOptions } from '@vagus/sidecar/gateway'
import { optionalController } from '../address.ts'
import { type Call, defineCommand } from '../command.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { accessOf, checkListenUrl, listenedAt, publishedOf, publicUrlOf, webhookHosts } from '../gateway-options.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import { metricsAt, metricsOption, tracing } from '../observing.ts'
import type { Options } from '../option.ts'
import { ownerNamed, proxyOfOptions, proxyOption, rosterOption } from '../side-car-options.ts'
import { startFailure } from '../side-car-start.ts'
import { printable } from '../table.ts'

const options = {
  name: {
    type: 'text',
    value: 'NAME',
    presence: 'required',
    description: 'name of the gateway, an agent like any other; created if it is new on this host',
  },
  listen: {
    type: 'text',
    value: 'URL',
    presence: 'required',
    description: 'https://ADDRESS:PORT with --cert and --key, or http:// on loopback, for a proxy with TLS before it',
  },
  public: {
    type: 'text',
    value: 'URL',
    description: 'how callers know it, such as https://agents.example.com (default: as it listens)',
  },
  cert: { type: 'text', value: 'FILE', description: 'PEM file with its certificate and those above it' },
  key: { type: 'text', value: 'FILE', description: 'PEM file with its private key, mode 0600' },
  publish: {
    type: 'words',
    value: 'LIST',
    default: [],
    presence: 'required',
    description: 'agents that may be called; NAME=WHO publishes another name, or a skill: reports=skill:report.write',
  },
  list: { type: 'flag', description: 'tell everybody what is published, at /agents' },
  issuer: { type: 'text', value: 'URL', description: 'of access tokens (OAuth 2.1, OpenID Connect)' },
  audience: {
    type: 'text',
    value: 'URL',
    description: 'what tokens must be for (default: the address of the agent that is called)',
  },
  scope: { type: 'words', value: 'LIST', default: [], description: 'scopes that every token must have' },
  groups: {
    type: 'text',
    value: 'CLAIM',
    default: 'groups',
    description: 'claim with the groups of a caller, such as realm_access.roles',
  },
  tokens: {
    type: 'text',
    value: 'FILE',
    description: 'callers with a token of their own: lines of NAME TOKEN [SCOPE,SCOPE], mode 0600',
  },
  origin: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: 'origins whose pages may call, https://app.example',
  },
  webhooks: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: 'hosts to which callers may have agents send push notifications (default: none)',
  },
  'at-once': { type: 'count', value: 'COUNT', min: 1, max: 1000, default: 32, description: 'requests of one caller' },
  streams: { type: 'count', value: 'COUNT', min: 1, max: 1000, default: 16, description: 'streams of one caller' },
  rate: {
    type: 'count',
    value: 'COUNT',
    min: 1,
    max: 10_000,
    default: 20,
    description: 'requests of one caller a second',
  },
  'max-body': {
    type: 'count',
    value: 'MIB',
    min: 1,
    max: 64,
    default: 8,
    description: 'content of one request, in MiB',
  },
  ...rosterOption,
  lookup: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: 'folders with signed documents of agents, NAME.jws',
  },
  controller: {
    type: 'text',
    value: 'ADDRESS',
    description: 'publish there and look up there (default $VAGUS_CONTROLLER, else none)',
  },
  relay: { type: 'words', value: 'LIST', default: [], description: 'names of relays, to reach agents behind NATs' },
  ...proxyOption,
  ...metricsOption,
  ...homeOption,
} as const satisfies Options

/** It serves no agent, and has no program of its own. */
const onlyCalls = { exposed: {}, allowed: [], listen: [], port: 0, tokens: new Map<string, string>(), program: [] }

export const command = defineCommand({
  name: 'gateway',
  summary: 'publish agents to callers without Vagus: HTTPS and tokens',
  effect: 'rw',
  isService: true,
  examples: [
    {
      line: 'vagus gateway --name door --listen https://0.0.0.0:443 --public https://agents.example.com --cert cert.pem --key key.pem --publish writer,calc --issuer https://idp.example --roster acme',
      does: 'for tokens of an issuer; door has the role outside-gateway',
    },
    {
      line: 'vagus gateway --name door --listen http://127.0.0.1:8080 --public https://agents.example.com --publish calc --tokens callers.txt --roster acme',
      does: 'behind a proxy with TLS, for tokens in a file',
    },
    {
      line: 'vagus gateway --name door --listen http://127.0.0.1:8080 --publish reports=skill:report.write --tokens callers.txt',
      does: 'whoever has the skill, by a name of its own',
    },
  ],
  options,
  run: (call: Call<typeof options>) =>
    withKeyring(call, async (keyring) => {
      const { values, environment, terminal, signal } = call
      const { name, lookup: folders, relay: relays } = values
      if (name === undefined)
        throw new Failure(exitCode.usage, '"vagus gateway" needs --name NAME', 'such as --name door')
      const report = (line: string): void => terminal.err(`${printable(line)}\n`)
      const listen = checkListenUrl(values)
      const publicUrl = publicUrlOf(values.public, listen)
      const published = await publishedOf(values.publish)
      const access = await accessOf(values, report)
      const controller = optionalController(values.controller, environment)
      const owner = await ownerNamed(values.roster, { host: keyring.folder, folders })
      const proxy = await proxyOfOptions(values, environment, report)
      const gateway: GatewayOptions = {
        ...(await listenedAt(listen, publicUrl, report)),
        ...access,
        publicUrl,
        published,
        lists: values.list ? 'all' : 'nothing',
        origins: values.origin,
        webhooks: webhookHosts(values.webhooks),
        limits: { atOnce: values['at-once'], streams: values.streams, rate: values.rate },
        maxOctets: values['max-body'] * 1_048_576,
        report,
      }
      const own = { keyring, name, folders, controller, owner, relays, proxy, gateway, environment, report, signal }
      if (owner === undefined)
        report('without --roster, members are not told for whom the gateway asks: they see the gateway alone')
      const { runSidecar } = await import('@vagus/sidecar')
      const traces = await tracing(environment, name, report)
      let counted: (() => readonly AnyMetric[]) | undefined
      const unreadiness = (): readonly string[] => (counted === undefined ? ['it does not serve yet'] : [])
      const metrics = await metricsAt(values.metrics, { metrics: () => counted?.() ?? [], unreadiness }, traces)
      if (metrics !== undefined) report(`metrics at ${metrics.url}/metrics`)
      try {
        const code = await runSidecar({
          ...onlyCalls,
          ...own,
          ...(traces && { tracer: traces.tracer.for('@vagus/sidecar') }),
          counts: 'calls and sessions',
          whenCounting: (take) => (counted = take),
        })
        return code as ExitCode // sound: without a program it is 0
      } catch (error) {
        throw startFailure(error as NodeJS.ErrnoException, name, 'end that one first')
      } finally {
        metrics?.close()
        await traces?.close()
      }
    }),
})
