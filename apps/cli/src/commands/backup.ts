/** `vagus backup FILE`: the state of a controller in one file, also while it runs. @module */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { BackupResult } from '@vagus/controller/backup'
import { backupFailure } from '../backup/backup-failure.ts'
import { runningSnapshot } from '../backup/running-snapshot.ts'
import { type Call, defineCommand } from '../command.ts'
import { configOf, configOptions } from '../config-options.ts'
import { clientFor, controllerOption, jsonOption } from '../controller-options.ts'
import { askedAt } from '../doctor/listeners.ts'
import { exitCode } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { countOf, octetsText } from '../format.ts'
import { jsonText } from '../json.ts'
import type { Options } from '../option.ts'
import { isFolder, unwritable } from '../unwritable.ts'
import { version } from '../version.ts'

const options = {
  config: configOptions.config,
  home: configOptions.home,
  'with-keys': {
    type: 'flag',
    description: 'take in the keys of agents, registrar and MASA: whoever reads the file can be them',
  },
  'without-flows': { type: 'flag', description: 'leave out flow records and their sums, most of the size' },
  ...controllerOption,
  ...jsonOption,
} as const satisfies Options

export const command = defineCommand({
  name: 'backup',
  summary: 'the state of a controller in one file, while it runs or not',
  effect: 'rw',
  examples: [
    { line: 'vagus backup /backup/vagus.tar.zst -c vagus.yaml', does: 'all but the keys' },
    { line: 'vagus backup v.tar.zst --with-keys', does: 'to move it, or for a host with agents only' },
    { line: 'vagus backup v.tar.zst --without-flows', does: 'small: agents, events, lines, proposals' },
  ],
  arguments: [{ name: 'FILE', description: 'to write or replace; a tar with zstd, mode 0600', presence: 'required' }],
  options,
  async run(call) {
    const file = call.words[0]!
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) throw isFolder(file, like)
    try {
      const result = await written(call, file)
      if (call.values.json) call.terminal.out(jsonText(resourceOf(result, file)))
      else call.terminal.out(`${backupText(result, file)}\n`)
      if (!call.values.json && call.terminal.person) call.terminal.err(`\nnext: vagus restore ${file} --dry-run\n`)
      return exitCode.ok
    } catch (error) {
      if (call.signal.aborted) return exitCode.interrupted
      const { path } = error as NodeJS.ErrnoException
      throw path === `${file}.unfinished` ? unwritable(file, like, error) : backupFailure(error)
    }
  },
})

const like = 'vagus.tar.zst'

async function written(call: Call<typeof options>, file: string): Promise<BackupResult> {
  const { values, environment, signal } = call
  const {
    config,
    home: named,
    file: configFile,
  } = await configOf({ ...values, listen: undefined, 'flow.listen': undefined }, environment)
  const home = resolve(named)
  const { snapshotOfStopped, writeBackup } = await import('@vagus/controller/backup')
  const flows = values['without-flows'] ? 'without' : 'with'
  const keys = values['with-keys'] ? 'with' : 'without'
  const common = { file, home, config: configFile, keys, flows, signal } as const
  const stopped = await snapshotOfStopped(home, flows).catch((error: unknown) => {
    const { name, code } = error as Error & { readonly code?: unknown }
    if (name === 'StoreError' && code === 'locked') return 'running' as const
    throw error
  })
  if (stopped === 'running') {
    const isNamed = (values.controller ?? environment['VAGUS_CONTROLLER'] ?? '') !== ''
    const client = clientFor(isNamed ? call : { ...call, values: { controller: askedAt(config.listen) } })
    const { snapshot, release } = await runningSnapshot(client, home, flows)
    try {
      if (resolve(snapshot.home) !== home)
        throw new Failure(
          exitCode.usage,
          `the controller at ${client.address.text} has its state in ${snapshot.home}, not in ${home}`,
          `--home ${snapshot.home}`,
        )
      const { version, domain, now } = snapshot
      return await writeBackup({ ...common, snapshot, version, domain, now: Date.parse(now) })
    } finally {
      release()
    }
  }
  try {
    const domain = stopped === undefined ? undefined : config.domain
    return await writeBackup({ ...common, snapshot: stopped, version, domain, now: Date.now() })
  } finally {
    stopped?.release()
  }
}

const resourceOf = ({ about, members, octets, sha256 }: BackupResult, file: string): object => ({
  apiVersion: 'vagus/v1',
  kind: 'BackupResult',
  file: resolve(file),
  octets,
  sha256,
  members,
  ...about,
})

/** What was written, and what was not. */
export function backupText({ about, members, octets, sha256 }: BackupResult, file: string): string {
  const { record, keys, flows, home } = about
  const entries =
    record === null || record.last.id === 0 ? 'no event yet' : `events ${record.after.id + 1} to ${record.last.id}`
  return [
    `${file}: ${octetsText(octets)}, ${countOf(members, 'file')} of ${home}; mode 0600`,
    `  sha256  ${sha256}`,
    ...(record === null ? [] : [`  record  ${entries}, last hash ${record.last.hash}`]),
    `  flows   ${flows === 'with' ? 'with all records' : 'without: their history begins anew after a restore'}`,
    `  keys    ${keys === 'with' ? 'WITH all keys: whoever reads the file can be these agents' : 'without: --with-keys takes them in'}`,
  ].join('\n')
}
