/** The text of a hardened systemd unit (systemd.service(5), systemd.exec(5)). @module */

/** What differs between the services; all else is the same for each. */
export interface Service {
  /** Of the unit, without `.service`. */
  readonly unit: string
  readonly description: string
  /** The program and its words, as they are: what systemd would expand is quoted. */
  readonly words: readonly string[]
  /** Whether SIGHUP makes it read its file again. */
  readonly reload: 'on SIGHUP' | 'by a restart'
  /** Units of this host that it waits for, where they are. */
  readonly after: readonly string[]
  /** Of other programs on this host, whose sockets it uses. */
  readonly groups: readonly string[]
  /** All that it may ever have; systemd.exec(5), CapabilityBoundingSet. */
  readonly capabilities: readonly string[]
  /** Lines of commands that run before it as root. */
  readonly prepare: readonly string[]
  /** Folders besides its own state that it writes to. */
  readonly writes: readonly string[]
  /** Further lines of [Service]. */
  readonly more: readonly string[]
}

/** The user of all services of this host, whose home folder is their state. */
export const serviceUser = 'vagus'

/** Its home. */
export const serviceHome = `/var/lib/${serviceUser}`

/** For sysusers.d(5). */
export const userText = `u ${serviceUser} - "Vagus" ${serviceHome}\n`

export function unitText(service: Service): string {
  const after = ['network-online.target', ...service.after]
  const capabilities = service.capabilities.join(' ')
  const lines = [
    '[Unit]',
    `Description=${service.description.replaceAll('%', '%%')}`,
    'Wants=network-online.target',
    `After=${after.join(' ')}`,
    '# when Vagus is removed and this unit is not, it would fail every five seconds',
    `ConditionFileIsExecutable=${service.words[0]!.replaceAll('%', '%%')}`,
    '',
    '[Service]',
    'Type=exec',
    ...service.prepare.map((line) => `ExecStartPre=+${line}`),
    `ExecStart=${service.words.map(quoted).join(' ')}`,
    ...(service.reload === 'on SIGHUP' ? ['ExecReload=/bin/kill -HUP $MAINPID'] : []),
    'Restart=always',
    'RestartSec=5',
    'SuccessExitStatus=130',
    ...service.more,
    '',
    `User=${serviceUser}`,
    ...(service.groups.length === 0 ? [] : [`SupplementaryGroups=${service.groups.join(' ')}`]),
    `StateDirectory=${serviceUser}`,
    'StateDirectoryMode=0700',
    `RuntimeDirectory=${serviceUser}`,
    'RuntimeDirectoryMode=0700',
    '# leases and commits that are not confirmed outlive a restart there',
    'RuntimeDirectoryPreserve=yes',
    `CacheDirectory=${serviceUser}`,
    '# with what an earlier start compiled, a process is smaller and starts sooner',
    `Environment=NODE_COMPILE_CACHE=/var/cache/${serviceUser}`,
    'UMask=0077',
    `CapabilityBoundingSet=${capabilities}`,
    `AmbientCapabilities=${capabilities}`,
    ...hardening,
    ...service.writes.map((folder) => `ReadWritePaths=${quoted(folder)}`),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ]
  return `${lines.join('\n')}\n`
}

/** Not MemoryDenyWriteExecute: V8 compiles while it runs. Not ProcSubset=pid: default routes and the boot are read in /proc. */
const hardening = [
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectClock=yes',
  'ProtectControlGroups=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'ProtectProc=invisible',
  'LockPersonality=yes',
  'RemoveIPC=yes',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallErrorNumber=EPERM',
]

/** A word of a command line (systemd.service(5), "Command lines"). */
function quoted(word: string): string {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@%+=:,./*~^-]+$/.test(plain) ? plain : `"${plain.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
}
