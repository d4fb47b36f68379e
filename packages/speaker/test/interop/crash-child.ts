/** A speaker in a thread that its parent ends without a word. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Announcement } from '../../src/api.ts'
import type { SpeakerOptions } from '../../src/index.ts'
import { started } from '../pair.ts'

const { options, ours } = workerData as { options: SpeakerOptions; ours: Announcement }
const us = await started(options)
await us.speaker.announce('all', ours)
await us.until('peer', ({ state }) => state === 'established')
parentPort!.postMessage('established')
