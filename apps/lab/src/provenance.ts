/** By what, on what and when something was measured: without that, nobody can repeat or compare it. @module */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { join, resolve } from 'node:path'

export interface Provenance {
  /** Of Vagus. */
  readonly version: string
  /** Of the checkout; null without one. */
  readonly commit: string | null
  /** Whether files of the checkout differ from the commit; null without one. */
  readonly dirty: boolean | null
  readonly node: string
  /** Release of Linux. */
  readonly kernel: string
  readonly cpus: { readonly count: number; readonly model: string }
  /** Processes that ran or waited for a processor, on average over the last 1, 5 and 15 minutes before the start. */
  readonly loadavg: readonly number[]
  /** RFC 3339. */
  readonly startedAt: string
}

const checkout = resolve(import.meta.dirname, '../../..')

/** Of something that starts now. */
export function provenanceNow(): Provenance {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as Provenance
  const processors = cpus()
  const changes = git('status', '--porcelain')
  return {
    version,
    commit: git('rev-parse', '--short', 'HEAD') ?? null,
    dirty: changes === undefined ? null : changes !== '',
    node: process.versions.node,
    kernel: release(),
    cpus: { count: processors.length, model: processors[0]?.model ?? '' },
    loadavg: loadavg(),
    startedAt: new Date().toISOString(),
  }
}

/** Undefined without a checkout of ours: an installed package may lie in one of somebody else. */
function git(...words: readonly string[]): string | undefined {
  if (!existsSync(join(checkout, '.git'))) return undefined
  try {
    return execFileSync('git', ['-C', checkout, ...words], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return undefined
  }
}
