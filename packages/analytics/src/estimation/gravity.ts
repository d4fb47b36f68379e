/** The gravity model: each node sends to the others in proportion to what they receive. @module */

/**
 * Rates at source × nodes + sink from what each node sends and receives. The diagonal is 0: what stays within a node crosses
 * no link.
 */
export function gravityOf(sent: ArrayLike<number>, received: ArrayLike<number>): Float64Array {
  const nodes = sent.length
  const cells = new Float64Array(nodes * nodes)
  let total = 0
  for (let node = 0; node < nodes; node++) total += sent[node]!
  if (!(total > 0)) return cells
  for (let source = 0; source < nodes; source++) {
    for (let sink = 0; sink < nodes; sink++) {
      if (source !== sink) cells[source * nodes + sink] = (sent[source]! * received[sink]!) / total
    }
  }
  return cells
}
