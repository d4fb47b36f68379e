/** Sessions as a controller answers them: over UDP, over TCP and through a relay, reported by both ends or by one. */
import type { Session, SessionList, SessionPath } from '@vagus/api'

export const sessionsNow = '2026-11-03T12:41:08.200Z'
const ids = {
  boss: 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
  writer: 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH',
  'report-collector': 'did:key:z6Mkw9oLxRxLTtTNTvF1ZKUHJMRVaygpUZjWCDzyjuDpVNbg',
  relay: 'did:key:z6MkqRYqQiSgvZQdnBytw86Qbs2ZWUkGv22od935YF4s8M7V',
  stranger: 'did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG',
} as const
type Name = keyof typeof ids
export const idOf = (name: Name): string => ids[name]
const end = (name: Name): Session['agent'] => ({ id: ids[name], name: name === 'stranger' ? null : name })

export const path = (kind: SessionPath['kind'], more: Partial<SessionPath> = {}): SessionPath => ({
  kind,
  local: kind === 'relay' ? 'udp://10.18.0.9:40001' : `${kind}://10.18.0.9:40001`,
  remote: kind === 'relay' ? `relay://${ids.relay}/q8Hs_2k` : `${kind}://10.18.0.2:7601`,
  state: 'alive',
  status: kind === 'relay' ? 'standby' : 'active',
  primary: false,
  roundTripMs: 41.23,
  ...more,
})

export const session = (agent: Name, peer: Name, more: Partial<Session> = {}): Session => ({
  agent: end(agent),
  peer: end(peer),
  role: 'initiator',
  how: 'handshake',
  cipher: '25519+MLKEM768_AESGCM_SHA256',
  padding: 'none',
  since: '2026-11-03T12:37:48.000Z',
  state: 'up',
  paths: [path('udp', { primary: true }), path('relay', { roundTripMs: 63 })],
  moves: 3,
  gaps: { count: 2, lastMs: 27, longestMs: 152.4 },
  streams: 1,
  toldAt: '2026-11-03T12:41:06.000Z',
  ...more,
})

/** The same path from the other end. */
const turned = ({ local, remote, ...more }: SessionPath): SessionPath => ({ ...more, local: remote, remote: local })

export const sessionList: SessionList = {
  apiVersion: 'vagus/v1',
  kind: 'SessionList',
  items: [
    session('boss', 'writer'),
    session('boss', 'relay', { moves: 0, gaps: { count: 0, lastMs: null, longestMs: null }, streams: 0 }),
    session('report-collector', 'writer', {
      how: 'ticket',
      since: '2026-11-02T09:41:08.200Z',
      state: 'silent',
      paths: [
        path('udp', { remote: 'udp://[2001:db8:18::2]:7601', state: 'dead', roundTripMs: null }),
        path('relay', { primary: true, state: 'suspect', roundTripMs: 63 }),
      ],
      moves: 12,
      gaps: { count: 9, lastMs: 2610, longestMs: 61_400 },
    }),
    session('writer', 'boss', {
      role: 'responder',
      padding: 'padme',
      paths: [turned(path('udp', { primary: true })), turned(path('relay', { roundTripMs: null }))],
      moves: 2,
      toldAt: '2026-11-03T12:41:07.500Z',
    }),
    session('writer', 'stranger', {
      role: 'responder',
      cipher: '25519_AESGCM_SHA256',
      since: '2026-11-03T12:41:03.000Z',
      paths: [path('tcp', { primary: true, remote: 'tcp://192.0.2.77:51234', roundTripMs: null })],
      moves: 0,
      gaps: { count: 0, lastMs: null, longestMs: null },
    }),
  ],
  more: 0,
}
