/** Instances on real links, with the kernel's multicast and TCP. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { needs } from '../../../scripts/needs.ts'

const skip = needs('netns')
const scenario = (name: string): void =>
  void execFileSync('unshare', ['-Urnm', process.execPath, join(import.meta.dirname, 'on-links-child.ts'), name], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 60_000,
  })

describe('two nodes on a link', { skip }, () => {
  test('discover, negotiate, synchronise and flood (RFC 8990 §2.5)', () => scenario('session'))
  test('negotiate in rapid mode (§2.5.5.1)', () => scenario('rapid'))
  test('give up what is aborted, and are told what failed', () => scenario('aborting'))
  test('find each other without configuration, a newcomer at once, and never themselves', () =>
    scenario('neighbourhood'))
  test('keep hearing each other when the clock is set, or starts behind', () => scenario('clock that is set'))
  test('survive a link that goes down, vanishes and comes back (§2.2)', () => scenario('coming and going'))
})

test('the first attempt finds a responder behind a relay (§2.5.4.4)', { skip }, () => scenario('relay'))
