/**
 * Taking a full table of a million routes from one raw peer: our speaker and Debian's BIRD, FRR, GoBGP and OpenBGPD in the
 * same run, each at the same address in a network namespace. Needs root; takes about two minutes.
 * @module
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from '../scripts/bench.ts'
import { needs } from '../scripts/needs.ts'

const routes = 1_000_000
const names = ['vagus', 'vagus, Adj-RIB-In alone', 'bird', 'openbgpd', 'frr', 'gobgp'] as const

interface Figures {
  readonly name: (typeof names)[number]
  /** Null: it did not take the whole table within 90 s. */
  readonly seconds: number | null
  readonly perRoute: number
  readonly stall: number | null
  /** Milliseconds of processor time that the main thread itself took between two looks, at worst. */
  readonly ownWork: number | null
  /** The same of a process beside it that only waits. */
  readonly bystanderStall: number | null
}

const setUp = `
unshare -n sleep 900 & export PEER=$!
while [ "$(readlink /proc/$PEER/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
ip link add ours type veth peer name theirs netns $PEER
ip link set lo up; ip link set ours up; ip addr add 10.9.1.1/24 dev ours
nsenter -t $PEER -n sh -ec 'ip link set lo up; ip link set theirs up; ip addr add 10.9.1.2/24 dev theirs'
printf 'root:x:0:root\\nfrr:x:0:root\\nfrrvty:x:0:root\\n' > "$2/group"
mount --bind "$2/group" /etc/group
mkdir -p /run/openbgpd
exec "$NODE" bench/bgp/inside.ts "$@"`

export function measure(progress: (line: string) => void): Promise<readonly Row[]> {
  const missing = needs('netns', 'bird', 'openbgpd', 'frr', 'gobgp')
  if (missing !== false) throw new Error(missing)
  if (process.getuid?.() !== 0) throw new Error('needs root: OpenBGPD changes to users of its own')
  const [load = 0] = loadavg()
  if (load > 0.5) progress(`other programs run (load ${load.toFixed(1)}): look at ratios, not at figures`)
  const folder = mkdtempSync(join(tmpdir(), 'vagus-bench-bgp-'))
  const command = ['-nmpf', '--kill-child', '--mount-proc', 'sh', '-ec', setUp, 'sh', String(routes), folder, ...names]
  try {
    const output = execFileSync('unshare', command, {
      encoding: 'utf8',
      env: { ...process.env, NODE: process.execPath },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const figures = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Figures)
    for (const one of figures) progress(JSON.stringify(one))
    return Promise.resolve(rowsOf(figures))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const aims: Readonly<Partial<Record<Figures['name'], string>>> = {
  bird: '>= 1',
  frr: '>= 10',
  gobgp: '>= 15',
  openbgpd: '> 1',
}

function rowsOf(figures: readonly Figures[]): readonly Row[] {
  const of = (name: Figures['name']): Figures => figures.find((one) => one.name === name)!
  const rateOf = ({ seconds }: Figures): number => (seconds === null ? 0 : routes / seconds)
  const noteOf = ({ name, seconds }: Figures): Pick<Row, 'note'> => {
    if (seconds === null) return { note: 'it did not take the whole table in time' }
    if (name !== 'bird') return {}
    return { note: `without the choice of best routes: ${Math.round(rateOf(of('vagus, Adj-RIB-In alone')))} routes/s` }
  }
  const ours = of('vagus')
  const peers = figures.filter(({ name }) => name in aims)
  return [
    ...peers.map((peer): Row => ({
      claim: `1 M routes from one peer into the table, against ${peer.name}`,
      unit: 'routes/s',
      ours: rateOf(ours),
      peer: peer.seconds === null ? null : rateOf(peer),
      ratio: peer.seconds === null ? null : rateOf(ours) / rateOf(peer),
      aim: aims[peer.name]!,
      ...noteOf(peer),
    })),
    ...peers.map((peer): Row => ({
      claim: `memory that a route takes, against ${peer.name}`,
      unit: 'octets of RSS',
      ours: ours.perRoute,
      peer: peer.perRoute,
      ratio: peer.perRoute / ours.perRoute,
      aim: peer.name === 'bird' ? 'ours <= 200' : '> 1',
      ...(peer.name === 'bird'
        ? { note: `without the choice of best routes: ${Math.round(of('vagus, Adj-RIB-In alone').perRoute)} octets` }
        : {}),
    })),
    {
      claim: "longest stall of the agent's main thread meanwhile",
      unit: 'ms',
      ours: ours.stall ?? 0,
      peer: ours.bystanderStall,
      ratio: (ours.bystanderStall ?? 0) / (ours.stall ?? 1),
      aim: '< 10 ms',
      note: `of its own the thread worked ${(ours.ownWork ?? 0).toFixed(1)} ms at a time at most; the peer is a process beside it that only waits: what the machine does to anybody`,
    },
  ]
}
