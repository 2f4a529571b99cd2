import { createStateWriter } from '#learn/state/writer.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { readLabel } from '#use-cases/read-label.ts'
import { decodeText } from './decode-text.ts'
import type { DriftRow } from './drift-record.ts'
import type { Engine, EngineOptions, OutcomeRow, StepOutput, ValidEvent } from './engine-api.ts'
import { openEngineParts, saveEngineParts } from './engine-state.ts'
import { createLabelBook } from './label-book.ts'
import type { PromotionFigures } from './members/figures.ts'
import type { Said } from './members/members.ts'
import type { ModelChange } from './members/model-change.ts'
import { changeText, labelsText, numbersText, type PredictionRecord, predictionText } from './order-record.ts'
import { EVENT } from './packed-items.ts'

export function createEngine(options: EngineOptions): Engine {
  const { useCase, session, state } = options
  const parse = createEventParser(useCase)
  const parts = openEngineParts(options)
  const { encoder, members, counters, drift, quality, windows } = parts
  // Signals that were found and not handed out yet.
  let found: DriftRow[] = []
  const labels = createLabelBook(parts.labels, members, {
    learned(prediction, label, loss) {
      const { row, score, eventTime } = prediction
      quality?.outcome(prediction, label)
      drift.outcome(row, { loss, label, score }, { seq: counters.sequence, eventTime }, found)
    },
    corrected: (prediction, before, after) => quality?.correct(prediction, before, after),
  })
  // Records were skipped since the last prediction; a checkpoint in between knows their offsets itself.
  let skippedSince = false
  let savedBytes = state?.byteLength ?? 4096

  const { group: groupField, owner: ownerField } = useCase
  const clustering = useCase.task === 'clustering'

  function groupOf(event: Readonly<Record<string, unknown>>): string {
    return groupField ? String(event[groupField]) : ''
  }

  function score(parsed: ValidEvent): { said: Said; row: Float64Array; group: string } {
    const row = encoder.encode(parsed.event)
    const group = groupOf(parsed.event)
    return { said: members.predict(row, group, parsed.timeMs), row, group }
  }

  /** After the prediction is recorded: learn what can be learned at once, keep the rest until the label comes. */
  function settle(
    parsed: ValidEvent,
    seq: number,
    { said, row, group }: { said: Said; row: Float64Array; group: string },
    outcomes: OutcomeRow[],
  ): void {
    windows.add(parsed)
    quality?.event(parsed.timeMs)
    drift.observe(row, said.score, { seq: counters.sequence, eventTime: parsed.timeMs }, found)
    if (clustering) {
      members.observe(row, group, parsed.timeMs, ownerField && String(parsed.event[ownerField]))
      return
    }
    const outcome = labels.predicted(parsed.id, { ...said, seq, row, eventTime: parsed.timeMs }, parsed.label)
    if (outcome) outcomes.push(outcome)
  }

  function takePromotion(): PromotionFigures | null {
    const promotion = members.takePromotion()
    if (promotion) drift.restart()
    return promotion
  }

  function changeModels(change: ModelChange): void {
    members.change(change, counters.sequence)
    if (change.type === 'promote' || change.type === 'rollback') drift.restart()
  }

  function takeDrift(): DriftRow[] {
    const taken = found
    found = []
    return taken
  }

  return {
    step({ kinds, partitions: from, offsets, timestamps, ends, bytes }, now) {
      const output: StepOutput = { texts: [], outcomes: [], drift: [], deadLetters: [] }
      let start = 0
      let labelsOpen = false
      // Labels between two order records are replayed partition by partition, so a run of them must end in a record.
      const closeLabels = () => {
        if (labelsOpen)
          output.texts.push(labelsText({ session, seq: counters.sequence, labels: counters.labels }))
        labelsOpen = false
      }
      const tellPromotion = () => {
        const promotion = takePromotion()
        if (!promotion) return
        const change = { type: 'promoted', name: promotion.to } as const
        output.texts.push(changeText({ session, seq: counters.sequence, labels: counters.labels, change }))
        labelsOpen = false
      }
      for (let i = 0; i < kinds.length; i++) {
        const value = bytes.subarray(start, ends[i])
        start = ends[i] as number
        const partition = from[i] as number
        const offset = offsets[i] as number
        if (kinds[i] !== EVENT) {
          counters.labels[partition] = offset + 1
          labelsOpen = true
          const label = readLabel(useCase, value)
          if (label.ok) {
            const outcome = labels.labelled(label.eventId, label, counters.sequence)
            if (outcome) output.outcomes.push(outcome)
            tellPromotion()
          } else
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
        counters.source[partition] = offset + 1
        const text = decodeText(value)
        const parsed = parse(text ?? value)
        if (!parsed.ok || text === null) {
          const { code, message } = parsed.ok ? NOT_TEXT : parsed
          closeLabels()
          counters.rejected++
          skippedSince = true
          output.deadLetters.push({ kind: 'event', partition, offset, code, message, value: value.slice() })
          continue
        }
        if (!labels.ids.add(parsed.id)) {
          closeLabels()
          counters.duplicates++
          skippedSince = true
          continue
        }
        const seq = counters.sequence++
        const { champion } = members
        const modelVersion = champion.version
        const scored = score(parsed)
        const { said, row } = scored
        const at = now()
        output.texts.push(
          predictionText(
            {
              useCase: useCase.id,
              session,
              seq,
              partition,
              offset,
              labels: counters.labels,
              at,
              eventTime: parsed.timeMs,
              latencyMs: Math.max(0, at - (timestamps[i] as number)),
              eventId: parsed.id,
              score: said.score,
              detail: said.detail,
              modelVersion,
              skipped:
                counters.rejected + counters.duplicates > 0
                  ? [counters.rejected, counters.duplicates]
                  : undefined,
              source: skippedSince ? counters.source : undefined,
              explanation: champion.explain(row),
              challengers: said.others && scoresOf(said.others),
              windowsText: windows.told(parsed),
            },
            text,
          ),
        )
        labelsOpen = false
        skippedSince = false
        settle(parsed, seq, scored, output.outcomes)
        tellPromotion()
      }
      closeLabels()
      output.drift = takeDrift()
      return output
    },
    replayLabel(partition, offset, value) {
      counters.labels[partition] = offset + 1
      const label = readLabel(useCase, value)
      const outcome = label.ok ? labels.labelled(label.eventId, label, counters.sequence) : null
      // Its record follows in the order log.
      takePromotion()
      return { diverged: false, outcomes: outcome ? [outcome] : [], drift: takeDrift() }
    },
    replay(record) {
      const outcomes: OutcomeRow[] = []
      for (let p = 0; p < counters.labels.length; p++)
        counters.labels[p] = record.labels[p] ?? (counters.labels[p] as number)
      if (record.kind !== 'prediction') {
        // Only where retention took predictions before it is it ahead.
        counters.sequence = Math.max(counters.sequence, record.seq)
        if (record.kind === 'change') changeModels(record.change)
        return { diverged: false, outcomes, drift: [] }
      }
      const parsed = parse.ofObject(record.event)
      if (!parsed.ok) throw new Error(`The order log holds an event that is not valid: ${parsed.message}`)
      counters.source[record.partition] = Math.max(counters.source[record.partition] ?? 0, record.offset + 1)
      if (record.skipped) [counters.rejected, counters.duplicates] = record.skipped
      // What was skipped in other partitions must not be read, and counted, again.
      record.source?.forEach((offset, p) => {
        counters.source[p] = Math.max(counters.source[p] ?? 0, offset)
      })
      labels.ids.add(parsed.id)
      const scored = score(parsed)
      const diverged = scored.said.score !== record.score
      counters.sequence = record.seq + 1
      // What was published counts, even if a newer version of the learner would say something else.
      const said = diverged ? { ...scored.said, score: record.score, detail: record.detail } : scored.said
      settle(parsed, record.seq, { ...scored, said }, outcomes)
      takePromotion()
      return { diverged, outcomes, drift: takeDrift() }
    },
    change(change) {
      changeModels(change)
      return { text: changeText({ session, seq: counters.sequence, labels: counters.labels, change }) }
    },
    preview(parsed) {
      const row = encoder.peek(parsed.event)
      const { score, detail } = members.predict(row, groupOf(parsed.event), parsed.timeMs)
      const explanation = members.champion.explain(row)
      return {
        score,
        detail,
        modelVersion: members.champion.version,
        ...(explanation && { explanation: numbersText(explanation) }),
        ...windows.peeked(parsed),
      }
    },
    segment: owner => members.champion.segment(owner),
    evaluation: () => members.evaluation(),
    report: () => ({
      ...members.champion.report(encoder),
      confusion: members.published().confusion(),
      drift: drift.recent,
      ...(quality && { quality: quality.report() }),
    }),
    progress: () => ({
      sequence: counters.sequence,
      labelled: labels.counts.outcomes,
      corrections: labels.counts.corrections,
      repeatedLabels: labels.counts.duplicates,
      lateLabels: labels.counts.late,
      pending: labels.pending,
      rejected: counters.rejected,
      duplicates: counters.duplicates,
      drift: drift.count,
      modelVersion: members.champion.version,
      modelBytes: members.sizeBytes,
      source: [...counters.source],
      labels: [...counters.labels],
    }),
    save() {
      const out = createStateWriter({ initialBytes: savedBytes })
      saveEngineParts(parts, labels, out)
      const saved = out.finish()
      savedBytes = saved.byteLength
      return saved
    },
  }
}

const NOT_TEXT = { code: 'INVALID_EVENT', message: 'The record is not UTF-8.' }

function scoresOf(others: NonNullable<Said['others']>): PredictionRecord['challengers'] {
  return Object.fromEntries(Object.entries(others).map(([name, { score }]) => [name, score]))
}
