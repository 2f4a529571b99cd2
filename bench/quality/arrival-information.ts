/** Most bits that an index modulo k, for k from 2 to `most`, tells about the cluster at that index: an artefact of order. */
export function arrivalInformation(clusters: readonly number[], most: number): number {
  const ids = [...new Set(clusters)]
  const codes = Int32Array.from(clusters, cluster => ids.indexOf(cluster))
  let highest = 0
  for (let k = 2; k <= most; k++) highest = Math.max(highest, mutualInformation(codes, ids.length, k))
  return highest
}

function mutualInformation(codes: Int32Array, count: number, k: number): number {
  const joint = new Float64Array(count * k)
  const byCode = new Float64Array(count)
  const byRest = new Float64Array(k)
  const share = 1 / codes.length
  codes.forEach((code, i) => {
    const rest = i % k
    joint[code * k + rest] = (joint[code * k + rest] as number) + share
    byCode[code] = (byCode[code] as number) + share
    byRest[rest] = (byRest[rest] as number) + share
  })
  let bits = 0
  joint.forEach((p, i) => {
    if (p > 0) bits += p * Math.log2(p / ((byCode[Math.floor(i / k)] as number) * (byRest[i % k] as number)))
  })
  return bits
}
