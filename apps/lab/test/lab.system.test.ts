import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { eventually } from '../../../scripts/eventually.ts'
import { needs } from '../../../scripts/needs.ts'
import { agentAddress } from '../src/frr/agent-policy.ts'
import { faultOf, labDown, labFault, labList, labSurge, labTraffic, labUp, shellCommand } from '../src/index.ts'
import type { LabState, LabStep } from '../src/index.ts'

const run = promisify(execFile)
const skip = needs('netns', 'frr', 'softflowd')
const fixture = (name: string): string => resolve(import.meta.dirname, 'fixtures', name)

/** Output of a command on a node. */
async function on(node: string, command: readonly string[], home: string): Promise<string> {
  const [file, ...args] = await shellCommand(node, command, { home })
  return (await run(file, args)).stdout
}

/** Waits until `test` gives something other than undefined; asks every `step` milliseconds, for 20 s and more. */
interface BgpSummary {
  readonly [family: string]: { readonly peers: Readonly<Record<string, { readonly state: string }>> }
}

/** Of the sessions between routers: that with the device agent comes up with the agent, after the routing. */
function statesIn(summary: BgpSummary): readonly string[] {
  return Object.values(summary).flatMap(({ peers }) =>
    Object.entries(peers).flatMap(([address, { state }]) => (address === agentAddress ? [] : [state])),
  )
}

/** Processes of this machine that are in the process namespace `inside`. */
function processesIn(inside: string): readonly string[] {
  return globSync('/proc/[0-9]*/ns/pid').filter((link) => {
    try {
      return readlinkSync(link) === inside
    } catch {
      return false // it ended meanwhile, or belongs to somebody else
    }
  })
}

describe('a small lab', { skip }, () => {
  const home = mkdtempSync(join(tmpdir(), 'vagus-lab-'))
  const steps: LabStep[] = []
  let state: LabState

  before(async () => {
    const programs = ['exporters', 'traffic'] as const
    const onStep = (step: LabStep): number => steps.push(step)
    state = await labUp({ topology: 'small', mode: 'detached', home, programs, traffic: { load: 0.1 }, onStep })
  })
  after(async () => {
    await labDown({ home }).catch(() => {}) // a test has done it already, unless one failed
    rmSync(home, { recursive: true, force: true })
  })

  test('comes up step by step and says how long each took', async () => {
    assert.deepEqual(
      steps.map(({ step }) => step),
      ['namespaces', 'routers', 'converged', 'exporters', 'traffic'],
    )
    assert.ok(state.startedMs! > 0 && state.convergedMs! > 0 && state.readyMs! >= state.startedMs! + state.convergedMs!)
    assert.deepEqual([state.state, state.routers, state.links, state.sites], ['running', 5, 5, 3])
    const [listed] = await labList({ home })
    assert.equal(listed!.readyMs, state.readyMs)
  })

  test('has real routers: vtysh shows every session established, for both IP versions', async () => {
    const summary = JSON.parse(await on('pe-1', ['vtysh', '-c', 'show bgp summary json'], home)) as BgpSummary
    assert.deepEqual(Object.keys(summary).sort(), ['ipv4Unicast', 'ipv6Unicast'])
    assert.deepEqual(
      statesIn(summary),
      Array.from({ length: 6 }, () => 'Established'),
    )
  })

  test('runs FRR as it was configured: no daemon refused a line', async () => {
    const logs = globSync(join(state.folder, 'logs/*.{zebra,bgpd,ospfd,ospf6d}.log'))
    assert.equal(logs.length, 5 * 2 + 2 * 2)
    for (const log of logs) assert.doesNotMatch(readFileSync(log, 'utf8'), /on config line|% /, log)
  })

  test('gives a shell on every node its own host name, interfaces, and exit status', async () => {
    assert.equal((await on('office', ['hostname'], home)).trim(), 'office')
    assert.deepEqual((await on('office', ['ls', '/sys/class/net'], home)).trim().split('\n'), ['eth1', 'lo'])
    const [file, ...args] = await shellCommand('tr-1', ['sh', '-c', 'exit 7'], { home })
    assert.equal(spawnSync(file, args).status, 7)
    await assert.rejects(shellCommand('pe-9', [], { home }), /no node "pe-9" in lab small; there are pe-1/)
  })

  test('exports flows from the management address of each of its routers', async () => {
    const command = [process.execPath, fixture('count-flows.ts'), '10.255.0.1', '10.255.1.1', '10.255.1.2']
    assert.deepEqual(JSON.parse(await on('controller', command, home)), ['10.255.1.1', '10.255.1.2'])
  })

  test('captures on a core interface only what comes in, and on a boundary both ways', async () => {
    const captured = async (name: string): Promise<number> => {
      const control = `/run/lab/softflowd/pe-1-${name}.ctl`
      const text = await on('pe-1', ['softflowctl', '-c', control, 'statistics'], home)
      return Number(/received by libpcap: (\d+)/.exec(text)![1])
    }
    const counted = async (name: string): Promise<readonly number[]> => {
      const files = ['rx', 'tx'].map((way) => `/sys/class/net/${name}/statistics/${way}_packets`)
      return (await on('pe-1', ['cat', ...files], home)).trim().split('\n').map(Number)
    }
    const core = await captured('eth1')
    const [coreIn, coreOut] = await counted('eth1')
    assert.ok(core <= coreIn!, `${core} captured, ${coreIn} came in, ${coreOut} went out`)
    const [boundaryIn, boundaryOut] = await counted('eth3')
    const boundary = await captured('eth3')
    assert.ok(boundary > Math.max(boundaryIn!, boundaryOut!), `${boundary} captured of ${boundaryIn} + ${boundaryOut}`)
  })

  test('counts what its generators send, and surges a pair when told to', async () => {
    const wanted = async (): Promise<number> => {
      const stats = await labTraffic({ home })
      assert.deepEqual(
        stats.map(({ site }) => site),
        ['office', 'dc-east', 'transit'],
      )
      const { sent, bitsPerSecond } = stats[0]!
      assert.ok(sent['dc-east']!.v4.octets > 0 && sent['dc-east']!.v6.octets > 0)
      return bitsPerSecond['dc-east']!
    }
    const usual = await wanted()
    await labSurge({ source: 'office', sink: 'dc-east', factor: 2, seconds: 30 }, { home })
    assert.ok((await wanted()) > usual * 1.5)
    const away = labSurge({ source: 'office', sink: 'mars', factor: 2, seconds: 30 }, { home })
    await assert.rejects(away, /no site "mars"; there are office, dc-east, transit/)
  })

  test('unplugs a link, and gets it back with its addresses and its neighbour', async () => {
    const receipt = await labFault(faultOf(['link-down', 'pe-2-pe-1'], 1), { home })
    assert.deepEqual([receipt.forSeconds, receipt.undo], [1, ['link-up', 'pe-2-pe-1']])
    const carrier = async (node: string): Promise<string> => {
      const [link] = JSON.parse(await on(node, ['ip', '-j', 'link', 'show', 'eth1'], home)) as [{ operstate: string }]
      return link.operstate
    }
    assert.deepEqual([await carrier('pe-1'), await carrier('pe-2')], ['DOWN', 'DOWN'])
    await eventually('the link came up', async () => (await carrier('pe-1')) === 'UP')
    const addresses = await on('pe-1', ['ip', '-br', 'addr', 'show', 'eth1'], home)
    assert.match(addresses, /10\.1\.0\.2\/31 2001:db8:1:1::\/127/)
    await eventually('both IGPs found their neighbour again', async () => {
      const text = await on('pe-1', ['vtysh', '-c', 'show ip ospf neighbor', '-c', 'show ipv6 ospf6 neighbor'], home)
      return text.match(/Full/g)?.length === 2
    })
    await assert.rejects(
      labFault(faultOf(['link-down', 'pe-1-p-9']), { home }),
      /no link "pe-1-p-9"; there are pe-1-pe-2/,
    )
  })

  test('leaves a link unplugged that was unplugged again, for good, before its time was over', async () => {
    const carrier = async (): Promise<string> => {
      const text = await on('pe-1', ['ip', '-j', 'link', 'show', 'eth1'], home)
      return (JSON.parse(text) as [{ operstate: string }])[0].operstate
    }
    await labFault(faultOf(['link-down', 'pe-2-pe-1'], 1), { home })
    await labFault(faultOf(['link-down', 'pe-1-pe-2']), { home })
    await sleep(1500)
    assert.equal(await carrier(), 'DOWN')
    await labFault(faultOf(['link-up', 'pe-1-pe-2']), { home })
    await eventually('the link came up', async () => (await carrier()) === 'UP')
    const endless = labFault({ kind: 'fill-disk', forSeconds: 1e9 }, { home })
    await assert.rejects(endless, /a fault lasts 1s to 24h, got 1000000000 s/)
  })

  test('stops the exporters of one router and starts them again', async () => {
    const count = 'cat /proc/[0-9]*/cmdline | tr "\\0" "\\n" | grep -c "softflowd/pe-2[-].*ctl" || true' // not itself
    const running = async (): Promise<number> => Number(await on('controller', ['sh', '-c', count], home))
    assert.equal(await running(), 3)
    const stopped = await labFault(faultOf(['stop-exporter', 'pe-2']), { home })
    assert.equal(stopped.fault, '3 exporters of pe-2 stopped')
    assert.equal(await running(), 0)
    await labFault(faultOf(stopped.undo!), { home })
    await eventually('they ran', async () => (await running()) === 3)
    await assert.rejects(labFault(faultOf(['kill', 'controller']), { home }), /lab small runs without controller/)
  })

  test("fills the file system of the controller's home without writing to it, and frees it", async () => {
    const write = (): Promise<string> =>
      on('controller', ['sh', '-c', 'head -c 100000 /dev/zero >> /run/lab/home/written'], home)
    await write()
    await labFault(faultOf(['fill-disk']), { home })
    await assert.rejects(write(), /No space left on device/)
    await labFault(faultOf(['free-disk']), { home })
    await write()
  })

  test('is there once: the same name cannot come up again', async () => {
    const again = labUp({ topology: 'small', mode: 'detached', home, programs: [] })
    await assert.rejects(again, /lab small is already running; take it down with: vagus lab down --name small/)
  })

  test('goes down and leaves no process, mount or file', async () => {
    const inside = (await on('controller', ['readlink', '/proc/self/ns/pid'], home)).trim()
    assert.ok(processesIn(inside).length > 10)
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    await labDown({ home })
    assert.deepEqual(processesIn(inside), [])
    assert.deepEqual(readdirSync(home), [])
    assert.equal(readFileSync('/proc/self/mountinfo', 'utf8'), mounts)
    await assert.rejects(labDown({ home }), /no lab runs; start one with: vagus lab up/)
  })
})

/** What `up-and-down.ts` printed. */
interface Life {
  readonly user: number
  readonly state: string
  readonly substrate: string
  readonly summary: BgpSummary
  readonly left: number
}

const nobody = 65_534

/** In a namespace of its own, where nobody gets another user namespace. */
function withoutUserNamespaces(command: readonly string[]): readonly string[] {
  const script = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
  return ['--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'].concat(
    ['sh', '-c', script, 'sh'],
    command,
  )
}

// Labs that do nothing: they wait for routing to converge more than they compute.
describe('a lab with routers only', { skip, concurrency: 2 }, () => {
  test('an attached lab ends with the process that holds it, even by kill -9', async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-lab-'))
    t.after(() => rmSync(home, { recursive: true, force: true }))
    const holder = spawn(process.execPath, [fixture('attached.ts'), home], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    const inside = (await on('controller', ['readlink', '/proc/self/ns/pid'], home)).trim()
    holder.kill('SIGKILL')
    await eventually('everything ended', () => processesIn(inside).length === 0)
    assert.equal((await labList({ home }))[0]!.state, 'dead')
    await labDown({ home })
    assert.deepEqual(readdirSync(home), [])
  })

  test('an attached lab ends with a holder that was killed before it could hold it', async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-lab-'))
    t.after(() => rmSync(home, { recursive: true, force: true }))
    const holder = spawn(process.execPath, [fixture('attached.ts'), home], { stdio: ['ignore', 'ignore', 'inherit'] })
    const file = join(home, 'lab/small/pid')
    t.after(() => holder.kill('SIGKILL'))
    const written = async (): Promise<string | undefined> =>
      existsSync(file) ? readFileSync(file, 'utf8') || undefined : undefined
    const text = await eventually('the lab had a process', written, { every: 2 })
    holder.kill('SIGKILL')
    const { pid } = JSON.parse(text) as { pid: number }
    await eventually('the lab ended', () => !existsSync(`/proc/${pid}`))
    await labDown({ home })
  })

  test(
    'the process that holds an attached lab ends when somebody else takes it down, also while a browser asks',
    { timeout: 120_000 },
    async (t) => {
      const home = mkdtempSync(join(tmpdir(), 'vagus-lab-'))
      t.after(() => rmSync(home, { recursive: true, force: true }))
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      await new Promise((resolve) => server.close(resolve))
      const line = [fixture('attached.ts'), home, `127.0.0.1:${port}`]
      const holder = spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'inherit'] })
      t.after(() => holder.kill('SIGKILL'))
      const end = once(holder, 'exit')
      await once(holder.stdout, 'data')
      const browser = connect(port, '127.0.0.1')
        .on('error', () => {})
        .resume()
      await once(browser, 'connect')
      const left = once(browser, 'close')
      await labDown({ home })
      assert.deepEqual(await end, [0, null])
      await left
    },
  )

  test('an ordinary user has the same lab', { skip: needsOtherUser() }, async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-lab-'))
    t.after(() => rmSync(home, { recursive: true, force: true }))
    chownSync(home, nobody, nobody)
    const user = ['--reuid', `${nobody}`, '--regid', `${nobody}`, '--clear-groups', '--no-new-privs', '--']
    const { stdout } = await run('setpriv', [...user, process.execPath, fixture('up-and-down.ts'), home], { cwd: '/' })
    const { user: seen, state, substrate, summary, left } = JSON.parse(stdout) as Life
    assert.deepEqual([seen, state, substrate, left], [nobody, 'running', 'frr-userns', 0])
    assert.deepEqual(
      statesIn(summary),
      Array.from({ length: 6 }, () => 'Established'),
    )
    assert.deepEqual(readdirSync(home), [])
  })

  test('root without user namespaces has the same lab, and it says so', async (t) => {
    const home = mkdtempSync(join(tmpdir(), 'vagus-lab-'))
    t.after(() => rmSync(home, { recursive: true, force: true }))
    const { stdout } = await run('unshare', withoutUserNamespaces([process.execPath, fixture('up-and-down.ts'), home]))
    const { state, substrate, left } = JSON.parse(stdout) as Life
    assert.deepEqual([state, substrate, left], ['running', 'frr-netns', 0])
  })

  test('without any namespaces one sentence says why, and what to do', async () => {
    const command = ['setpriv', '--bounding-set', '-all', '--', process.execPath, fixture('up-and-down.ts'), '/nowhere']
    await assert.rejects(
      run('unshare', withoutUserNamespaces(command)),
      /root cannot create namespaces here \(unshare: .*\); in a container, start it with --privileged/,
    )
  })
})

/** Why a lab of another user cannot be tried here. */
function needsOtherUser(): false | string {
  if (process.getuid!() !== 0) return 'needs root, to become another user'
  const reads = spawnSync('setpriv', [
    '--reuid',
    `${nobody}`,
    '--clear-groups',
    '--',
    'test',
    '-r',
    import.meta.filename,
  ])
  return reads.status === 0 ? false : 'needs a checkout that other users may read'
}
