import { createLearner, loadLearner } from '#learn/online/registry.ts'
import { createRowEncoder, loadRowEncoder } from '#learn/online/row-encoder.ts'
import { createStateReader } from '#learn/state/reader.ts'
import { createStateWriter } from '#learn/state/writer.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { createTaskModel } from './create-task-model.ts'
import type { Engine, EngineOptions, OutcomeRow, StepOutput, ValidEvent } from './engine-api.ts'
import { createEarlyLabels, loadEarlyLabels } from './early-labels.ts'
import type { PredictionRecord } from './order-record.ts'
import { labelsText, predictionText } from './order-record.ts'
import { EVENT } from './packed-items.ts'
import { createPendingPredictions, loadPendingPredictions } from './pending-predictions.ts'
import { decodeText } from './decode-text.ts'
import { readLabel } from '#use-cases/read-label.ts'
import { createRecentIds, loadRecentIds } from './recent-ids.ts'
import { openSessionWindows } from './session-windows.ts'
import type { Scored } from './task-model.ts'

export function createEngine({
  useCase,
  session,
  learner,
  params,
  seed,
  source,
  labels,
  state,
}: EngineOptions): Engine {
  const parse = createEventParser(useCase)
  const input = state ? createStateReader(state) : undefined
  const encoder = input ? loadRowEncoder(input, useCase.features) : createRowEncoder(useCase.features)
  const { columns } = encoder
  const model = createTaskModel({
    learner: input ? loadLearner(input, columns) : createLearner(learner, { columns, params, seed }),
    metrics: useCase.metrics,
    ...(input && { state: input }),
  })
  const ids = input ? loadRecentIds(input) : createRecentIds()
  const pending = input ? loadPendingPredictions(input) : createPendingPredictions()
  const early = input ? loadEarlyLabels(input) : createEarlyLabels()
  let sequence = input ? input.f64() : 0
  let labelled = input ? input.f64() : 0
  let rejected = input ? input.f64() : 0
  let duplicates = input ? input.f64() : 0
  const nextSource = input ? [...input.f64s()] : [...source]
  const nextLabels = input ? [...input.f64s()] : [...labels]
  const windows = openSessionWindows(useCase, input)
  input?.end()
  // Records were skipped since the last prediction; a checkpoint in between knows their offsets itself.
  let skippedSince = false
  let savedBytes = state?.byteLength ?? 4096

  const groupField = useCase.group
  const clustering = useCase.task === 'clustering'

  function groupOf(event: Readonly<Record<string, unknown>>): string {
    return groupField ? String(event[groupField]) : ''
  }

  function score(parsed: ValidEvent): { scored: Scored; row: Float64Array; group: string } {
    const row = encoder.encode(parsed.event)
    const group = groupOf(parsed.event)
    return { scored: model.predict(row, group, parsed.timeMs), row, group }
  }

  /** After the prediction is recorded: learn what can be learned at once, keep the rest until the label comes. */
  function settle(
    parsed: ValidEvent,
    seq: number,
    scored: Scored,
    row: Float64Array,
    group: string,
    out: OutcomeRow[],
  ): void {
    windows.add(parsed)
    if (clustering) {
      model.observe(row, group, parsed.timeMs)
      return
    }
    const label = parsed.label ?? early.take(parsed.id)
    if (label === undefined || label === null) {
      pending.add(parsed.id, { seq, row, eventTime: parsed.timeMs, ...scored })
      return
    }
    labelled++
    out.push({ seq, label, loss: model.learn(row, scored, label, parsed.timeMs) })
  }

  function applyLabel(eventId: string, label: number, out: OutcomeRow[]): void {
    const prediction = pending.take(eventId)
    if (prediction) {
      labelled++
      out.push({
        seq: prediction.seq,
        label,
        loss: model.learn(prediction.row, prediction, label, prediction.eventTime),
      })
    } else if (!ids.has(eventId)) {
      early.add(eventId, label)
    }
  }

  return {
    step({ kinds, partitions: from, offsets, timestamps, ends, bytes }, now) {
      const output: StepOutput = { texts: [], outcomes: [], deadLetters: [] }
      let start = 0
      let labelsOpen = false
      // Labels between two order records are replayed partition by partition, so a run of them must end in a record.
      const closeLabels = () => {
        if (labelsOpen) output.texts.push(labelsText({ session, seq: sequence, labels: nextLabels }))
        labelsOpen = false
      }
      for (let i = 0; i < kinds.length; i++) {
        const value = bytes.subarray(start, ends[i])
        start = ends[i] as number
        const partition = from[i] as number
        const offset = offsets[i] as number
        if (kinds[i] !== EVENT) {
          nextLabels[partition] = offset + 1
          labelsOpen = true
          const label = readLabel(useCase, value)
          if (label.ok) applyLabel(label.eventId, label.label, output.outcomes)
          else
            output.deadLetters.push({
              kind: 'label',
              partition,
              offset,
              code: label.code,
              message: label.message,
              value: value.slice(),
            })
          continue
        }
        nextSource[partition] = offset + 1
        const text = decodeText(value)
        const parsed = parse(text ?? value)
        if (!parsed.ok || text === null) {
          const { code, message } = parsed.ok ? NOT_TEXT : parsed
          closeLabels()
          rejected++
          skippedSince = true
          output.deadLetters.push({ kind: 'event', partition, offset, code, message, value: value.slice() })
          continue
        }
        if (!ids.add(parsed.id)) {
          closeLabels()
          duplicates++
          skippedSince = true
          continue
        }
        const seq = sequence++
        const modelVersion = model.version
        const { scored, row, group } = score(parsed)
        const at = now()
        output.texts.push(
          predictionText(
            {
              useCase: useCase.id,
              session,
              seq,
              partition,
              offset,
              labels: nextLabels,
              at,
              eventTime: parsed.timeMs,
              latencyMs: Math.max(0, at - (timestamps[i] as number)),
              eventId: parsed.id,
              score: scored.score,
              detail: scored.detail,
              modelVersion,
              skipped: rejected + duplicates > 0 ? [rejected, duplicates] : undefined,
              source: skippedSince ? nextSource : undefined,
              windowsText: windows.told(parsed),
            },
            text,
          ),
        )
        labelsOpen = false
        skippedSince = false
        settle(parsed, seq, scored, row, group, output.outcomes)
      }
      closeLabels()
      return output
    },
    replayLabel(partition, offset, value) {
      const outcomes: OutcomeRow[] = []
      nextLabels[partition] = offset + 1
      const label = readLabel(useCase, value)
      if (label.ok) applyLabel(label.eventId, label.label, outcomes)
      return outcomes
    },
    replay(record) {
      const outcomes: OutcomeRow[] = []
      for (let p = 0; p < nextLabels.length; p++)
        nextLabels[p] = record.labels[p] ?? (nextLabels[p] as number)
      // Only where retention took predictions before it is it ahead.
      if (record.kind === 'labels') sequence = Math.max(sequence, record.seq)
      if (record.kind === 'labels') return { diverged: false, outcomes }
      const parsed = parse.ofObject(record.event)
      if (!parsed.ok) throw new Error(`The order log holds an event that is not valid: ${parsed.message}`)
      nextSource[record.partition] = Math.max(nextSource[record.partition] ?? 0, record.offset + 1)
      if (record.skipped) [rejected, duplicates] = record.skipped
      // What was skipped in other partitions must not be read, and counted, again.
      record.source?.forEach((offset, p) => {
        nextSource[p] = Math.max(nextSource[p] ?? 0, offset)
      })
      ids.add(parsed.id)
      const { scored, row, group } = score(parsed)
      const diverged = scored.score !== record.score
      sequence = record.seq + 1
      // What was published counts, even if a newer version of the learner would say something else.
      settle(parsed, record.seq, diverged ? published(record) : scored, row, group, outcomes)
      return { diverged, outcomes }
    },
    preview(parsed) {
      const row = encoder.peek(parsed.event)
      return {
        ...model.predict(row, groupOf(parsed.event), parsed.timeMs),
        modelVersion: model.version,
        ...windows.peeked(parsed),
      }
    },
    metrics: () => model.metrics(),
    report: () => model.report(),
    progress: () => ({
      sequence,
      labelled,
      pending: pending.size,
      rejected,
      duplicates,
      modelVersion: model.version,
      modelBytes: model.sizeBytes(),
      source: [...nextSource],
      labels: [...nextLabels],
    }),
    save() {
      const out = createStateWriter({ initialBytes: savedBytes })
      encoder.save(out)
      model.save(out)
      ids.save(out)
      pending.save(out)
      early.save(out)
      out.f64(sequence)
      out.f64(labelled)
      out.f64(rejected)
      out.f64(duplicates)
      out.f64s(Float64Array.from(nextSource))
      out.f64s(Float64Array.from(nextLabels))
      windows.save(out)
      const state = out.finish()
      savedBytes = state.byteLength
      return state
    },
  }
}

const NOT_TEXT = { code: 'INVALID_EVENT', message: 'The record is not UTF-8.' }

function published({ score, detail }: PredictionRecord): Scored {
  return { score, detail }
}
