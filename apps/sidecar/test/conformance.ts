/**
 * The server scenarios of the MCP conformance kit, against a stock server directly and through two side-cars: the same
 * checks must pass and fail. Directly, all pass but those of the tasks extension, which the SDK's server does not have.
 * `npm run soak -- conformance`; the kit comes through `npm exec`.
 */
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { conformanceListener } from './fixtures/mcp-conformance-server.ts'
import { endServer, listening } from './sidecars.ts'
import { type Started, started, vagus } from './started.ts'

const kit = '@modelcontextprotocol/conformance@0.2.0-alpha.12'

/** Outcome of each check of each scenario: `tools-list/tools-list-structure` to `SUCCESS`. */
async function outcomes(url: string, scenarios: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-conformance-'))
  const wanted =
    scenarios.length === 0 ? [['--requirements', '2026-07-28']] : scenarios.map((scenario) => ['--scenario', scenario])
  for (const which of wanted) {
    const args = [
      'exec',
      '--yes',
      `--package=${kit}`,
      '--',
      'conformance',
      'server',
      '--url',
      url,
      ...which,
      '--output-dir',
      folder,
    ]
    const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` // the kit needs Node 22
    const child = spawn('npm', args, { stdio: 'ignore', env: { ...process.env, PATH: path } })
    await new Promise((resolve) => child.on('close', resolve))
  }
  const found = new Map<string, string>()
  for (const file of globSync('**/checks.json', { cwd: folder })) {
    const scenario = dirname(file)
      .split('/')
      .at(-1)!
      .replace(/^server-|-\d{4}-\d\d-\d\dT.*$/g, '')
    const checks = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      readonly id: string
      readonly status: string
    }[]
    for (const [at, { id, status }] of checks.entries()) found.set(`${scenario}/${at} ${id}`, status)
  }
  rmSync(folder, { recursive: true })
  return found
}

/**
 * Between two `vagus run` processes that talk over sessions on loopback.
 * @param scenarios names; empty: all that the revision of 2026-07-28 requires of servers
 */
export async function compareConformance(scenarios: readonly string[]) {
  const local = await listening(conformanceListener)
  const home = mkdtempSync(join(tmpdir(), 'vagus-conformance-home-'))
  const run = (...args: readonly string[]): Started =>
    started(process.execPath, [vagus, 'run', '--home', home, ...args], { VAGUS_CONTROLLER: '' })
  const server = run('--name', 'server', '--mcp', `${local.url}/mcp`)
  const client = run('--name', 'client')
  try {
    await server.says(/calls others at/)
    const [, agents] = await client.says(/calls others at (\S+)NAME\//)
    const direct = await outcomes(`${local.url}/mcp`, scenarios)
    const through = await outcomes(`${agents}server/mcp`, scenarios)
    const names = new Set([...direct.keys(), ...through.keys()])
    const different = [...names].filter((name) => direct.get(name) !== through.get(name))
    const passed = [...direct.values()].filter((status) => status === 'SUCCESS').length
    return {
      checks: direct.size,
      passed,
      different: different.map(
        (name) => `${name}: directly ${direct.get(name)}, through side-cars ${through.get(name)}`,
      ),
    }
  } finally {
    for (const { child } of [server, client]) child.kill('SIGTERM')
    await Promise.all([server.exit, client.exit])
    endServer(local.server)
    rmSync(home, { recursive: true, force: true })
  }
}
