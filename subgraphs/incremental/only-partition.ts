/** Offsets for a read of one partition; those of the others are not looked at. */
export function onlyPartition(partitions: number, partition: number, offset: number): number[] {
  const offsets = new Array<number>(partitions).fill(0)
  offsets[partition] = offset
  return offsets
}
