import type { Points } from './points.ts'
import { squaredDistance } from './squared-distance.ts'

/** Finds the nearest centre of each row; of equally near ones the first. All assigners give the same labels. */
export interface Assigner {
  assign(centers: Float64Array, labels: Int32Array): void
  /** How far each centre has moved since the last assignment. */
  moved(distances: Float64Array): void
}

/** Lloyd 1982: every row is compared with every centre. */
export function createLloydAssigner({ data, width, rows }: Points): Assigner {
  return {
    assign(centers, labels) {
      const k = centers.length / width
      for (let i = 0, at = 0; i < rows; i++, at += width) {
        let label = 0
        let least = Infinity
        for (let c = 0; c < k; c++) {
          const distance = squaredDistance(data, at, centers, c * width, width)
          if (distance < least) {
            least = distance
            label = c
          }
        }
        labels[i] = label
      }
    },
    moved: () => {},
  }
}
