/** The scenario `nat` inside its namespaces. Prints one JSON a line, as `Inside` has it. Argument: `InsideOptions`. @module */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Keyring } from '@vagus/keyring'
import { compileCache } from '../../inside/programs.ts'
import { run } from '../../inside/run.ts'
import { recordAll } from '../../record/recorder.ts'
import {
  endOf,
  endsOf,
  type Kind,
  networkOf,
  proxyUrl,
  publicAddressOf,
  routerOf,
  sharedKinds,
  sharedLinks,
  type Side,
} from '../network.ts'
import type { AgentSays, Inside, InsideOptions, NatCell } from '../report.ts'

const { pairs, folder, record } = JSON.parse(process.argv[2]!) as InsideOptions
const say = (what: Inside): void => void process.stdout.write(`${JSON.stringify(what)}\n`)

/** Milliseconds that the stream goes on after the path was cut. */
const afterCut = 1000

type Program = ChildProcessByStdio<Writable, Readable, null>

function start(node: string, script: string, words: readonly string[], environment = {}): Program {
  const command = [
    'netns',
    'exec',
    node,
    process.execPath,
    '--v8-pool-size=0',
    resolve(import.meta.dirname, '..', script),
  ]
  const env = { ...process.env, ...compileCache, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), ...environment }
  return spawn('ip', [...command, ...words], { stdio: ['pipe', 'pipe', 'inherit'], env })
}

/** What a program says, until it says `wanted`. */
async function said<Type extends AgentSays['type']>(
  lines: AsyncIterator<string>,
  wanted: Type,
): Promise<Extract<AgentSays, { type: Type }>> {
  for (;;) {
    const { value, done } = await lines.next()
    if (done === true) throw new Error(`an agent ended before it said "${wanted}"`)
    const what = JSON.parse(value) as AgentSays
    if (what.type === wanted) return what as Extract<AgentSays, { type: Type }>
  }
}

const linesOf = ({ stdout }: Program): AsyncIterator<string> =>
  createInterface({ input: stdout })[Symbol.asyncIterator]()

function newAgent(name: string): void {
  const draft = { role: name, skills: [], organisation: 0, alsoKnownAs: [], holdsSeconds: 86_400 }
  const keyring = new Keyring(join(folder, 'agents'))
  if (!keyring.has(name)) keyring.create(name, draft, Date.now())
}

let stopRecording: (() => Promise<void>) | undefined

async function network(): Promise<void> {
  const each = endsOf(pairs)
  const { links, nodes } = networkOf(each)
  await run(['ip', '-batch', '-'], `${links.join('\n')}\n`)
  if (record !== undefined) stopRecording = await recordAll(record, folder)
  await Promise.all(
    nodes.map(async ({ name, ip, nft }) => {
      const here = ['ip', 'netns', 'exec', name] as const
      await run([...here, 'ip', '-batch', '-'], `${ip.join('\n')}\n`)
      if (name !== endOf('a', 'open') && !name.startsWith('relay'))
        await run([...here, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward'])
      if (nft !== undefined) await run([...here, 'nft', '-f', '-'], nft)
    }),
  )
  for (const kind of sharedKinds.filter((one) => each.some(([, other]) => other === one))) {
    const [router, ip] = sharedLinks[kind]
    await run(['ip', 'netns', 'exec', router, 'ip', '-batch', '-'], `${ip.join('\n')}\n`)
  }
  await Promise.all(nodes.map(({ name }) => carriers(name)))
  for (const [side, kind] of each)
    if (kind === 'proxy') await once(start(routerOf(side, kind), 'proxy/main.ts', []).stdout, 'data')
  await once(start('relay', 'tls-front/main.ts', [folder]).stdout, 'data')
  newAgent('relay')
  await said(linesOf(start('relay', 'agent/main.ts', ['relay', folder, 'relay'])), 'ready')
}

/**
 * The kernel says up to a second later that a link has a carrier, and an agent that starts before then does not see its
 * addresses: it would be another scenario.
 */
async function carriers(node: string): Promise<void> {
  const show = ['ip', 'netns', 'exec', node, 'ip', '-j', 'link', 'show', 'type', 'veth'] as const
  for (;;) {
    const links = JSON.parse(await run(show)) as readonly { readonly operstate: string }[]
    if (links.every(({ operstate }) => operstate === 'UP')) return
    await sleep(20)
  }
}

const proxyFor = (kind: Kind): Readonly<Record<string, string>> => (kind === 'proxy' ? { HTTPS_PROXY: proxyUrl } : {})

/** Where packets between the two ends themselves pass. */
const betweenOf = ([, b]: NatCell['ends']): string => (b === 'lan' ? sharedLinks.lan[0] : 'core')

/** Nothing passes between the two ends themselves. */
async function cut(ends: NatCell['ends']): Promise<void> {
  const within = 'iifname "in" oifname "in2" drop; iifname "in2" oifname "in" drop;'
  const [a, b] = (['a', 'b'] as const).map((side: Side, at) => publicAddressOf(side, ends[at]!))
  const rules = `table ip cut { chain forward { type filter hook forward priority -300; ${ends[1] === 'lan' ? within : `ip saddr ${a} ip daddr ${b} drop; ip saddr ${b} ip daddr ${a} drop;`} }; }`
  await run(['ip', 'netns', 'exec', betweenOf(ends), 'nft', '-f', '-'], rules)
}

async function cell(ends: NatCell['ends']): Promise<NatCell> {
  const [a, b] = ends
  for (const name of ['caller', 'server']) newAgent(name)
  const server = start(endOf('b', b), 'agent/main.ts', ['server', folder, 'server'], proxyFor(b))
  const served = linesOf(server)
  await said(served, 'ready')
  const caller = start(endOf('a', a), 'agent/main.ts', ['caller', folder, 'caller'], proxyFor(a))
  const lines = linesOf(caller)
  await said(lines, 'settled')
  await cut(ends)
  caller.stdin.write('cut\n')
  await sleep(afterCut)
  caller.stdin.write('end\n')
  const { type: _, isProxied, ...found } = await said(lines, 'ended')
  const proxies = [isProxied, (await said(served, 'served')).isProxied] as const
  server.kill('SIGKILL')
  await run(['ip', 'netns', 'exec', betweenOf(ends), 'nft', 'delete', 'table', 'ip', 'cut'])
  return {
    ...found,
    ends,
    proxies,
    cutGap: found.path === 'direct' ? found.cutGap : null,
  }
}

const began = performance.now()
await network()
say({ type: 'step', step: 'namespaces, NATs, proxies and a relay', seconds: (performance.now() - began) / 1000 })
for (const ends of pairs) say({ type: 'cell', cell: await cell(ends) })
await stopRecording?.()
process.exit(0)
