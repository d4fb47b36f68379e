/** What the two sides of an external commit export from HPKE (RFC 9420 §8.3). @module */

export const externalInitLabel: Uint8Array = new TextEncoder().encode('MLS 1.0 external init secret')
