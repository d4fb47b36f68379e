import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

const mayOpenTun = ((): boolean => {
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
})()

/** Where the packets go, a line each. */
function leaving(...words: readonly string[]): readonly string[] {
  const child = [process.execPath, join(import.meta.dirname, 'uplinks-child.ts'), ...words]
  const script = 'mount -t sysfs sysfs /sys && exec "$@"' // that of the new namespace
  const command = ['-Urnm', 'sh', '-c', script, 'sh', ...child]
  return execFileSync('unshare', command, { encoding: 'utf8', timeout: 30_000 }).trim().split('\n')
}

test('packets leave by the uplink of their address', { skip: needs('netns') }, () => {
  assert.deepEqual(leaving(), [
    '192.0.2.9 from 10.71.0.1: up1',
    '[2001:db8::9] from fd01::1: up1',
    '192.0.2.9 from 10.72.0.1: up1',
    '192.0.2.9 from 10.72.0.1: up0',
  ])
})

test('each next hop of one default route is an uplink', { skip: needs('netns') }, () => {
  assert.deepEqual(leaving('ecmp'), ['up0 up1', 'up0 up1'])
})

test('no packet goes around a VPN', { skip: needs('netns') || (!mayOpenTun && 'needs /dev/net/tun') }, () => {
  assert.equal(leaving('vpn').at(-1), '192.0.2.9 from 10.71.0.1: neither')
})
