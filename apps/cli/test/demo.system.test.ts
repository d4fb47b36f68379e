import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { statusSchema } from '@vagus/api'
import { needs } from '../../../scripts/needs.ts'
import { ended, start, vagus } from './started.ts'
import { freePort } from '../../../scripts/free-port.ts'

/** Command lines of living processes that name `folder`. */
const processesNaming = (folder: string): readonly string[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return /^\d+$/.test(pid) && line.includes(folder) ? [line] : []
    } catch {
      return []
    }
  })

describe(
  'with the small topology',
  { skip: needs('frr', 'softflowd', 'netns'), timeout: 600_000, concurrency: 2 },
  () => {
    /** A home of the test's own. */
    const newHome = (
      t: TestContext,
    ): { readonly environment: { VAGUS_HOME: string }; readonly nothingLeft: () => void } => {
      const home = mkdtempSync(join(tmpdir(), 'vagus-demo-'))
      const environment = { VAGUS_HOME: home }
      t.after(async () => {
        // Of a test that failed: it would run on for good.
        if (existsSync(join(home, 'lab'))) await vagus(['lab', 'down'], environment)
        rmSync(home, { recursive: true })
      })
      const nothingLeft = (): void => {
        assert.deepEqual(existsSync(join(home, 'lab')) ? readdirSync(join(home, 'lab')) : [], [])
        assert.deepEqual(processesNaming(home), [])
      }
      return { environment, nothingLeft }
    }
    const options = async (): Promise<string[]> =>
      `--topology small --load 10 --listen 127.0.0.1:${await freePort()}`.split(' ')

    test('demo --check brings everything up, sees flows of every router, prints the status and leaves nothing', async (t) => {
      const { environment, nothingLeft } = newHome(t)
      const { exit, out, err } = await vagus(['demo', '--check', ...(await options())], environment)
      assert.equal(exit, 0, err)
      const status = statusSchema.parse(JSON.parse(out))
      assert.ok(status.devices.total > 0)
      assert.equal(status.devices.exporting, status.devices.total)
      assert.ok(status.traffic.bitsPerSecond > 0)
      for (const step of ['programs', 'console', 'routers', 'routing converged', 'traffic', 'flows'])
        assert.match(err, new RegExp(` ✓ ${step} +\\d+\\.\\d\\d s  \\S`))
      nothingLeft()
    })
    test('a lab left running is listed, asked, and taken down', async (t) => {
      const { environment, nothingLeft } = newHome(t)
      const up = await vagus(['lab', 'up', '--detach', '--json', ...(await options())], environment)
      assert.equal(up.exit, 0, up.err)
      const { substrate, routers, links, startedMs, convergedMs, console, name } = JSON.parse(up.out) as Record<
        string,
        unknown
      >
      assert.match(String(substrate), /^frr-/)
      for (const figure of [routers, links, startedMs, convergedMs]) assert.ok(Number(figure) > 0, up.out)
      const list = await vagus(['lab', 'ls', '--json'], environment)
      assert.deepEqual(
        (JSON.parse(list.out) as { items: { name: string }[] }).items.map((lab) => lab.name),
        [name],
      )
      const asked = { ...environment, VAGUS_CONTROLLER: String(console) }
      assert.equal((await vagus(['status', '--json'], asked)).exit, 0)
      const shell = await vagus(['lab', 'shell', 'pe-1', '--', 'sh', '-c', 'hostname; exit 9'], environment)
      assert.deepEqual({ exit: shell.exit, out: shell.out }, { exit: 9, out: 'pe-1\n' })
      const wrong = await vagus(['lab', 'fault', 'link-down', 'nope'], environment)
      assert.equal(wrong.exit, 2)
      assert.match(wrong.err, /vagus: no link "nope"\n {2}there are /)
      assert.equal((await vagus(['lab', 'down'], environment)).exit, 0)
      nothingLeft()
      assert.equal((await vagus(['status', '--json'], asked)).exit, 3)
      assert.equal((await vagus(['lab', 'down'], environment)).exit, 3)
    })
    test('demo --check that runs out of time ends with 5, says what is missing, and leaves nothing', async (t) => {
      const { environment, nothingLeft } = newHome(t)
      const line = ['demo', '--check', '--timeout', '1s', ...(await options())]
      const { exit, out, err } = await vagus(line, environment)
      assert.equal(exit, 5, err)
      assert.equal(out, '')
      assert.match(err, /vagus: not complete after 1 s: \S/)
      nothingLeft()
    })
    test('Ctrl-C while it comes up leaves nothing', async (t) => {
      const { environment, nothingLeft } = newHome(t)
      const child = start(process.execPath, ['lab', 'up', ...(await options())], environment)
      const end = ended(child)
      await new Promise((resolve) => child.stderr!.once('data', resolve))
      child.kill('SIGINT')
      assert.equal((await end).exit, 130)
      nothingLeft()
    })
  },
)
