/**
 * MurmurHash2 as a signed 32-bit integer with the seed of Kafka's Java client
 * (`org.apache.kafka.common.utils.Utils.murmur2`; A. Appleby, 2008).
 */
export const murmur2 = (data: Uint8Array): number => {
  const length = data.length
  let hash = SEED ^ length
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    let k = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24)
    k = Math.imul(k, M)
    k ^= k >>> 24
    hash = Math.imul(hash, M) ^ Math.imul(k, M)
  }
  const rest = length - whole
  if (rest > 2) hash ^= data[whole + 2]! << 16
  if (rest > 1) hash ^= data[whole + 1]! << 8
  if (rest > 0) hash = Math.imul(hash ^ data[whole]!, M)
  hash ^= hash >>> 13
  hash = Math.imul(hash, M)
  return (hash ^ (hash >>> 15)) | 0
}

const SEED = 0x9747b28c
const M = 0x5bd1e995
