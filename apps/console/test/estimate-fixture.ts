/** What a matrix says of its estimated pairs. */

/** As if no flows told what one of them sends. */
export const estimatedRow = (names: readonly string[], row: number) => ({
  cells: names.map((_, source) => names.map((__, sink) => source === row && sink !== row)),
  devices: ['pe-2'],
  share: 0.12,
  explained: 0.94,
  error: 0.081,
})
