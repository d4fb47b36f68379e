import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, describe, test } from 'node:test'
import { eventually } from '../../../../scripts/eventually.ts'
import { needs } from '../../../../scripts/needs.ts'
import { networkOffset, readPackets } from '../../../../test/pcap.ts'
import { faultOf, labDown, labFault, labUp } from '../../src/index.ts'
import { recordPaths } from '../../src/record/layout.ts'

const folder = mkdtempSync(join(tmpdir(), 'vagus-recording-'))
const ospf = 89
const tcp = 6
const udp = 17
/** Flags of the first packet of a connection (RFC 9293 §3.1). */
const syn = 2

const linesOf = (path: string): readonly { readonly at: string; readonly type: string }[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { at: string; type: string })

/** Octets of a capture in whole blocks, and those of the file. */
function wholeBlocks(path: string): readonly [whole: number, all: number] {
  const file = readFileSync(path)
  let at = 0
  while (at + 12 <= file.length && at + file.readUInt32LE(at + 4) <= file.length) at += file.readUInt32LE(at + 4)
  return [at, file.length]
}

/** Packets of a capture with an IPv4 header of 20 octets, from there on. */
const ipv4In = (path: string): readonly Buffer[] =>
  readPackets(path)
    .map((packet) => Buffer.from(packet.octets.subarray(networkOffset(packet))))
    .filter((octets) => octets[0] === 0x45)

describe('the recording of a lab', { skip: needs('netns', 'frr') }, () => {
  const home = join(folder, 'home')
  const record = { folder: join(folder, 'out') }
  const paths = recordPaths(record.folder)
  after(async () => {
    await labDown({ home }).catch(() => {}) // it is dead, but its folder may be there
    rmSync(folder, { recursive: true, force: true })
  })

  test('has every session from its first packet on, and can be read when the lab was killed', async () => {
    const lab = await labUp({ topology: 'small', mode: 'detached', home, programs: [], record })
    await labFault(faultOf(['link-down', 'pe-1-pe-2']), { home })
    await labFault(faultOf(['link-up', 'pe-1-pe-2']), { home })
    const unplugged = Date.now()
    const pe1 = (): string[] => readdirSync(paths.captures).filter((name) => name.startsWith('pe-1-0'))
    const isAfter = (name: string): boolean =>
      // Microseconds as the reader has them; our times are in nanoseconds.
      readPackets(join(paths.captures, name)).some(({ at }) => at / 1000 > unplugged + 100)
    await eventually('frames after the link came back are in its capture', () => pe1().some(isAfter))
    const holder = JSON.parse(readFileSync(join(lab.folder, 'pid'), 'utf8')) as { pid: number }
    process.kill(holder.pid, 'SIGKILL')
    assert.equal(await lab.ended, 'lost')

    const names = ['controller', 'dc-east', 'office', 'pe-1', 'pe-2', 'tr-1']
    assert.deepEqual(
      readdirSync(paths.captures).sort(),
      names.map((name) => `${name}-0001.pcapng`),
    )
    for (const name of names) {
      const [whole, all] = wholeBlocks(join(paths.captures, `${name}-0001.pcapng`))
      assert.equal(whole, all, name)
    }
    const seen = ipv4In(join(paths.captures, 'pe-1-0001.pcapng'))
    assert.ok(seen.some((octets) => octets[9] === ospf))
    const [first] = seen.filter((octets) => octets[9] === tcp && octets.readUInt16BE(22) === 179)
    assert.equal(first![33], syn)

    const about = JSON.parse(readFileSync(paths.lab, 'utf8')) as Record<string, unknown>
    assert.deepEqual([about['kind'], about['name'], about['topology']], ['LabRecording', 'small', 'small'])
    assert.match((about['versions'] as { frr: string }).frr, /FRRouting|bgpd/)
    assert.deepEqual((about['provenance'] as { seed: number }).seed, 1)
    const happened = linesOf(paths.happenings)
    assert.deepEqual(
      happened.map(({ type }) => type),
      ['step', 'step', 'step', 'step', 'up', 'fault', 'fault'],
    )
    assert.match(readFileSync(paths.dissector, 'utf8'), /Proto\("vagus"/)
    const counts = JSON.parse(readFileSync(paths.counts, 'utf8')) as readonly Record<string, unknown>[]
    assert.deepEqual(new Set(counts.map(({ name }) => name)), new Set(names))
  })

  test('is refused where anything is already, or too little is to be kept', async () => {
    const up = (more: object): Promise<unknown> =>
      labUp({ topology: 'small', name: 'other', mode: 'attached', home, programs: [], ...more })
    await assert.rejects(up({ record }), /out is not empty; name a new one: --record .*out-2/)
    const little = { folder: join(folder, 'little'), limit: 1e6 }
    await assert.rejects(up({ record: little }), /too few for 6 captures; give --record-limit 13M or more/)
    writeFileSync(join(folder, 'file'), '')
    await assert.rejects(up({ record: { folder: join(folder, 'file') } }), /ENOTDIR.*name another folder with --record/)
  })

  test('ends in order, with all frames in its files, when it is told to', async () => {
    const own = join(folder, 'own')
    const options = {
      folder: own,
      limit: 64e6,
      namespaces: [{ name: 'here', netns: null, interfaces: { lo: { description: 'loopback', speed: null } } }],
      madeUpPorts: [9],
      controller: null,
    }
    const main = resolve(import.meta.dirname, '../../src/record/main.ts')
    // One datagram of 1,400 octets to each of two ports: one is made up, and each is there once, though the loopback has it twice.
    const send = `const s = require('dgram').createSocket('udp4'); s.send(Buffer.alloc(1400), 9, '127.0.0.1', () => s.send(Buffer.alloc(1400), 10, '127.0.0.1', () => s.close()))`
    const script = `ip link set lo up; "$1" "$2" "$3" & recorder=$!
      while ! test -e "$4"; do sleep 0.02; done
      "$1" -e "$5"; kill -TERM $recorder; wait $recorder`
    const words = [process.execPath, main, JSON.stringify(options), recordPaths(own).counts, send]
    const child = spawn('unshare', ['-Urn', 'sh', '-c', script, 'sh', ...words], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [code] = (await once(child, 'close')) as [number]
    assert.equal(code, 0)
    const path = (name: string): string => join(recordPaths(own).captures, `${name}-0001.pcapng`)
    const datagramsIn = (name: string): readonly number[] =>
      readPackets(path(name)).flatMap(({ octets }) => (octets[23] === udp ? [octets.length] : []))
    assert.deepEqual([datagramsIn('here'), datagramsIn('here.traffic')], [[1442], [192]])
    const [counts] = JSON.parse(readFileSync(recordPaths(own).counts, 'utf8')) as readonly {
      readonly dropped: number
      readonly traffic: object
    }[]
    assert.equal(counts!.dropped, 0)
    assert.deepEqual({ ...counts!.traffic, octets: 0 }, { frames: 1, octets: 0, removed: 0, problem: null })
    if (needs('tshark') === false) {
      const words = ['-r', path('here.traffic'), '-T', 'fields', '-e', 'frame.len', '-e', 'frame.interface_description']
      const printed = execFileSync('tshark', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      assert.equal(printed, '1442\tloopback\n')
    }
  })
})
