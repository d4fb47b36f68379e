/**
 * Whether a tool that a test needs is here. `false` when it is; else the reason, with the command that mends it, in the
 * form that `test(name, { skip: needs('frr') })` takes. Nothing is skipped silently and nothing fails for want of a tool
 * unless `VAGUS_REQUIRE` (a comma-separated list) names it.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

interface Tool {
  readonly label: string
  readonly packages: readonly string[]
  readonly present: () => boolean
}

const inPath = (name: string): boolean =>
  [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'].some((dir) => existsSync(join(dir, name)))

/** Mounts one over /etc, of which the other mount namespaces see nothing. */
const overlaid =
  'mount -t tmpfs none /mnt && mkdir /mnt/u /mnt/w && mount -t overlay -o lowerdir=/etc,upperdir=/mnt/u,workdir=/mnt/w none /etc'

const tools = {
  frr: { label: 'FRR', packages: ['frr'], present: () => existsSync('/usr/lib/frr/bgpd') },
  frrReload: {
    label: "FRR's frr-reload.py",
    packages: ['frr', 'frr-pythontools'],
    present: () => existsSync('/usr/lib/frr/frr-reload.py') && inPath('vtysh'),
  },
  bird: { label: 'BIRD', packages: ['bird2'], present: () => inPath('bird') && inPath('birdc') },
  gobgp: { label: 'GoBGP', packages: ['gobgpd'], present: () => inPath('gobgpd') && inPath('gobgp') },
  openbgpd: { label: 'OpenBGPD', packages: ['openbgpd'], present: () => inPath('bgpd') && inPath('bgpctl') },
  exabgp: { label: 'ExaBGP', packages: ['exabgp'], present: () => inPath('exabgp') },
  softflowd: { label: 'softflowd', packages: ['softflowd'], present: () => inPath('softflowd') },
  nfdump: { label: 'nfdump', packages: ['nfdump'], present: () => inPath('nfcapd') && inPath('nfdump') },
  nginx: { label: 'nginx', packages: ['nginx-light'], present: () => inPath('nginx') },
  iperf3: { label: 'iperf3', packages: ['iperf3'], present: () => inPath('iperf3') },
  mosquitto: {
    label: 'mosquitto',
    packages: ['mosquitto', 'mosquitto-clients'],
    present: () => inPath('mosquitto') && inPath('mosquitto_sub'),
  },
  snmpd: { label: 'snmpd', packages: ['snmpd'], present: () => inPath('snmpd') },
  nft: { label: 'nftables', packages: ['nftables'], present: () => inPath('nft') },
  chromium: {
    label: 'Chromium',
    packages: ['chromium', 'fonts-liberation'],
    present: () => existsSync('/usr/bin/chromium'),
  },
  openssl: { label: 'OpenSSL', packages: ['openssl'], present: () => inPath('openssl') },
  netns: {
    label: 'network namespaces',
    packages: ['iproute2', 'util-linux'],
    present: () =>
      spawnSync('unshare', ['-Urnm', 'true']).status === 0 || spawnSync('unshare', ['-nm', 'true']).status === 0,
  },
  netconfd: {
    label: 'netconfd and sshd',
    packages: ['netconfd', 'openssh-server'],
    present: () => ['netconfd', 'netconf-subsystem', 'sshd', 'ssh', 'ssh-keygen'].every(inPath),
  },
  ncclient: {
    label: 'ncclient',
    packages: ['python3-ncclient'],
    present: () => spawnSync('/usr/bin/python3', ['-c', 'import ncclient']).status === 0,
  },
  dpkg: { label: 'dpkg', packages: ['dpkg'], present: () => inPath('dpkg-deb') },
  runc: {
    label: 'root with runc',
    packages: ['runc'],
    present: () => process.getuid?.() === 0 && inPath('runc'),
  },
  skopeo: { label: 'skopeo', packages: ['skopeo'], present: () => inPath('skopeo') },
  systemd: { label: 'systemd', packages: ['systemd'], present: () => inPath('systemd-sysusers') },
  overlay: {
    label: 'root with overlay file systems',
    packages: ['mount', 'util-linux'],
    present: () => process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'sh', '-c', overlaid]).status === 0,
  },
  tshark: { label: 'tshark', packages: ['tshark'], present: () => inPath('tshark') },
  loop: {
    label: 'root with loop devices',
    packages: ['e2fsprogs', 'mount'],
    present: () => process.getuid?.() === 0 && existsSync('/dev/loop-control') && inPath('mkfs.ext4'),
  },
} satisfies Record<string, Tool>

export type ToolName = keyof typeof tools

const mayInstall =
  process.getuid?.() === 0 &&
  inPath('apt-get') &&
  (process.env['CI'] !== undefined || process.env['VAGUS_SETUP'] === 'system')
const required = (process.env['VAGUS_REQUIRE'] ?? '').split(',')
const found = new Map<ToolName, boolean>()
let listsUpdated = false

/** Looks for each tool once; as root in CI, or with `VAGUS_SETUP=system`, installs what is missing. */
export function needs(...names: readonly ToolName[]): false | string {
  for (const name of names) {
    const tool: Tool = tools[name]
    if (!found.has(name)) found.set(name, tool.present() || (mayInstall && install(tool)))
    if (found.get(name)) continue
    if (required.includes(name)) throw new Error(`VAGUS_REQUIRE names ${name}, and it is not here`)
    return `needs ${tool.label} (as root: apt-get install ${tool.packages.join(' ')})`
  }
  return false
}

function install(tool: Tool): boolean {
  const options = {
    stdio: ['ignore', 2, 2] as ['ignore', number, number],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  try {
    if (!listsUpdated) execFileSync('apt-get', ['update', '-qq'], options)
    listsUpdated = true
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...tool.packages], options)
  } catch {
    return false
  }
  return tool.present()
}

const dataRoot = process.env['VAGUS_DATA'] || resolve(import.meta.dirname, '../../shared/data')

/** A path below the shared data folder (`VAGUS_DATA`, default `../shared/data`). */
export const dataPath = (...parts: readonly string[]): string => join(dataRoot, ...parts)

/** `false` when the shared data folder holds `path`; else the reason to skip. */
export const needsData = (path: string): false | string =>
  existsSync(dataPath(path)) ? false : `needs ${path} of the shared data (set VAGUS_DATA to its folder)`
