import { MODEL_FORMAT } from './model-format.ts'
import { saveInterval } from './interval.ts'
import type { ModelParts } from './model-parts.ts'
import { sealFile } from './sealed-file.ts'

/** The model file, read again by `loadBatchModel`. */
export function saveModel(parts: ModelParts): ArrayBuffer {
  return sealFile(MODEL_FORMAT, out => {
    out.str(parts.task)
    out.str(parts.learner)
    parts.encoder.save(out)
    out.u32(parts.windows.length)
    for (const window of parts.windows) out.str(window)
    if (parts.task === 'clustering') {
      out.str(parts.clustering.kind)
      parts.clustering.save(out)
      return
    }
    out.str(parts.kind)
    parts.scorer.save(out)
    if (parts.task === 'classification') {
      out.str(parts.calibration.kind)
      parts.calibration.save(out)
      out.f64(parts.threshold)
    } else {
      out.bool(parts.scale !== null)
      if (parts.scale) {
        out.u32(parts.scale.column)
        out.f64(parts.scale.fallback)
      }
      saveInterval(out, parts.interval)
    }
  })
}
