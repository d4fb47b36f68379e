/** `vagus run --name NAME [--a2a URL] [--mcp URL] [-- CMD…]`: the side-car of an agent. @module */
import type { AnyMetric } from '@vagus/signals'
import { type Call, defineCommand } from '../command.ts'
import { optionalController } from '../address.ts'
import { energyOf, energyOption } from '../energy-option.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { homeOption, withKeyring } from '../keyring-options.ts'
import { localTokens } from '../local-tokens.ts'
import { metricsAt, metricsOption, tracing } from '../observing.ts'
import type { Options } from '../option.ts'
import { paddingOf, paddingOptions } from '../padding-options.ts'
import {
  checkAllowed,
  checkListen,
  checkReachedAt,
  findOption,
  findRulesOf,
  ownerNamed,
  proxyOfOptions,
  proxyOption,
  reachedAtOption,
  rosterOption,
  serviceOption,
} from '../side-car-options.ts'
import { startFailure } from '../side-car-start.ts'
import { printable } from '../table.ts'

const options = {
  name: {
    type: 'text',
    value: 'NAME',
    presence: 'required',
    description: 'name of the agent, created if it is new on this host',
  },
  a2a: { type: 'text', value: 'URL', description: 'its A2A server, such as http://127.0.0.1:9000' },
  mcp: {
    type: 'text',
    value: 'URL',
    description: 'its MCP server, such as http://127.0.0.1:3000/mcp; others call …/mcp. stdio: CMD is the server',
  },
  listen: {
    type: 'words',
    value: 'LIST',
    default: ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0'],
    description: 'sockets for other agents; for those of other hosts: udp://0.0.0.0:7601,tcp://0.0.0.0:7601',
  },
  ...reachedAtOption,
  lookup: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: 'folders with signed documents of others, NAME.jws',
  },
  controller: {
    type: 'text',
    value: 'ADDRESS',
    description: 'publish there and look up there (default $VAGUS_CONTROLLER, else none)',
  },
  relay: {
    type: 'words',
    value: 'LIST',
    default: [],
    description: 'names of relays: they carry what nothing else does, and help to find direct paths through NATs',
  },
  traversal: {
    type: 'text',
    value: 'HOW',
    choices: ['punch', 'never'],
    default: 'punch',
    description:
      'punch: look for direct paths through NATs, beside those through relays; never: tell no other agent where relays see this one',
  },
  ...proxyOption,
  allow: {
    type: 'words',
    value: 'LIST',
    default: [],
    description:
      'ids or names that may call; under:OWNER and under:OWNER/CAN for its delegates (default: anyone who proves an id)',
  },
  'act-for': {
    type: 'words',
    value: 'LIST',
    default: [],
    description:
      "files with delegations (vagus id delegate), the root's first: call others in its name while they hold",
  },
  ...rosterOption,
  ...findOption,
  ...serviceOption,
  ...paddingOptions,
  ...energyOption,
  port: {
    type: 'count',
    value: 'PORT',
    min: 0,
    max: 65_535,
    default: 0,
    description: 'port at which local programs call others; 0: any free one',
  },
  tokens: {
    type: 'text',
    value: 'FILE',
    description: 'only local programs with a token may call: lines of CALLER TOKEN, mode 0600',
  },
  ...metricsOption,
  ...homeOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'run',
  summary: 'run an agent unmodified, reachable by name over any network',
  effect: 'rw',
  isService: true,
  examples: [
    {
      line: 'vagus run --name writer --a2a http://127.0.0.1:9000 -- node my-agent.js',
      does: 'starts it, serves it, ends with it',
    },
    { line: 'vagus run --name calc --mcp http://127.0.0.1:3000/mcp', does: 'a server that is already running' },
    { line: 'vagus run --name files --mcp stdio -- mcp-server-filesystem /srv', does: 'one process for each session' },
    { line: 'vagus run --name boss -- node boss.js', does: 'only calls others, at $VAGUS_AGENTS_URL' },
    {
      line: 'vagus run --name writer --a2a http://127.0.0.1:9000 --roster acme',
      does: 'only for members of a fleet, as the roster of acme says',
    },
    {
      line: 'vagus run --name arm --mcp http://127.0.0.1:3000/mcp --service control',
      does: 'its calls, and those to it, go before others',
    },
    { line: 'vagus run --name helper --act-for d.jws -- node helper.js', does: 'in the name of who signed d.jws' },
    {
      line: 'vagus run --name calc --mcp http://127.0.0.1:3000/mcp --metrics 127.0.0.1:9464',
      does: 'with metrics; spans go to $OTEL_EXPORTER_OTLP_ENDPOINT',
    },
    {
      line: 'vagus run --name writer --a2a http://127.0.0.1:9000 --listen udp://0.0.0.0:7601',
      does: 'for other hosts',
    },
    { line: 'vagus run --name robot --energy battery -- ./robot', does: 'on a battery: radios sleep longer' },
    {
      line: 'vagus run --name writer --a2a http://127.0.0.1:9000 --relay relay --proxy http://proxy.example:3128',
      does: 'behind a NAT, or behind a firewall that has an HTTP proxy',
    },
  ],
  rest: 'CMD…',
  options,
  run: (call: Call<typeof options>) =>
    withKeyring(call, async (keyring) => {
      const { values, rest, environment, terminal, signal } = call
      const { name, listen, lookup: folders, allow: allowed, port, relay: relays } = values
      if (name === undefined)
        throw new Failure(exitCode.usage, '"vagus run" needs --name NAME', 'such as --name report-writer')
      await checkListen(listen)
      await checkReachedAt(values['reached-at'])
      await checkAllowed(allowed)
      const isStdio = values.mcp === 'stdio'
      if (isStdio && rest.length === 0)
        throw new Failure(exitCode.usage, '"--mcp stdio" needs the server: -- CMD', 'such as -- npx my-mcp-server')
      const mcp = isStdio ? undefined : localUrl('--mcp', values.mcp)
      const exposed = { a2a: localUrl('--a2a', values.a2a), mcp }
      checkDistinct(exposed)
      const controller = optionalController(values.controller, environment)
      const owner = await ownerNamed(values.roster, { host: keyring.folder, folders })
      const find = await findRulesOf(values.find, { lookup: folders, controller, roster: owner })
      const energy = energyOf(values.energy)
      const tokens =
        values.tokens === undefined ? new Map<string, string>() : await localTokens(values.tokens, { program: rest })
      const report = (line: string): void => terminal.err(`${printable(line)}\n`)
      const { MandateError, runSidecar } = await import('@vagus/sidecar')
      const proxy = await proxyOfOptions(values, environment, report)
      const { traversal } = values
      const reach = { listen, reachedAt: values['reached-at'], relays, folders, controller, proxy, traversal }
      const programSpeaks = isStdio ? 'mcp' : undefined
      const local = {
        exposed,
        allowed,
        owner,
        actFor: values['act-for'],
        ...(find && { find }),
        service: values.service,
        marks: values.marks,
        ...paddingOf(values),
        ...(energy && { energy }),
        port,
        tokens,
        program: rest,
        programSpeaks,
        environment,
      } as const
      const traces = await tracing(environment, name, report)
      let counted: (() => readonly AnyMetric[]) | undefined
      const unreadiness = (): readonly string[] => (counted === undefined ? ['it does not serve yet'] : [])
      const metrics = await metricsAt(values.metrics, { metrics: () => counted?.() ?? [], unreadiness }, traces)
      if (metrics !== undefined) report(`metrics at ${metrics.url}/metrics`)
      const observed = {
        ...(traces && { tracer: traces.tracer.for('@vagus/sidecar') }),
        ...(metrics && {
          counts: 'calls and sessions' as const,
          whenCounting: (take: () => readonly AnyMetric[]) => (counted = take),
        }),
      } as const
      try {
        // The program's own exit code is passed on, whatever it is.
        return (await runSidecar({ keyring, name, ...reach, ...local, ...observed, report, signal })) as ExitCode
      } catch (error) {
        if (error instanceof MandateError) throw mandateFailure(error)
        throw runFailure(error as NodeJS.ErrnoException, name, rest[0])
      } finally {
        metrics?.close()
        await traces?.close()
      }
    }),
})

/** Policies tell A2A from MCP by the path. @throws {Failure} usage, where one address is both */
function checkDistinct({ a2a, mcp }: { readonly a2a: string | undefined; readonly mcp: string | undefined }): void {
  if (a2a === undefined || mcp === undefined || addressOf(a2a) !== addressOf(mcp)) return
  throw new Failure(
    exitCode.usage,
    `"--a2a" and "--mcp" are the same address, ${a2a}; a request there would be of both`,
    'give the path of the MCP server: --mcp http://127.0.0.1:9000/mcp',
  )
}

const addressOf = (url: string): string => new URL(url).href.replace(/\/$/, '')

function localUrl(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url?.protocol === 'http:' && url.hostname !== '' && url.search === '') return text
  throw new Failure(
    exitCode.usage,
    `"${option}" must be http://HOST:PORT, got "${text}"`,
    `such as ${option} http://127.0.0.1:9000`,
  )
}

const mandateFailure = (error: Error): Failure =>
  new Failure(
    exitCode.denied,
    `--act-for: ${printable(error.message)}`,
    'its owner delegates again: vagus id delegate OWNER --to NAME --can LIST --task TASK --out FILE',
    error,
  )

/** What the system refused, and the fix. */
function runFailure(error: NodeJS.ErrnoException, name: string, program: string | undefined): Error {
  if (error.syscall?.startsWith('spawn') === true) {
    const fix = 'is it in PATH? after "--" comes what you would type without vagus run'
    return new Failure(exitCode.failed, `"${program}" cannot be started: ${error.code}`, fix, error)
  }
  return startFailure(error, name, 'end that one first')
}
