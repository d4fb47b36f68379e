/**
 * BGP daemons of Debian as peers: 10.9.0.2 in AS 65002, fd00:9::2 as their IPv6 next hop; each announces 198.18.0.0/24 and
 * 2001:db8:18::/48 to 10.9.0.1 in AS 65001.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '../../../../scripts/eventually.ts'

const run = promisify(execFile)

/** The namespace of the daemons, by a process in it. */
const inside = ['-t', process.env['PEER'] ?? '', '-n', '--']

export interface Daemon {
  /** Fulfilled when it may be asked. */
  start(folder: string): Promise<ChildProcess>
  /** What it holds of our routes, as its own tool prints it. */
  view(folder: string, prefix: string): Promise<string>
  /** Makes it ask us for all routes of a family again (RFC 2918). */
  refresh?(folder: string): Promise<unknown>
  /** `no`: it takes ROUTE-REFRESH without an error, and sends nothing that we have already. `ends`: it ends the session. */
  readonly repeats?: 'no' | 'ends'
  /** How its tool prints the link bandwidth community (RFC 10005) of 125,000 octets a second in AS 65001. */
  readonly bandwidth?: RegExp
  /**
   * RFC 4724: whose routes are kept while their speaker restarts. OpenBGPD names no family for its own, so that they go
   * with the session; ExaBGP keeps none of anybody.
   */
  readonly gracefulRestart: 'both' | 'ours' | 'its own'
  /** Link-state (RFC 9552): what it holds, and how it shows our link. */
  readonly linkState?: {
    readonly protocol: 'bgp' | 'ospfv2'
    readonly seen: RegExp
    view(folder: string): Promise<string>
    /** Passes on what 10.9.0.3 in AS 65003 announces. */
    readonly passesOn?: 'yes'
  }
}

function start(
  folder: string,
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): ChildProcess {
  const child = spawn('nsenter', [...inside, command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (log += part.toString()))
  child.on('exit', () => writeFileSync(join(folder, 'log'), log))
  return child
}

const text = async (command: string, ...args: readonly string[]): Promise<string> => {
  const { stdout } = await run('nsenter', [...inside, command, ...args], { encoding: 'utf8', timeout: 5000 })
  return stdout
}

const vtysh = (folder: string, command: string): Promise<string> => text('vtysh', '--vty_socket', folder, '-c', command)

/** Also dials with TCP-MD5 and GTSM to 10.9.0.3, and tells what it sees over BMP to 10.9.0.1 port 5000. */
const frrConfig = `log stdout
router bgp 65002
 bgp router-id 10.9.0.2
 no bgp ebgp-requires-policy
 no bgp network import-check
 bgp graceful-restart
 bgp graceful-restart restart-time 20
 neighbor 10.9.0.1 remote-as 65001
 neighbor 10.9.0.1 update-source 10.9.0.2
 neighbor 10.9.0.1 timers connect 1
 neighbor 10.9.0.3 remote-as 65003
 neighbor 10.9.0.3 update-source 10.9.0.2
 neighbor 10.9.0.3 password s3cret
 neighbor 10.9.0.3 ttl-security hops 1
 neighbor 10.9.0.3 timers connect 1
 bmp targets vagus
  bmp connect 10.9.0.1 port 5000 min-retry 100 max-retry 500
  bmp stats interval 500
  bmp monitor ipv4 unicast pre-policy
  bmp monitor ipv4 unicast post-policy
  bmp monitor ipv6 unicast pre-policy
 exit
 address-family ipv4 unicast
  network 198.18.0.0/24
  neighbor 10.9.0.1 soft-reconfiguration inbound
  neighbor 10.9.0.1 route-map in in
 exit-address-family
 address-family ipv6 unicast
  network 2001:db8:18::/48
  neighbor 10.9.0.1 activate
 exit-address-family
exit
ip prefix-list marked permit 198.18.66.0/24
route-map in permit 5
 match ip address prefix-list marked
 set metric 77
exit
route-map in permit 10
exit
`

const frr: Daemon = {
  gracefulRestart: 'both',
  bandwidth: /LB:65001:125000/,
  async start(folder) {
    writeFileSync(join(folder, 'zebra.conf'), 'log stdout\n')
    writeFileSync(join(folder, 'bgpd.conf'), frrConfig)
    const common = ['-u', 'root', '-g', 'root', '-P', '0', '--vty_socket', folder, '-z', join(folder, 'zserv.api')]
    const daemon = (name: string, ...more: readonly string[]): ChildProcess =>
      start(folder, `/usr/lib/frr/${name}`, [
        ...common,
        '-f',
        join(folder, `${name}.conf`),
        '-i',
        join(folder, `${name}.pid`),
        ...more,
      ])
    if (!existsSync(join(folder, 'zebra.vty'))) daemon('zebra')
    await eventually('zebra is there', () => existsSync(join(folder, 'zserv.api')))
    const bgpd = daemon('bgpd', '-M', 'bmp', '-l', '10.9.0.2')
    await eventually('bgpd is there', async () => (await vtysh(folder, 'show bgp summary')).includes('10.9.0.1'))
    return bgpd
  },
  view: (folder, prefix) => vtysh(folder, `show bgp ${prefix.includes(':') ? 'ipv6' : 'ipv4'} unicast ${prefix}`),
  refresh: (folder) => vtysh(folder, 'clear bgp ipv6 unicast 10.9.0.1 in'),
}

const birdConfig = `router id 10.9.0.2;
protocol device {}
protocol static s4 { ipv4; route 198.18.0.0/24 blackhole; }
protocol static s6 { ipv6; route 2001:db8:18::/48 blackhole; }
protocol bgp vagus {
  local 10.9.0.2 as 65002;
  neighbor 10.9.0.1 as 65001;
  strict bind on;
  graceful restart on;
  graceful restart time 20;
  connect delay time 1;
  error wait time 1, 2;
  connect retry time 1;
  ipv4 { import all; export all; import table on; };
  ipv6 { import all; export all; next hop address fd00:9::2; };
}
`

const birdc = (folder: string, ...words: readonly string[]): Promise<string> =>
  text('birdc', '-s', join(folder, 'ctl'), ...words)

const bird: Daemon = {
  gracefulRestart: 'both',
  bandwidth: /0x4, 65001, 1207182336|0x4fde9/,
  async start(folder) {
    writeFileSync(join(folder, 'bird.conf'), birdConfig)
    const args = ['-f', '-c', join(folder, 'bird.conf'), '-s', join(folder, 'ctl'), '-P', join(folder, 'pid')]
    const child = start(folder, 'bird', existsSync(join(folder, 'ctl')) ? [...args, '-R'] : args)
    await eventually('bird is there', async () => (await birdc(folder, 'show', 'status')).includes('Daemon is up'))
    return child
  },
  view: (folder, prefix) => birdc(folder, 'show', 'route', prefix, 'all', 'protocol', 'vagus'),
  refresh: (folder) => birdc(folder, 'reload', 'in', 'vagus'),
}

const gobgpConfig = `[global.config]
as = 65002
router-id = "10.9.0.2"
local-address-list = ["10.9.0.2"]
[[neighbors]]
[neighbors.config]
neighbor-address = "10.9.0.1"
peer-as = 65001
[neighbors.transport.config]
local-address = "10.9.0.2"
passive-mode = true
[neighbors.graceful-restart.config]
enabled = true
restart-time = 20
${['ipv4-unicast', 'ipv6-unicast', 'ls']
  .map(
    (name) => `[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "${name}"
[neighbors.afi-safis.mp-graceful-restart.config]
enabled = true
`,
  )
  .join('')}
[[neighbors]]
[neighbors.config]
neighbor-address = "10.9.0.3"
peer-as = 65003
[neighbors.transport.config]
local-address = "10.9.0.2"
passive-mode = true
[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "ls"
[[bmp-servers]]
[bmp-servers.config]
address = "10.9.0.1"
port = 5000
route-monitoring-policy = "pre-policy"
`

const gobgp: Daemon = {
  gracefulRestart: 'both',
  bandwidth: /"bandwidth":125000/,
  async start(folder) {
    writeFileSync(join(folder, 'gobgp.toml'), gobgpConfig)
    const child = start(folder, 'gobgpd', ['-f', join(folder, 'gobgp.toml'), '--api-hosts', '127.0.0.1:50051', '-p'])
    await eventually('gobgpd is there', async () => (await text('gobgp', 'neighbor')).includes('10.9.0.1'))
    await text('gobgp', 'global', 'rib', 'add', '198.18.0.0/24', 'nexthop', '10.9.0.2')
    await text('gobgp', 'global', 'rib', 'add', '-a', 'ipv6', '2001:db8:18::/48', 'nexthop', 'fd00:9::2')
    return child
  },
  view: (_, prefix) => text('gobgp', 'global', 'rib', '-a', prefix.includes(':') ? 'ipv6' : 'ipv4', prefix, '-j'),
  linkState: {
    protocol: 'bgp',
    seen: /LOCAL_NODE/,
    view: () => text('gobgp', 'global', 'rib', '-a', 'ls', '-j'),
    passesOn: 'yes',
  },
}

const openbgpdConfig = (folder: string): string => `AS 65002
router-id 10.9.0.2
fib-update no
socket "${folder}/sock"
listen on 10.9.0.2
network 198.18.0.0/24
network 2001:db8:18::/48 set nexthop fd00:9::2
neighbor 10.9.0.1 {
 remote-as 65001
 local-address 10.9.0.2
 announce IPv4 unicast
 announce IPv6 unicast
 announce refresh yes
 announce restart yes
}
allow from any
allow to any
`

const bgpctl = (folder: string, ...words: readonly string[]): Promise<string> =>
  text('bgpctl', '-s', join(folder, 'sock'), ...words)

const openbgpd: Daemon = {
  repeats: 'no',
  gracefulRestart: 'ours',
  bandwidth: /\[4\] 65001:1207182336/,
  async start(folder) {
    const file = join(folder, 'bgpd.conf')
    writeFileSync(file, openbgpdConfig(folder))
    chmodSync(file, 0o600)
    const child = start(folder, '/usr/sbin/bgpd', ['-d', '-f', file])
    await eventually('openbgpd is there', async () => (await bgpctl(folder, 'show')).includes('10.9.0.1'))
    return child
  },
  view: (folder, prefix) => bgpctl(folder, 'show', 'rib', 'detail', prefix),
  refresh: (folder) => bgpctl(folder, 'neighbor', '10.9.0.1', 'refresh'),
}

const exabgpConfig = (folder: string): string => `process seen {
 run ${folder}/seen.sh;
 encoder json;
}
neighbor 10.9.0.1 {
 router-id 10.9.0.2;
 local-address 10.9.0.2;
 local-as 65002;
 peer-as 65001;
 passive;
 capability { graceful-restart 20; route-refresh enable; }
 family { ipv4 unicast; ipv6 unicast; bgp-ls bgp-ls; }
 static {
  route 198.18.0.0/24 next-hop 10.9.0.2;
  route 2001:db8:18::/48 next-hop fd00:9::2;
 }
 api { processes [ seen ]; receive { parsed; update; } }
}
`

const exabgp: Daemon = {
  repeats: 'ends',
  gracefulRestart: 'its own',
  bandwidth: /1405078283232256/,
  async start(folder) {
    writeFileSync(join(folder, 'exabgp.conf'), exabgpConfig(folder))
    writeFileSync(join(folder, 'seen'), '')
    writeFileSync(
      join(folder, 'seen.sh'),
      `#!/bin/sh\n# Its output must stay open: ExaBGP takes the end of it for a death.\nwhile read -r line; do echo "$line" >> ${folder}/seen; done\n`,
      { mode: 0o755 },
    )
    const environment = {
      exabgp_daemon_user: 'root',
      exabgp_tcp_bind: '10.9.0.2',
      exabgp_tcp_port: '179',
      exabgp_log_level: 'ERR',
      exabgp_api_cli: 'false',
    }
    return start(folder, 'exabgp', [join(folder, 'exabgp.conf')], environment)
  },
  view: (folder) => text('cat', join(folder, 'seen')),
  // Protocol-ID 7, BGP, makes ExaBGP 4.2 end the session with 1/0.
  linkState: { protocol: 'ospfv2', seen: /bgpls-link/, view: (folder) => text('cat', join(folder, 'seen')) },
}

export const daemons: Readonly<Record<string, Daemon>> = { frr, bird, gobgp, openbgpd, exabgp }
